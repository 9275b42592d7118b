package org.ninep.server;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.ninep.TimeSource;

/**
 * Ends clients that do not send a Tversion, or do not authenticate, in time. One thread, which sleeps until the next deadline.
 *
 * <p>
 * Thread-safe.
 */
final class Handshakes implements Runnable {
    private record Pending(long deadline, Client client) {}

    private final long timeout;
    private final TimeSource time;
    private final RateLimitedLog log;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Runnable wake = this::wake;
    /** In the order of their deadlines, since all have the same time. */
    private final Queue<Pending> pending = new ArrayDeque<>();
    private boolean closed;

    Handshakes(Duration timeout, TimeSource time, RateLimitedLog log) {
        this.timeout = timeout.toNanos();
        this.time = time;
        this.log = log;
    }

    void watch(Client client) {
        lock.lock();
        try {
            while (!pending.isEmpty() && pending.element().client.isEstablished()) {
                pending.remove();
            }
            pending.add(new Pending(time.nanoTime() + timeout, client));
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        lock.lock();
        try {
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        time.onAdvance(wake);
        lock.lock();
        try {
            while (!closed) {
                expire();
                if (pending.isEmpty()) {
                    changed.awaitUninterruptibly();
                } else {
                    await(pending.element().deadline - time.nanoTime());
                }
            }
        } finally {
            lock.unlock();
            time.removeOnAdvance(wake);
        }
    }

    private void expire() {
        while (!pending.isEmpty() && pending.element().deadline - time.nanoTime() <= 0) {
            Client late = pending.remove().client;
            if (!late.isEstablished()) {
                log.warn("{}: closed, it did not agree on a version or authenticate in time", late.peer());
                late.abort();
            }
        }
    }

    @SuppressWarnings("WaitNotInLoop")
    private void await(long nanos) {
        try {
            changed.awaitNanos(nanos);
        } catch (InterruptedException e) {
            // nobody has a reason to, and closing is asked for otherwise
        }
    }
}
