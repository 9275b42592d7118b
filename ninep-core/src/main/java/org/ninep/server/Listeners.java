package org.ninep.server;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a server listens.
 *
 * <p>
 * Thread-safe.
 */
final class Listeners {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    private final ThreadFactory threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Listener> listeners = new ArrayList<>();
    private boolean closed;

    Listeners(ThreadFactory threads) {
        this.threads = threads;
    }

    /** Starts one, unless the server is closed. */
    SocketAddress start(Listener listener) throws IOException {
        lock.lock();
        try {
            if (!closed) {
                listeners.add(listener);
                threads.newThread(listener).start();
                LOG.info("listening at {}", listener.address());
                return listener.address();
            }
        } finally {
            lock.unlock();
        }
        listener.close();
        throw new IOException("the server is closed");
    }

    /** In the order in which they were started. */
    List<SocketAddress> addresses() {
        lock.lock();
        try {
            return listeners.stream().map(Listener::address).toList();
        } finally {
            lock.unlock();
        }
    }

    /** Closes all, and starts none any more. */
    void close() {
        List<Listener> stopped;
        lock.lock();
        try {
            closed = true;
            stopped = List.copyOf(listeners);
            listeners.clear();
        } finally {
            lock.unlock();
        }
        stopped.forEach(Listener::close);
    }
}
