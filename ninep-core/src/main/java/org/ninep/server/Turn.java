package org.ninep.server;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.ninep.transport.Connection;

/**
 * A thread's turn to read a client's connection, and to carry out what it reads. If that takes long, another thread may take
 * the reading over.
 *
 * <pre>
 *     begin            end
 * READING -> RUNNING -> READING -> ...
 *               |
 *               | take, by another thread that holds the client's writing lock
 *               v
 *             TAKEN      the request and the room for its reply are all that this thread still touches
 * </pre>
 *
 * <p>
 * Confined to its thread, but for {@link #isRunning} and {@link #take}.
 */
final class Turn implements Running, AutoCloseable {
    private static final int READING = 0;
    private static final int RUNNING = 1;
    private static final int TAKEN = 2;

    private final ReentrantLock writing;
    private final AtomicInteger phase = new AtomicInteger(READING);
    private final Thread thread = Thread.currentThread();
    private final Requests in;
    private final Replies out;
    private boolean leads;
    private int reply;
    private @Nullable Flight flight;

    Turn(Connection connection, ReentrantLock writing) {
        this.writing = writing;
        Requests requests = new Requests(connection.source());
        boolean done = false;
        try {
            out = new Replies(connection.sink(), writing);
            done = true;
        } finally {
            if (!done) {
                requests.close();
            }
        }
        in = requests;
    }

    /** From now on this is the one that reads. */
    void lead() {
        leads = true;
    }

    /** Whether this thread reads, and so has to see to the client's end. */
    boolean leads() {
        return leads && taken() == null;
    }

    Requests in() {
        return in;
    }

    Replies out() {
        return out;
    }

    boolean isRunning() {
        return phase.getAcquire() == RUNNING;
    }

    @Override
    public void begin() {
        reply = out.position();
        phase.setRelease(RUNNING);
    }

    @Override
    public boolean end() {
        if (phase.compareAndSet(RUNNING, READING)) {
            return false;
        }
        writing.lock();
        try {
            return flight().end();
        } finally {
            writing.unlock();
        }
    }

    /** What was taken has become this flight; null as long as it is this thread's turn. */
    @Nullable
    Flight taken() {
        return phase.getPlain() == TAKEN ? flight() : null;
    }

    private Flight flight() {
        Flight taken = flight;
        if (taken == null) {
            throw new IllegalStateException("not taken over as a whole");
        }
        return taken;
    }

    /** Where the reply of the request that was taken begins; all before has been written. */
    int reply() {
        return reply;
    }

    /** The thread that carries out the request. */
    Thread thread() {
        return thread;
    }

    /** Ends the turn if its thread is in a request; then {@link #becomes} follows before the writing lock is given back. */
    boolean take() {
        return phase.compareAndSet(RUNNING, TAKEN);
    }

    /** What the request is from now on. */
    void becomes(Flight taken) {
        flight = taken;
    }

    @Override
    public void close() {
        try (in) {
            out.close();
        }
    }
}
