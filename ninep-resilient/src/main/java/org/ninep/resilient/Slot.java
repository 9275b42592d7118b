package org.ninep.resilient;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.ninep.client.ReadHandler;

/**
 * A part of a read that goes to one session at a time, until one brings all of it. What one session brought and what another
 * did are never mixed in it.
 *
 * <p>
 * It has one owner at a time: the caller's thread that makes it; a session, until that calls {@link #completed} or
 * {@link #failed}, and touches the buffer no more; the engine's events, or {@link Waiting}, while it is to be given to another.
 */
final class Slot implements ReadHandler {
    /** The answer came from a session whose answers must not be handed out any more. */
    static final class Untrusted extends IOException {
        private static final long serialVersionUID = 1;

        private Untrusted() {
            super("answered by a session that is not trusted any more");
        }
    }

    private final Traffic traffic;
    private final ReadHandler handler;
    private final ByteBuffer buffer;
    private final long offset;
    private final int start;
    private final int length;
    final Deadline deadline;

    private @Nullable Lane lane;
    private long sentAt;
    private long ahead;

    Setbacks setbacks = Setbacks.NONE;

    /** @param handler a {@link WholeRead} if it is one of several parts */
    Slot(Traffic traffic, ByteBuffer buffer, long offset, Deadline deadline, ReadHandler handler) {
        this.traffic = traffic;
        this.buffer = buffer;
        this.offset = offset;
        this.start = buffer.position();
        this.length = buffer.remaining();
        this.deadline = deadline;
        this.handler = handler;
    }

    int length() {
        return length;
    }

    long sentAt() {
        return sentAt;
    }

    /** Gives it to a session, on which its length has been counted as outstanding. */
    void send(Lane to) {
        lane = to;
        read(to);
    }

    private void read(Lane from) {
        long now = traffic.now();
        sentAt = now;
        ahead = from.outstanding();
        from.link().read(buffer, offset + (buffer.position() - start), timeout(from, now), this);
    }

    private Duration timeout(Lane from, long now) {
        long most = Math.max(traffic.timeoutAfter(setbacks.timeouts()), from.patience());
        long end = deadline.at();
        return traffic.duration(end == Deadline.NEVER ? most : Math.max(1, Math.min(most, end - now)));
    }

    @Override
    public void completed(int count) {
        Lane from = sent();
        long now = traffic.now();
        boolean full = !buffer.hasRemaining();
        from.release(length);
        if (count > 0) {
            from.answered(length, ahead, now - sentAt, now);
        }
        if (!from.trusted()) {
            failed(from, new Untrusted());
        } else if (full) {
            from.replica.served(length, now - sentAt);
            if (traffic.wantsSample(now)) {
                traffic.sample(now, buffer.duplicate().flip().position(start), offset, from.replica);
            }
            traffic.released();
            if (isWhole()) {
                traffic.readCompleted(length);
            }
            handler.completed(length);
        } else if (count > 0) {
            from.acquireMore(length);
            read(from);
        } else {
            failed(from, new EOFException("it ends at " + (offset + buffer.position() - start)));
        }
    }

    @Override
    public void failed(IOException cause) {
        Lane from = sent();
        from.release(length);
        failed(from, cause);
    }

    private void failed(Lane from, IOException cause) {
        buffer.position(start);
        traffic.failed(this, from, cause);
    }

    /** Whether it is all of a read, which is counted when it ends, and not a part of one. */
    private boolean isWhole() {
        return !(handler instanceof WholeRead);
    }

    private Lane sent() {
        Lane from = lane;
        if (from == null) {
            throw new IllegalStateException("an answer to what was never sent");
        }
        return from;
    }

    /** Ends it, with its buffer as it was; its owner's. */
    void end(IOException cause) {
        if (isWhole()) {
            traffic.readFailed();
        }
        handler.failed(cause);
    }

    @Override
    public String toString() {
        return length + " bytes at " + offset;
    }
}
