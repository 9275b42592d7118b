package org.ninep.resilient;

import java.io.IOException;
import java.time.Duration;
import org.ninep.client.NinepUri;
import org.ninep.message.Attr;

/**
 * What the decisions need of the world outside: connections, and the time. The {@link Engine} is the same over real
 * connections and over a simulated network.
 *
 * <p>
 * Thread-safe. No method blocks or calls back before it returns, except where a {@link Link} says so.
 */
interface World {
    /** Monotonic time, as {@link System#nanoTime()}. */
    long nanoTime();

    /**
     * Has {@link Engine#wake()} called at this time or soon after; the last call counts.
     *
     * @param nanoTime {@link Long#MAX_VALUE} for never
     */
    void wakeAt(long nanoTime);

    /**
     * Looks at a replica before it becomes one.
     *
     * @throws IllegalArgumentException if no session can ever be had of it
     */
    default void check(NinepUri replica) {}

    /**
     * Connects, authenticates, attaches, walks, opens and asks for the attributes.
     *
     * @param number of the session at this replica, from 0: sessions of different numbers are on different connections
     * @param timeout for connecting, and again for each request; positive
     * @param handler told of the outcome once
     */
    void connect(NinepUri replica, int number, Duration timeout, Opening handler);

    /** How a session comes and goes. Its methods do not block. */
    interface Opening {
        /** The session is there. */
        void opened(Link link, Attr attr);

        /** There will be no session. */
        void failed(IOException cause);

        /** The session's connection has ended, for whatever reason; after {@link #opened}, and at most once. */
        void lost(IOException cause);
    }
}
