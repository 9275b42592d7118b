package org.ninep.client;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ScatteringByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.ninep.ConnectionLostException;
import org.ninep.transport.Connection;

/**
 * The connection's channels, in non-blocking mode, and the selector on which the loop thread sleeps. Requests are written by
 * whoever submits them; what the channel does not take is written when it takes more, which the loop thread finds out.
 */
final class Wire {
    private final Connection connection;
    private final Selector selector;
    private final SelectionKey sinkKey;
    /** Guarded by the session's lock, as {@link #full}. */
    private final Outbox outbox = new Outbox();
    private boolean full;

    private Wire(Connection connection, Selector selector) throws IOException {
        this.connection = connection;
        this.selector = selector;
        connection.configureBlocking(false);
        SelectionKey sourceKey = connection.selectableSource().register(selector, SelectionKey.OP_READ);
        this.sinkKey = connection.selectableSink().equals(connection.selectableSource())
                ? sourceKey
                : connection.selectableSink().register(selector, 0);
    }

    /** Takes the connection over; if that fails it is closed. */
    static Wire open(Connection connection) throws ConnectionLostException {
        try {
            Selector selector = Selector.open();
            try {
                return new Wire(connection, selector);
            } catch (IOException e) {
                selector.close();
                throw e;
            }
        } catch (IOException e) {
            try {
                connection.close();
            } catch (IOException alsoClosing) {
                e.addSuppressed(alsoClosing);
            }
            throw new ConnectionLostException(connection.peer() + ": " + e.getMessage(), e);
        }
    }

    String peer() {
        return connection.peer();
    }

    ScatteringByteChannel source() {
        return connection.source();
    }

    // Under the session's lock.

    Outbox outbox() {
        return outbox;
    }

    /**
     * Writes what the channel takes.
     *
     * @throws ConnectionLostException if the connection is broken
     */
    void flush() throws ConnectionLostException {
        if (full) {
            return;
        }
        try {
            if (!outbox.flush(connection.sink())) {
                full = true;
                sinkKey.interestOpsOr(SelectionKey.OP_WRITE);
                selector.wakeup();
            }
        } catch (IOException | CancelledKeyException e) {
            throw broke(e);
        }
    }

    /** Writes on if the channel was full and is not any more. */
    void flushOn() throws ConnectionLostException {
        try {
            if (full && sinkKey.isWritable()) {
                full = false;
                sinkKey.interestOpsAnd(~SelectionKey.OP_WRITE);
                flush();
            }
        } catch (CancelledKeyException e) {
            throw broke(e);
        }
    }

    // The loop thread's.

    /**
     * Sleeps until there is something to read or to write, or somebody woke it.
     *
     * @param millis at most; 0 for ever, negative not at all
     * @return whether there is something to write
     */
    boolean select(long millis) throws ConnectionLostException {
        try {
            int ready = millis < 0 ? selector.selectNow(_ -> {}) : selector.select(_ -> {}, millis);
            return ready > 0 && sinkKey.isWritable();
        } catch (IOException | CancelledKeyException e) {
            throw broke(e);
        }
    }

    ConnectionLostException broke(Exception e) {
        String why = e.getMessage() == null ? e.toString() : e.getMessage();
        return new ConnectionLostException(peer() + ": the connection broke: " + why, e);
    }

    // Any thread's.

    void wakeup() {
        selector.wakeup();
    }

    void close() throws IOException {
        try (selector) {
            connection.close();
        }
    }
}
