package org.ninep.munge;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * One connection to munged. Its channel is non-blocking, for a blocking one on a Unix socket has no timeout; a selector
 * waits, and hears of the deadline and of interrupts.
 *
 * <p>
 * Confined to one thread.
 */
final class Conversation implements AutoCloseable {
    private final Deadline deadline;
    private final SocketChannel channel;
    private final Selector selector;
    private final Runnable wake;

    private Conversation(Deadline deadline, SocketChannel channel, Selector selector) {
        this.deadline = deadline;
        this.channel = channel;
        this.selector = selector;
        this.wake = selector::wakeup;
        deadline.time().onAdvance(wake);
    }

    /** Connects; on a Unix socket that takes no time. */
    static Conversation open(Path socket, Deadline deadline) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        boolean done = false;
        try {
            // before it connects: Linux then refuses where munged's backlog is full, and would let wait without end otherwise
            channel.configureBlocking(false);
            channel.connect(UnixDomainSocketAddress.of(socket));
            Conversation conversation = of(channel, deadline);
            done = true;
            return conversation;
        } finally {
            if (!done) {
                channel.close();
            }
        }
    }

    private static Conversation of(SocketChannel channel, Deadline deadline) throws IOException {
        Selector selector = Selector.open();
        boolean done = false;
        try {
            channel.register(selector, 0);
            Conversation conversation = new Conversation(deadline, channel, selector);
            done = true;
            return conversation;
        } finally {
            if (!done) {
                selector.close();
            }
        }
    }

    /** Sends all that remains. */
    void send(ByteBuffer data) throws IOException {
        while (data.hasRemaining()) {
            if (channel.write(data) == 0) {
                await(SelectionKey.OP_WRITE);
            }
        }
    }

    /**
     * Receives until the buffer is full.
     *
     * @throws EOFException if munged ends the connection before
     */
    void receive(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            int count = channel.read(buffer);
            if (count < 0) {
                throw new EOFException("it closed the connection");
            }
            if (count == 0) {
                await(SelectionKey.OP_READ);
            }
        }
    }

    private void await(int operation) throws IOException {
        channel.keyFor(selector).interestOps(operation);
        while (true) {
            long left = deadline.left();
            if (left <= 0) {
                throw new TimeIsOver();
            }
            // rounded up: 0 would wait for ever
            int ready = selector.select(TimeUnit.NANOSECONDS.toMillis(left - 1) + 1);
            selector.selectedKeys().clear();
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while waiting for munged");
            }
            if (ready > 0) {
                return;
            }
        }
    }

    @Override
    public void close() throws IOException {
        deadline.time().removeOnAdvance(wake);
        try (selector) {
            channel.close();
        }
    }

    /** The deadline is over. */
    static final class TimeIsOver extends IOException {
        private static final long serialVersionUID = 1;
    }
}
