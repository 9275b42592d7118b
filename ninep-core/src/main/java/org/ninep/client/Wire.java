package org.ninep.client;

import java.io.IOException;
import java.nio.channels.ScatteringByteChannel;
import org.ninep.ConnectionLostException;

/**
 * The bytes of a connection, and how the loop thread sleeps until there are more. Requests are written by whoever submits
 * them; what the channel does not take is written when it takes more, which the loop thread finds out.
 */
interface Wire {
    /** The other end, for people. */
    String peer();

    /** Replies; a read brings what is there, and does not block. The loop thread's. */
    ScatteringByteChannel source();

    // Under the session's lock.

    Outbox outbox();

    /**
     * Writes what the channel takes.
     *
     * @throws ConnectionLostException if the connection is broken
     */
    void flush() throws ConnectionLostException;

    /** Writes on if the channel was full and is not any more. */
    void flushOn() throws ConnectionLostException;

    // The loop thread's.

    /**
     * Sleeps until there is something to read or to write, or somebody woke it, or for no reason.
     *
     * @param millis at most; 0 for ever, negative not at all
     * @param few whether at most one request is in flight
     * @return whether there is something to write
     */
    boolean select(long millis, boolean few) throws ConnectionLostException;

    // Any thread's.

    /** Ends a {@link #select}, the present one or the next; one that does not sleep ends by itself, soon. */
    void wakeup();

    /** Closes the connection. */
    void close() throws IOException;

    /** What to throw when the operating system says that the connection broke. */
    default ConnectionLostException broke(Exception e) {
        String why = e.getMessage() == null ? e.toString() : e.getMessage();
        return new ConnectionLostException(peer() + ": the connection broke: " + why, e);
    }
}
