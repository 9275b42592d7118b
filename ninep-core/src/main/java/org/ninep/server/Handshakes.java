package org.ninep.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
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
    private final long timeout;
    private final TimeSource time;
    private final RateLimitedLog log;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Runnable wake = this::wake;
    /** The deadlines of those who are connected, the earliest first, since all have the same time. */
    private final SequencedMap<Client, Long> deadlines = new LinkedHashMap<>();
    private boolean closed;

    Handshakes(Duration timeout, TimeSource time, RateLimitedLog log) {
        this.timeout = timeout.toNanos();
        this.time = time;
        this.log = log;
    }

    void watch(Client client) {
        lock.lock();
        try {
            deadlines.put(client, time.nanoTime() + timeout);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Of a client that has left, nothing more is expected. */
    void forget(Client client) {
        lock.lock();
        try {
            deadlines.remove(client);
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
        try {
            for (List<Client> late = awaitLate(); !late.isEmpty(); late = awaitLate()) {
                late.forEach(this::end);
            }
        } finally {
            time.removeOnAdvance(wake);
        }
    }

    private void end(Client late) {
        log.of(late.peer()).warn("{}: closed, it did not agree on a version or authenticate in time", late.peer());
        late.abort();
    }

    /** Those whose time is over; none only once this is closed. */
    private List<Client> awaitLate() {
        List<Client> late = new ArrayList<>();
        lock.lock();
        try {
            while (!closed) {
                takeExpired(late);
                if (!late.isEmpty()) {
                    return late;
                }
                if (deadlines.isEmpty()) {
                    changed.awaitUninterruptibly();
                } else {
                    await(deadlines.firstEntry().getValue() - time.nanoTime());
                }
            }
        } finally {
            lock.unlock();
        }
        return late;
    }

    private void takeExpired(List<Client> late) {
        long now = time.nanoTime();
        while (!deadlines.isEmpty() && deadlines.firstEntry().getValue() - now <= 0) {
            Client client = deadlines.pollFirstEntry().getKey();
            if (!client.isEstablished()) {
                late.add(client);
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
