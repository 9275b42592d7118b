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
    private final BusyPoll busyPoll;

    private SelectorWire(Connection connection, Selector selector, BusyPoll busyPoll) throws IOException {
        this.connection = connection;
        this.selector = selector;
        this.busyPoll = busyPoll;
        connection.configureBlocking(false);
        SelectionKey sourceKey = connection.selectableSource().register(selector, SelectionKey.OP_READ);
        this.sinkKey = connection.selectableSink().equals(connection.selectableSource())
                ? sourceKey
                : connection.selectableSink().register(selector, 0);
    }

    /** Takes the connection over; if that fails it is closed. */
    static Wire open(Connection connection, BusyPoll busyPoll) throws ConnectionLostException {
        try {
            Selector selector = Selector.open();
            try {
                return new SelectorWire(connection, selector, busyPoll);
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
    public boolean select(long millis, boolean few) throws ConnectionLostException {
        try {
            int ready;
            if (millis < 0) {
                ready = selector.selectNow(_ -> {});
            } else if (busyPoll.begin(few)) {
                ready = poll();
            } else {
                ready = selector.select(_ -> {}, millis);
                busyPoll.slept(ready > 0);
            }
            return ready > 0 && sinkKey.isWritable();
        } catch (IOException | CancelledKeyException e) {
            throw broke(e);
        }
    }

    /**
     * Lets others go first, each time: who is waited for may be among them. A {@link #wakeup} may go unnoticed, which is why
     * this ends soon in any case.
     */
    @SuppressWarnings("ThreadPriorityCheck")
    private int poll() throws IOException {
        int ready = 0;
        try {
            do {
                Thread.yield();
                ready = selector.selectNow(_ -> {});
            } while (ready == 0 && !busyPoll.isOver());
        } finally {
            busyPoll.ended(ready > 0);
        }
        return ready;
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
