package org.ninep.resilient;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.ninep.ConnectionLostException;
import org.ninep.ProtocolException;
import org.ninep.RequestTimeoutException;
import org.ninep.TimeSource;
import org.ninep.client.NinepUri;
import org.ninep.client.RemoteFile;
import org.ninep.message.Attr;

/**
 * The real world: connections over the network, and a thread that keeps the time.
 *
 * <p>
 * Thread-safe.
 */
final class Network implements World {
    private static final long NEVER = Long.MAX_VALUE;

    private final Connections connections;
    private final TimeSource time;
    private final long epoch;
    private final AtomicLong wakeAt = new AtomicLong(NEVER);
    private final Runnable wake = this::unpark;
    private volatile @Nullable Thread timer;
    private volatile boolean closed;

    Network(Connections connections) {
        this.connections = connections;
        this.time = connections.timeSource();
        this.epoch = time.nanoTime() - 1;
    }

    /** Begins to keep the time for an engine. */
    void start(Engine engine) {
        time.onAdvance(wake);
        timer = Thread.ofVirtual().name("ninep-resilient-" + engine).start(() -> keepTime(engine));
    }

    private void keepTime(Engine engine) {
        while (!closed) {
            long at = wakeAt.get();
            long left = at - nanoTime();
            if (at == NEVER) {
                LockSupport.park(this);
            } else if (left > 0) {
                LockSupport.parkNanos(this, left);
            } else if (wakeAt.compareAndSet(at, NEVER)) {
                engine.wake();
            }
        }
        time.removeOnAdvance(wake);
    }

    private void unpark() {
        LockSupport.unpark(timer);
    }

    /** Keeps the time no more. */
    void close() {
        closed = true;
        unpark();
    }

    @Override
    public long nanoTime() {
        return time.nanoTime() - epoch;
    }

    @Override
    public void wakeAt(long nanoTime) {
        if (nanoTime < wakeAt.getAndSet(nanoTime)) {
            unpark();
        }
    }

    @Override
    public void check(NinepUri replica) {
        connections.check(replica);
    }

    @Override
    public void connect(NinepUri replica, int number, Duration timeout, Opening handler) {
        Thread.ofVirtual().name("ninep-connect-" + replica.transport().endpoint())
                .start(() -> open(replica, number, timeout, handler));
    }

    private void open(NinepUri replica, int number, Duration timeout, Opening handler) {
        try {
            open(replica, connections.borrow(replica, number, timeout, handler::lost), handler);
        } catch (IOException e) {
            handler.failed(e);
        } catch (RuntimeException | Error e) {
            handler.failed(new IOException(replica + ": " + e, e));
        }
    }

    /** A connection on which something else went wrong is left to the files that are read over it. */
    private static void open(NinepUri replica, SharedClient.Use use, Opening handler) throws IOException {
        boolean broken = false;
        boolean opened = false;
        try {
            RemoteFile file = use.client().open(replica);
            Attr attr = file.getattr();
            opened = true;
            handler.opened(new ClientLink(use, file), attr);
        } catch (ConnectionLostException | ProtocolException | RequestTimeoutException e) {
            broken = true;
            throw e;
        } finally {
            if (!opened) {
                use.end(broken || !use.client().isOpen());
            }
        }
    }
}
