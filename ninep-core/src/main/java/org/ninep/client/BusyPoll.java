package org.ninep.client;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * When a connection's thread looks for the next reply again and again instead of sleeping, for it takes the operating system longer to wake
 * a thread than it takes a server nearby to answer. It begins when something has come within the limit many times in a row, while no more than one
 * request was in flight, and ends when nothing has. Of all threads of the process one at most does it at a time, so it costs one processor at most.
 *
 * <p>
 * Confined to the session's loop thread.
 */
final class BusyPoll {
    /** So many times in a row it must have been worth it. */
    static final int QUICK_REPLIES = 32;

    private static final AtomicBoolean TAKEN = new AtomicBoolean();

    private final long limit;
    private final LongSupplier nanoTime;
    private long begin;
    private boolean few;
    private int quick;

    /** @param atMost how long it may take in vain; zero for not at all */
    BusyPoll(Duration atMost) {
        this(Runtime.getRuntime().availableProcessors() > 1 ? atMost : Duration.ZERO, System::nanoTime);
    }

    BusyPoll(Duration atMost, LongSupplier nanoTime) {
        this.limit = atMost.toNanos();
        this.nanoTime = nanoTime;
    }

    /**
     * The thread has nothing to do. Then either {@link #ended} or {@link #slept} is called.
     *
     * @param few whether at most one request is in flight: with more of them the processors have better things to do
     * @return whether to look again and again, until something comes or it {@link #isOver}
     */
    boolean begin(boolean few) {
        if (limit == 0) {
            return false;
        }
        begin = nanoTime.getAsLong();
        this.few = few;
        return few && quick == QUICK_REPLIES && TAKEN.compareAndSet(false, true);
    }

    /** Whether it has taken longer than the limit. */
    boolean isOver() {
        return nanoTime.getAsLong() - begin > limit;
    }

    /** It has looked again and again. */
    void ended(boolean found) {
        TAKEN.set(false);
        if (!found || isOver()) {
            quick = 0;
        }
    }

    /** It has slept. */
    void slept(boolean found) {
        if (limit > 0) {
            quick = found && few && !isOver() ? Math.min(quick + 1, QUICK_REPLIES) : 0;
        }
    }
}
