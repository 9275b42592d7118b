package org.ninep.server;

import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Threads beside the one that each client has, for clients one of whose requests takes long. One thread looks after that:
 * every 10 ms while there is anything to do for anybody, else it sleeps. So a request that is carried out at once costs nothing
 * more for it.
 *
 * <p>
 * Thread-safe.
 */
final class Helpers implements Runnable {
    private static final long LOOK_NANOS = 10_000_000;
    /** Looks at which nothing was to do, before it sleeps: waking it costs the client that does. */
    private static final int QUIET = 200;

    private final Clients clients;
    private final ThreadFactory threads;
    private final RateLimitedLog log;
    private final Consumer<Client> left;
    private final int mostPerClient;
    private final Semaphore free;
    private volatile @Nullable Thread watch;
    private volatile boolean asleep;
    private volatile boolean closed;

    /**
     * @param most of all clients
     * @param mostPerClient of one
     * @param left told by each client as the last thing
     */
    Helpers(Clients clients, ThreadFactory threads, RateLimitedLog log, int most, int mostPerClient,
            Consumer<Client> left) {
        this.clients = clients;
        this.threads = threads;
        this.log = log;
        this.left = left;
        this.mostPerClient = mostPerClient;
        this.free = new Semaphore(most);
    }

    int mostPerClient() {
        return mostPerClient;
    }

    void left(Client client) {
        left.accept(client);
        if (closed) {
            LockSupport.unpark(watch);
        }
    }

    /** Lets a helper do something, which ends with {@link #giveBack}; false if there is none. */
    boolean call(Runnable task) {
        if (!free.tryAcquire()) {
            return false;
        }
        boolean started = false;
        try {
            threads.newThread(task).start();
            started = true;
        } catch (RuntimeException | OutOfMemoryError e) {
            log.warn("no thread for a client that waits: {}", e.toString());
        } finally {
            if (!started) {
                free.release();
            }
        }
        return started;
    }

    void giveBack() {
        free.release();
    }

    /** There is something to do. */
    void wake() {
        if (asleep) {
            asleep = false;
            LockSupport.unpark(watch);
        }
    }

    /** Ends as soon as no client is left. */
    void close() {
        closed = true;
        LockSupport.unpark(watch);
    }

    @Override
    public void run() {
        watch = Thread.currentThread();
        int quiet = 0;
        while (!closed || !clients.all().isEmpty()) {
            quiet = look() ? 0 : quiet + 1;
            if (quiet < QUIET) {
                LockSupport.parkNanos(this, LOOK_NANOS);
            } else {
                sleep();
                quiet = 0;
            }
        }
    }

    /** Whoever begins something looks whether this is asleep only after it has begun. */
    private void sleep() {
        asleep = true;
        if (!look() && !closed) {
            LockSupport.park(this);
        }
        asleep = false;
    }

    private boolean look() {
        boolean busy = false;
        for (Client client : clients.all()) {
            busy |= client.watch();
        }
        return busy;
    }
}
