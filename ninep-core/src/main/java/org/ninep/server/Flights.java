package org.ninep.server;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.ninep.ProtocolException;

/**
 * The requests of one client that are not answered while others are: those that take long, and those that wait for them.
 *
 * <p>
 * Thread-safe.
 */
final class Flights {
    /** Most of them. */
    static final int MOST = 256;
    /** Most Tflushes that wait for one of them. */
    static final int MOST_FLUSHES = 256;

    /** What becomes of a request that has come. */
    enum Entry {
        /** Whoever has read it carries it out. */
        PASSES,
        /** It was taken, and is begun later. */
        WAITS,
        /** There is no room for it now. */
        FULL
    }

    private final int mostRunning;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** In the order in which they came. */
    private final List<Flight> flights = new ArrayList<>();
    private int running;
    private int waitingBytes;
    private int flushes;
    private boolean closed;
    private volatile int size;

    /** @param mostRunning how many may be carried out at a time */
    Flights(int mostRunning) {
        this.mostRunning = mostRunning;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Whether one more may be carried out. */
    boolean hasRoom() {
        return underLock(() -> running < mostRunning);
    }

    boolean underLock(BooleanSupplier action) {
        lock.lock();
        try {
            return action.getAsBoolean();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Looks whether a request may pass those that are here.
     *
     * @param request copied if it waits
     * @param mostBytes of all requests that wait, but one may always
     * @throws ProtocolException if its tag is in use
     */
    Entry enter(int tag, Needs needs, ByteBuffer request, int mostBytes) throws ProtocolException {
        lock.lock();
        try {
            requireUnused(tag);
            if (running < mostRunning && isFree(needs, flights.size())) {
                return Entry.PASSES;
            }
            int bytes = request.remaining();
            if (isFull(bytes, mostBytes)) {
                return Entry.FULL;
            }
            ByteBuffer copy = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN).put(request.duplicate()).flip();
            flights.add(new Flight(this, tag, needs, copy, null));
            size = flights.size();
            waitingBytes += bytes;
            return Entry.WAITS;
        } finally {
            lock.unlock();
        }
    }

    private boolean isFull(int bytes, int mostBytes) {
        return flights.size() >= MOST || (waitingBytes > 0 && waitingBytes + bytes > mostBytes);
    }

    /** Whether none of the first so many is in the way. */
    private boolean isFree(Needs needs, int first) {
        for (int i = 0; i < first; i++) {
            if (needs.meet(flights.get(i).needs)) {
                return false;
            }
        }
        return true;
    }

    private void requireUnused(int tag) throws ProtocolException {
        if (find(tag) != null) {
            throw new ProtocolException("tag " + tag + " is that of a request that is not answered yet");
        }
    }

    /** The one that has the tag, or a Tflush that does. */
    private @Nullable Flight find(int tag) {
        for (Flight flight : flights) {
            if (flight.tag == tag || flight.flushes.contains(tag)) {
                return flight;
            }
        }
        return null;
    }

    /** Adds one that its thread has begun already. */
    Flight add(int tag, Needs needs, Thread thread) {
        lock.lock();
        try {
            Flight flight = new Flight(this, tag, needs, ByteBuffer.allocate(0), thread);
            flights.add(flight);
            size = flights.size();
            running++;
            return flight;
        } finally {
            lock.unlock();
        }
    }

    /**
     * What a Tflush does.
     *
     * @return PASSES if it is to be answered now, WAITS if behind the request
     * @throws ProtocolException if its tag is in use
     */
    Entry flush(int tag, int oldtag) throws ProtocolException {
        lock.lock();
        try {
            requireUnused(tag);
            Flight old = find(oldtag);
            if (old == null) {
                return Entry.PASSES;
            }
            if (old.thread == null) {
                drop(old);
                return Entry.PASSES;
            }
            if (flushes >= MOST_FLUSHES) {
                return Entry.FULL;
            }
            old.flushes.add(tag);
            flushes++;
            if (old.tag == oldtag) {
                old.cancel();
            }
            return Entry.WAITS;
        } finally {
            lock.unlock();
        }
    }

    private void drop(Flight waiting) {
        flights.remove(waiting);
        size = flights.size();
        waitingBytes -= waiting.request.remaining();
        changed.signalAll();
    }

    /**
     * Takes out one that is done: from now on its tag and its fids are free, and Tflushes are too late. Idempotent.
     *
     * @return whether it is to be answered, and its Tflushes behind it
     */
    boolean land(Flight flight) {
        lock.lock();
        try {
            if (flights.remove(flight)) {
                size = flights.size();
                running--;
                flushes -= flight.flushes.size();
                changed.signalAll();
            }
            return !flight.muted;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The first that no longer has to wait.
     *
     * @param thread who carries it out
     */
    @Nullable
    Flight next(Thread thread) {
        lock.lock();
        try {
            Flight next = startable();
            if (next != null) {
                next.thread = thread;
                running++;
                waitingBytes -= next.request.remaining();
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Whether one waits for nothing but a thread. */
    boolean hasNext() {
        return underLock(() -> startable() != null);
    }

    private @Nullable Flight startable() {
        if (closed || running >= mostRunning) {
            return null;
        }
        for (int i = 0; i < flights.size(); i++) {
            Flight flight = flights.get(i);
            if (flight.thread == null && isFree(flight.needs, i)) {
                return flight;
            }
        }
        return null;
    }

    /** Waits until there is room for a request of so many bytes, and for a Tflush, or all is over. */
    void awaitRoom(int bytes, int mostBytes) {
        lock.lock();
        try {
            while (!closed && (isFull(bytes, mostBytes) || flushes >= MOST_FLUSHES)) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgets those that wait, interrupts those that run, lets nobody answer, and waits until the last has ended. */
    void cancelAll() {
        lock.lock();
        try {
            for (Flight flight : List.copyOf(flights)) {
                if (flight.thread == null) {
                    drop(flight);
                } else {
                    flight.muted = true;
                    flight.cancel();
                }
            }
            while (!flights.isEmpty()) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Begins none any more, and keeps nobody waiting for room. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
