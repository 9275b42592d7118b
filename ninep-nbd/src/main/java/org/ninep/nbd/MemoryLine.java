package org.ninep.nbd;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The clients whose next read waits for memory, in the order in which they came.
 *
 * <p>The {@link ReplyBudget} alone keeps a few clients that never read from starving the rest. Against many of them it
 * takes more: while somebody who holds nothing waits, the one who holds the most of those that have not read for half a
 * minute is cut off, one each second.
 *
 * <p>Where all that wait have replies in flight, they go on when a good deal of memory has come back, and not at every reply:
 * that would wake the event loop for each.
 *
 * <p>{@link #memoryReturned} is thread-safe; the rest is confined to the event loop's thread.
 */
final class MemoryLine {

    /** So long may a client leave its replies unread while others starve. */
    static final Duration STALL_TIMEOUT = Duration.ofSeconds(30);

    private static final long WATCH_NANOS = Duration.ofSeconds(1).toNanos();

    private final EventLoop loop;
    private final Collection<Connection> connections;
    private final ArrayDeque<Connection> line = new ArrayDeque<>();
    private final AtomicBoolean serving = new AtomicBoolean();
    private final Runnable serve = this::serve;
    private final long worthwhile;
    private final AtomicLong returned = new AtomicLong();
    private volatile boolean waiting;
    /** Whether one of those that wait had no reply in flight when it was looked at last. */
    private volatile boolean starving;
    private boolean watching;

    /**
     * A line of some of these clients.
     *
     * @param worthwhile so many bytes that come back are reason to look whether somebody can go on
     */
    MemoryLine(EventLoop loop, Collection<Connection> connections, long worthwhile) {
        this.worthwhile = worthwhile;
        this.loop = loop;
        this.connections = connections;
    }

    /** Lets a client wait until its read can start. */
    void add(Connection connection) {
        line.add(connection);
        waiting = true;
        starving |= connection.bytesHeld() == 0;
        serveSoon();
        if (!watching) {
            watch();
        }
    }

    void remove(Connection connection) {
        line.remove(connection);
    }

    /**
     * Some reply has left: if there is a line, and it is time, the loop serves it.
     *
     * @param bytes that came back
     * @param last whether its client has no other in flight
     */
    void memoryReturned(int bytes, boolean last) {
        if (waiting && (returned.addAndGet(bytes) >= worthwhile || last || starving)) {
            serveSoon();
        }
    }

    private void serveSoon() {
        if (serving.compareAndSet(false, true)) {
            loop.execute(serve);
        }
    }

    private void serve() {
        serving.set(false);
        returned.set(0);
        List<Connection> served = new ArrayList<>();
        for (Iterator<Connection> i = line.iterator(); i.hasNext();) {
            Connection connection = i.next();
            if (connection.startPending()) {
                i.remove();
                served.add(connection);
            }
        }
        waiting = !line.isEmpty();
        starving = someStarves();
        served.forEach(Connection::proceed);
    }

    private boolean someStarves() {
        for (Connection waiter : line) {
            if (waiter.bytesHeld() == 0) {
                return true;
            }
        }
        return false;
    }

    private void watch() {
        watching = someStarves();
        if (watching) {
            Connection worst = worst();
            if (worst != null) {
                worst.cutOff(
                        "has read nothing for " + STALL_TIMEOUT.toSeconds() + " s while others wait for its memory");
            }
            loop.timers().schedule(WATCH_NANOS, this::watch);
        }
    }

    private @Nullable Connection worst() {
        Connection worst = null;
        for (Connection connection : connections) {
            if (connection.hasStalled(STALL_TIMEOUT)
                    && (worst == null || connection.bytesHeld() > worst.bytesHeld())) {
                worst = connection;
            }
        }
        return worst;
    }
}
