package org.ninep.resilient;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.ninep.client.ReadHandler;

/**
 * Gives reads to sessions, as the {@link Route} says that the engine has decided on. As long as all is well, reads pass here
 * and through {@link Slot} and {@link Lane} only: no lock, no hand-over to another thread, no event.
 *
 * <p>
 * Thread-safe.
 */
final class Traffic {
    /** What a long read is cut into: one part is asked of one session, which may take several Treads. */
    private static final int PART = 256 << 10;
    private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(60);

    /** Decides what becomes of a part that a session has failed. */
    interface Failures {
        void failed(Slot slot, Lane lane, IOException cause);
    }

    private final World world;
    private final Failures failures;
    private final Duration timeout;
    private final long timeoutNanos;
    private final ServedBlocks served;
    private final Waiting waiting = new Waiting();
    private final AtomicInteger turns = new AtomicInteger();
    private final LongAdder started = new LongAdder();
    private final LongAdder completed = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private volatile Route route = Route.NONE;
    private volatile @Nullable IOException closed;

    Traffic(World world, Duration timeout, ServedBlocks served, Failures failures) {
        this.world = world;
        this.timeout = timeout;
        this.timeoutNanos = timeout.toNanos();
        this.served = served;
        this.failures = failures;
    }

    /** Fills the buffer. */
    void read(ByteBuffer buffer, long offset, Deadline deadline, ReadHandler handler) {
        started.increment();
        if (buffer.remaining() <= PART) {
            place(new Slot(this, buffer, offset, deadline, handler));
            return;
        }
        int start = buffer.position();
        int parts = Math.ceilDiv(buffer.remaining(), PART);
        WholeRead whole = new WholeRead(this, buffer, parts, handler);
        for (int i = 0; i < parts; i++) {
            int at = i * PART;
            int length = Math.min(PART, buffer.limit() - start - at);
            place(new Slot(this, buffer.slice(start + at, length), offset + at, deadline, whole));
        }
    }

    void readCompleted(int length) {
        completed.increment();
        bytes.add(length);
    }

    void readFailed() {
        failed.increment();
    }

    /** Gives a part to a session, or has it wait for one. */
    void place(Slot slot) {
        if ((waiting.isEmpty() || slot.setbacks.attempts() > 0) && closed == null) {
            Lane lane = take(slot);
            if (lane != null) {
                slot.send(lane);
                return;
            }
        }
        waiting.add(slot);
        released();
        IOException cause = closed;
        if (cause != null) {
            end(cause, Deadline.NEVER);
        }
    }

    private @Nullable Lane take(Slot slot) {
        Route now = route;
        int turn = now.trial().isEmpty() ? 0 : turns.incrementAndGet();
        return now.take(slot.length(), turn, slot.setbacks.avoid());
    }

    /** There may be room for what waits: gives it to sessions as long as there is. */
    void released() {
        while (!waiting.isEmpty()) {
            Sending sending = new Sending();
            Slot slot = waiting.take(sending::take);
            if (slot == null) {
                return;
            }
            slot.send(sending.lane());
        }
    }

    /** A session that was found for the first that waits. */
    private final class Sending {
        private @Nullable Lane found;

        boolean take(Slot slot) {
            found = Traffic.this.take(slot);
            return found != null;
        }

        Lane lane() {
            Lane lane = found;
            if (lane == null) {
                throw new IllegalStateException("nothing was found");
            }
            return lane;
        }
    }

    // What slots ask.

    long now() {
        return world.nanoTime();
    }

    /** How long a request may take that was not answered in time so many times, in nanoseconds. */
    long timeoutAfter(int timeouts) {
        long longest = longestTimeout();
        int doublings = Math.min(timeouts, Long.SIZE - 2);
        return timeoutNanos > longest >> doublings ? longest : timeoutNanos << doublings;
    }

    /** No request takes longer, whatever happened to it before. */
    long longestTimeout() {
        return Math.max(LONGEST_TIMEOUT.toNanos(), Math.multiplyExact(4, timeoutNanos));
    }

    Duration duration(long nanos) {
        return nanos == timeoutNanos ? timeout : Duration.of(nanos, TimeUnit.NANOSECONDS.toChronoUnit());
    }

    void failed(Slot slot, Lane lane, IOException cause) {
        released();
        failures.failed(slot, lane, cause);
    }

    boolean wantsSample(long now) {
        return served.isDue(now);
    }

    void sample(long now, ByteBuffer data, long offset, Replica from) {
        served.offer(now, data, offset, from);
    }

    // What the engine does.

    void route(Route now) {
        route = now;
        released();
    }

    Route route() {
        return route;
    }

    /** Ends what waits and whose deadline has passed; all of it for {@link Deadline#NEVER}. */
    void end(IOException cause, long now) {
        waiting.takeLate(now).forEach(slot -> slot.end(cause));
    }

    long firstDeadline() {
        return waiting.firstDeadline();
    }

    /** From now on every read fails. */
    void close(IOException cause) {
        closed = cause;
        end(cause, Deadline.NEVER);
    }

    @Nullable
    IOException closed() {
        return closed;
    }

    // For statistics.

    long completedReads() {
        return completed.sum();
    }

    long failedReads() {
        return failed.sum();
    }

    long bytesRead() {
        return bytes.sum();
    }

    long inFlight() {
        long ended = completed.sum() + failed.sum();
        return Math.max(0, started.sum() - ended);
    }

    int waiting() {
        return waiting.count();
    }
}
