package org.ninep.server;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that is not answered while others are: it takes long, or waits for one that does.
 *
 * <pre>
 * WAITING -> RUNNING -> DONE -> (landed: gone from Flights, its reply is sent)
 *    |          |
 *    |          + cancel: its thread is interrupted; never once it is DONE
 *    + cancel: gone, it was never begun
 * </pre>
 *
 * <p>
 * Guarded by the lock of its {@link Flights}, but for what is final.
 */
final class Flight implements Running {
    private final Flights flights;
    final int tag;
    final Needs needs;
    /** The request, of one that waited. */
    final ByteBuffer request;
    /** The Tflushes that are answered right behind it, in this order. */
    final List<Integer> flushes = new ArrayList<>(0);
    /** Who carries it out; null as long as it waits. */
    @Nullable
    Thread thread;
    private boolean done;
    private boolean cancelled;
    /** Whether nobody wants a reply of any kind. */
    boolean muted;

    Flight(Flights flights, int tag, Needs needs, ByteBuffer request, @Nullable Thread thread) {
        this.flights = flights;
        this.tag = tag;
        this.needs = needs;
        this.request = request;
        this.thread = thread;
    }

    /** With the lock held. */
    void cancel() {
        Thread running = thread;
        if (running != null && !done && !cancelled) {
            cancelled = true;
            running.interrupt();
        }
    }

    @Override
    public void begin() {
        // it is known to take long
    }

    /** By its own thread, which is not interrupted from then on, and is not on return. */
    @Override
    public boolean end() {
        return flights.underLock(() -> {
            done = true;
            boolean _ = Thread.interrupted();
            return cancelled;
        });
    }
}
