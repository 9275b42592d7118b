package org.ninep.transport;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ScatteringByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;

/**
 * A connected stream of bytes in both directions, over channels that a {@link java.nio.channels.Selector} takes.
 *
 * <p>
 * Channels begin in blocking mode. A thread that is interrupted while it is in a blocking operation closes the channel
 * for everybody; in non-blocking mode that cannot happen, which is why whoever shares a connection between threads first
 * calls {@link #configureBlocking configureBlocking(false)}.
 *
 * <p>
 * Thread-safe as its channels are: one thread may read while another writes.
 */
public final class Connection implements Closeable {
    private final ScatteringByteChannel source;
    private final GatheringByteChannel sink;
    private final SelectableChannel selectableSource;
    private final SelectableChannel selectableSink;
    private final String peer;

    private Connection(ScatteringByteChannel source, SelectableChannel selectableSource, GatheringByteChannel sink,
            SelectableChannel selectableSink, String peer) {
        this.source = source;
        this.sink = sink;
        this.selectableSource = selectableSource;
        this.selectableSink = selectableSink;
        this.peer = peer;
    }

    /**
     * Over a socket.
     *
     * @param socket connected; belongs to the connection from now on
     * @param peer the other end, for people
     */
    public static Connection of(SocketChannel socket, String peer) {
        return new Connection(socket, socket, socket, socket, peer);
    }

    /**
     * Over two pipes, one for each direction.
     *
     * @param source what the other end writes; belongs to the connection from now on
     * @param sink what the other end reads; belongs to the connection from now on
     * @param peer the other end, for people
     */
    public static Connection of(Pipe.SourceChannel source, Pipe.SinkChannel sink, String peer) {
        return new Connection(source, source, sink, sink, peer);
    }

    /** The channel to read from. */
    public ScatteringByteChannel source() {
        return source;
    }

    /** The channel to write to; for a socket the same object as {@link #source()}. */
    public GatheringByteChannel sink() {
        return sink;
    }

    /** {@link #source()} as what a selector takes. */
    public SelectableChannel selectableSource() {
        return selectableSource;
    }

    /** {@link #sink()} as what a selector takes. */
    public SelectableChannel selectableSink() {
        return selectableSink;
    }

    /** The other end, for people: {@code 10.0.0.1:564}. */
    public String peer() {
        return peer;
    }

    /**
     * Sets the mode of both directions.
     *
     * @param block as {@link SelectableChannel#configureBlocking}
     * @throws IOException if the connection is closed
     */
    public void configureBlocking(boolean block) throws IOException {
        selectableSource.configureBlocking(block);
        selectableSink.configureBlocking(block);
    }

    /** Whether nobody has closed it on this side. */
    public boolean isOpen() {
        return source.isOpen() && sink.isOpen();
    }

    /** Closes both directions. Idempotent; operations in progress on other threads end with an exception. */
    @Override
    public void close() throws IOException {
        try (source) {
            sink.close();
        }
    }

    @Override
    public String toString() {
        return peer;
    }
}
