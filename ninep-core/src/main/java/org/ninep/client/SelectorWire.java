package org.ninep.client;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ScatteringByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.ninep.ConnectionLostException;
import org.ninep.transport.Connection;

/** A connection's channels, in non-blocking mode, and a selector. */
final class SelectorWire implements Wire {
    private final Connection connection;
    private final Selector selector;
    private final SelectionKey sinkKey;
    /** Guarded by the session's lock, as {@link #full}. */
    private final Outbox outbox = new Outbox();
    private boolean full;

    private SelectorWire(Connection connection, Selector selector) throws IOException {
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
                return new SelectorWire(connection, selector);
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

    @Override
    public String peer() {
        return connection.peer();
    }

    @Override
    public ScatteringByteChannel source() {
        return connection.source();
    }

    // Under the session's lock.

    @Override
    public Outbox outbox() {
        return outbox;
    }

    @Override
    public void flush() throws ConnectionLostException {
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

    @Override
    public void flushOn() throws ConnectionLostException {
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

    @Override
    public boolean select(long millis) throws ConnectionLostException {
        try {
            int ready = millis < 0 ? selector.selectNow(_ -> {}) : selector.select(_ -> {}, millis);
            return ready > 0 && sinkKey.isWritable();
        } catch (IOException | CancelledKeyException e) {
            throw broke(e);
        }
    }

    // Any thread's.

    @Override
    public void wakeup() {
        selector.wakeup();
    }

    @Override
    public void close() throws IOException {
        try (selector) {
            connection.close();
        }
    }
}
