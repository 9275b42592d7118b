package org.ninep.server;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who is connected, and that there are not too many of them.
 *
 * <p>
 * Thread-safe.
 */
final class Clients {
    private final int most;
    private final RateLimitedLog log;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition someoneLeft = lock.newCondition();
    private final Set<Client> clients = new LinkedHashSet<>();
    private boolean closed;

    Clients(int most, RateLimitedLog log) {
        this.most = most;
        this.log = log;
    }

    /** False if there is no place for it. */
    boolean admit(Client client) {
        boolean full;
        lock.lock();
        try {
            full = clients.size() >= most;
            if (!closed && !full) {
                return clients.add(client);
            }
        } finally {
            lock.unlock();
        }
        if (full) {
            log.of(client.peer()).warn("{}: refused, there are {} clients already", client.peer(), most);
        }
        return false;
    }

    void remove(Client client) {
        lock.lock();
        try {
            clients.remove(client);
            someoneLeft.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** In the order in which they came. */
    List<Client> all() {
        lock.lock();
        try {
            return List.copyOf(clients);
        } finally {
            lock.unlock();
        }
    }

    /** Admits nobody from now on. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all have left. */
    void awaitNone() throws InterruptedException {
        lock.lock();
        try {
            while (!clients.isEmpty()) {
                someoneLeft.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all have left, the time is over or the thread is interrupted, which it then still is. */
    void awaitNone(long nanos) {
        long left = nanos;
        lock.lock();
        try {
            while (!clients.isEmpty() && left > 0) {
                left = someoneLeft.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
