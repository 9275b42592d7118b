package org.ninep.client;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.ninep.ConnectionLostException;
import org.ninep.TimeSource;

/**
 * What a session's threads share, under one lock: the requests in flight, the bytes that carry them, the next deadline, and
 * whether the session takes requests. Whoever submits a request puts it here, and writes it at once if the channel takes it;
 * the loop thread takes requests out, answered or given up.
 *
 * <p>
 * Thread-safe. No handler is called under the lock; a {@link MessageListener} is told of requests under it.
 */
final class InFlight {
    private final Wire wire;
    private final TimeSource time;
    private final long epoch;
    private final Trace trace;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final TagTable tags;
    private final Runnable flushing = this::flushDeferred;
    /** Answered calls whose tags are to be freed when the lock is to be had; the loop thread's. */
    private final ArrayDeque<Call> answered = new ArrayDeque<>();
    private volatile boolean draining;
    private boolean drained;
    /** Whether there are writes that cannot be sent. Changed under the lock only. */
    private volatile boolean unreadable;
    private volatile @Nullable IOException end;
    /** When the loop looks at deadlines next. Changed under the lock only. */
    private volatile long wakeAt = Call.NO_DEADLINE;

    InFlight(Wire wire, int maxRequests, TimeSource time, Trace trace) {
        this.wire = wire;
        this.tags = new TagTable(maxRequests);
        this.time = time;
        this.epoch = time.nanoTime();
        this.trace = trace;
    }

    // Any thread's.

    /** Nanoseconds since the session began. */
    private long now() {
        return time.nanoTime() - epoch;
    }

    private long deadline(@Nullable Duration timeout) {
        long nanos = timeout == null ? Long.MAX_VALUE : TimeUnit.NANOSECONDS.convert(timeout);
        return nanos > Long.MAX_VALUE / 4 ? Call.NO_DEADLINE : now() + nanos;
    }

    /**
     * Sends the request, or queues it if all tags are taken.
     *
     * @param timeout from now; null for none
     * @return false if it was not taken: the session ends, or the request's file is closed
     */
    boolean accept(Call call, @Nullable Duration timeout) {
        long deadline = deadline(timeout);
        lock.lock();
        try {
            if (!isAcceptable(call)) {
                return false;
            }
            begin(call, timeout, deadline);
            flush();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Sends all of the requests, which are about one file, in one write; takes all or none. */
    boolean accept(List<? extends Call> calls, @Nullable Duration timeout) {
        long deadline = deadline(timeout);
        lock.lock();
        try {
            for (Call call : calls) {
                if (!isAcceptable(call)) {
                    return false;
                }
            }
            for (Call call : calls) {
                begin(call, timeout, deadline);
            }
            flush();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean isAcceptable(Call call) {
        return end == null && (!draining || call.continues) && call.closedFile() == null;
    }

    private void begin(Call call, @Nullable Duration timeout, long deadline) {
        call.timeout = timeout;
        call.deadline = deadline;
        if (deadline < wakeAt) {
            wakeAt = deadline;
            wire.wakeup();
        }
        send(call);
    }

    private void send(Call call) {
        if (tags.take(call)) {
            call.send(wire.outbox());
            trace.sent(call);
        }
    }

    private void flush() {
        if (!wire.outbox().isShort() || !Batch.defer(flushing)) {
            flushNow();
        }
    }

    private void flushDeferred() {
        lock.lock();
        try {
            flushNow();
        } finally {
            lock.unlock();
        }
    }

    private void flushNow() {
        if (end == null) {
            try {
                wire.flush();
                noteUnreadable();
            } catch (ConnectionLostException e) {
                end(e);
            }
        }
    }

    private void noteUnreadable() {
        if (!unreadable && wire.outbox().hasUnreadable()) {
            unreadable = true;
            wire.wakeup();
        }
    }

    /** Why the session ended, or null. */
    @Nullable
    IOException end() {
        return end;
    }

    /** Has the session end for this reason, unless it has one already. */
    void end(IOException reason) {
        lock.lock();
        try {
            if (end == null) {
                end = reason;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        wire.wakeup();
    }

    /** Whether requests are taken. */
    boolean isOpen() {
        return end == null && !draining;
    }

    /** Takes no more requests, but such as continue others, and waits until none is in flight and no handler is called. */
    void drain(Duration patience) throws InterruptedException {
        long left = TimeUnit.NANOSECONDS.convert(patience);
        draining = true;
        wire.wakeup();
        lock.lockInterruptibly();
        try {
            while (left > 0 && !drained && end == null) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    // The loop thread's.

    /** Milliseconds to sleep, at least 1, or 0 for "until something happens". */
    long untilWakeAt() {
        long at = wakeAt;
        return at == Call.NO_DEADLINE ? 0 : Math.max(1, Math.ceilDiv(at - now(), 1_000_000));
    }

    /** Called between two turns of the loop: whoever drains the session is told when nothing is left. */
    void endTurn() {
        if (draining) {
            lock.lock();
            try {
                if (tags.isEmpty()) {
                    drained = true;
                    changed.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** How many requests have a tag, flushes apart; any thread. */
    int count() {
        return tags.count();
    }

    void flushOn() {
        lock.lock();
        try {
            wire.flushOn();
            noteUnreadable();
        } catch (ConnectionLostException e) {
            end(e);
        } finally {
            lock.unlock();
        }
    }

    /** The call that waits for this tag, or null. */
    @Nullable
    Call get(int tag) {
        return tags.get(tag);
    }

    /** Frees the call's tag, which the server has let go of. */
    void release(Call call) {
        lock.lock();
        try {
            releaseAnswered();
            free(call);
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #release}, but at the latest by {@link #releaseAnswered}: while somebody writes under the lock, reading goes on. */
    void releaseSoon(Call call) {
        answered.add(call);
        if (lock.tryLock()) {
            try {
                releaseAnswered();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Frees what is left to be freed. */
    void releaseAnswered() {
        if (!answered.isEmpty()) {
            lock.lock();
            try {
                for (Call call = answered.poll(); call != null; call = answered.poll()) {
                    free(call);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private void free(Call call) {
        boolean ignored = call.takeBack();
        Call next = tags.release(call);
        if (next != null) {
            send(next);
            flush();
        }
    }

    /**
     * Lets go of the call's buffer, and forgets the call if nothing of it has been sent.
     *
     * @return whether it was forgotten
     */
    boolean withdraw(Call call) {
        lock.lock();
        try {
            if (call.tag == Call.NO_TAG) {
                tags.withdraw(call);
                return true;
            }
            boolean unsent = call.takeBack();
            if (unsent) {
                release(call);
            }
            return unsent;
        } finally {
            lock.unlock();
        }
    }

    /** The writes that cannot be sent, for nobody can read their buffers. */
    List<WriteCall> takeUnreadable() {
        if (!unreadable) {
            return List.of();
        }
        lock.lock();
        try {
            unreadable = false;
            return wire.outbox().takeUnreadable();
        } finally {
            lock.unlock();
        }
    }

    /** Sends a Tflush, which never waits for a tag. */
    void sendFlush(FlushCall call) {
        lock.lock();
        try {
            if (end == null) {
                send(call);
                flush();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Every call that has a tag or waits for one. */
    List<Call> all() {
        lock.lock();
        try {
            return tags.all();
        } finally {
            lock.unlock();
        }
    }

    /** The calls whose deadline has passed; the next deadline becomes the loop's time to wake. */
    List<Call> takeLate() {
        long now = now();
        if (wakeAt > now || wakeAt == Call.NO_DEADLINE) {
            return List.of();
        }
        List<Call> late = new ArrayList<>();
        lock.lock();
        try {
            long next = Call.NO_DEADLINE;
            for (Call call : tags.all()) {
                if (!call.done && call.deadline <= now) {
                    late.add(call);
                } else if (!call.done) {
                    next = Math.min(next, call.deadline);
                }
            }
            wakeAt = next;
        } finally {
            lock.unlock();
        }
        return late;
    }
}
