package org.ninep.munge;

import java.nio.file.Path;
import java.time.Duration;
import org.ninep.TimeSource;

/**
 * How a {@link MungeSocket} is to be.
 *
 * <p>
 * Confined to one thread.
 */
public final class MungeSocketBuilder {
    /** How long a call may take unless told otherwise. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

    private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);

    private Path socket = MungeSocket.DEFAULT_SOCKET;
    private Duration timeout = DEFAULT_TIMEOUT;
    private TimeSource timeSource = TimeSource.system();
    private Transactions.Pauses pauses = Thread::sleep;

    MungeSocketBuilder() {}

    /** Where munged listens. Default {@link MungeSocket#DEFAULT_SOCKET}. */
    public MungeSocketBuilder socket(Path path) {
        socket = path;
        return this;
    }

    /**
     * How long a call may take, with all that is tried again. Default 5 s: munged answers within milliseconds; one that
     * refuses connections is given 2.25 s to start, and one whose socket is not there, none.
     *
     * @param duration positive, at most an hour
     */
    public MungeSocketBuilder timeout(Duration duration) {
        if (!duration.isPositive() || duration.compareTo(LONGEST_TIMEOUT) > 0) {
            throw new IllegalArgumentException("timeout " + duration + " is not positive and at most an hour");
        }
        timeout = duration;
        return this;
    }

    /** Monotonic time. Default: the system's. */
    public MungeSocketBuilder timeSource(TimeSource source) {
        timeSource = source;
        return this;
    }

    /** Waits between attempts. Default: sleeps. */
    MungeSocketBuilder pauses(Transactions.Pauses other) {
        pauses = other;
        return this;
    }

    /** Does not connect yet: each call does. */
    public MungeSocket build() {
        return new MungeSocket(new Transactions(socket, timeout, timeSource, pauses));
    }
}
