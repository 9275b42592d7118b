package org.ninep.nbd;

import static org.ninep.nbd.NbdConstants.*;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Reads an export of an NBD server, with any number of reads in flight on one connection.
 *
 * <p>It is small on purpose: reads only, simple replies only, one connection, no reconnect. An interrupt of a thread that
 * waits for a read gives up that read alone.
 *
 * <p>Thread-safe.
 */
public final class NbdClient implements AutoCloseable {

    /**
     * An export, as a server lists it. Immutable.
     *
     * @param name what to ask for
     * @param description a text for people, empty if there is none
     */
    public record Listed(String name, String description) {}

    /** The time limit of {@link #connect(SocketAddress, String)} and {@link #list(SocketAddress)}. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    private final ClientHandshake.Agreement agreement;
    private final ClientConnection connection;

    private NbdClient(ClientHandshake.Agreement agreement, ClientConnection connection) {
        this.agreement = agreement;
        this.connection = connection;
    }

    /**
     * Opens an export, within 10 seconds.
     *
     * @param server an {@link java.net.InetSocketAddress} or a {@link UnixDomainSocketAddress}
     * @param export the export's name; empty for the server's default
     * @return a client, to be closed
     * @throws IOException if the server cannot be reached, is no NBD server, or has no such export
     */
    public static NbdClient connect(SocketAddress server, String export) throws IOException {
        return connect(server, export, DEFAULT_TIMEOUT);
    }

    /**
     * Opens an export.
     *
     * @param server an {@link java.net.InetSocketAddress} or a {@link UnixDomainSocketAddress}
     * @param export the export's name; empty for the server's default
     * @param timeout the time limit of connection and handshake together
     * @return a client, to be closed
     * @throws IOException if the server cannot be reached, is no NBD server, or has no such export
     */
    public static NbdClient connect(SocketAddress server, String export, Duration timeout) throws IOException {
        Negotiation<NbdClient> open = (handshake, channel, selector) -> {
            ClientHandshake.Agreement agreement = handshake.go(export);
            return new NbdClient(agreement, ClientConnection.start(channel, selector, server));
        };
        return negotiate(server, timeout, open);
    }

    /**
     * Asks a server for its exports, within 10 seconds.
     *
     * @param server an {@link java.net.InetSocketAddress} or a {@link UnixDomainSocketAddress}
     * @return the exports, in the server's order
     * @throws IOException if the server cannot be reached, is no NBD server, or does not list its exports
     */
    public static List<Listed> list(SocketAddress server) throws IOException {
        return list(server, DEFAULT_TIMEOUT);
    }

    /**
     * Asks a server for its exports.
     *
     * @param server an {@link java.net.InetSocketAddress} or a {@link UnixDomainSocketAddress}
     * @param timeout the time limit
     * @return the exports, in the server's order
     * @throws IOException if the server cannot be reached, is no NBD server, or does not list its exports
     */
    public static List<Listed> list(SocketAddress server, Duration timeout) throws IOException {
        Negotiation<List<Listed>> ask = (handshake, channel, selector) -> {
            List<Listed> listed = handshake.list();
            close(channel, selector);
            return listed;
        };
        return negotiate(server, timeout, ask);
    }

    private interface Negotiation<T> {
        T with(ClientHandshake handshake, SocketChannel channel, Selector selector) throws IOException;
    }

    private static <T> T negotiate(SocketAddress server, Duration timeout, Negotiation<T> negotiation)
            throws IOException {
        Objects.requireNonNull(server, "server");
        Selector selector = Selector.open();
        SocketChannel channel = null;
        try {
            boolean unix = server instanceof UnixDomainSocketAddress;
            channel = unix ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
            channel.configureBlocking(false);
            if (!unix) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            channel.register(selector, SelectionKey.OP_CONNECT);
            channel.connect(server);
            ClientHandshake handshake = new ClientHandshake(channel, selector, server.toString(), timeout);
            handshake.begin();
            return negotiation.with(handshake, channel, selector);
        } catch (UnresolvedAddressException e) {
            close(channel, selector);
            throw new IOException("cannot connect to the NBD server at " + server + ": no such host", e);
        } catch (IOException | RuntimeException e) {
            close(channel, selector);
            if (e instanceof SocketException refused) {
                throw new IOException("cannot connect to the NBD server at " + server + ": " + refused.getMessage(), e);
            }
            throw e;
        }
    }

    private static void close(@Nullable SocketChannel channel, Selector selector)
            throws IOException {
        if (channel != null) {
            channel.close();
        }
        selector.close();
    }

    /**
     * The export's size.
     *
     * @return the size in bytes
     */
    public long size() {
        return agreement.size();
    }

    /**
     * The export's name in the server's words.
     *
     * @return the name, empty if the server does not say
     */
    public String exportName() {
        return Objects.requireNonNullElse(agreement.name(), "");
    }

    /**
     * The export's description.
     *
     * @return the description, empty if there is none
     */
    public String description() {
        return Objects.requireNonNullElse(agreement.description(), "");
    }

    /**
     * The transmission flags, as the specification numbers them.
     *
     * @return 16 bits
     */
    public int flags() {
        return agreement.flags();
    }

    /**
     * Whether the export cannot be written (NBD_FLAG_READ_ONLY).
     *
     * @return whether it is read-only
     */
    public boolean isReadOnly() {
        return (flags() & NBD_FLAG_READ_ONLY) != 0;
    }

    /**
     * Whether several connections to the export show the same content (NBD_FLAG_CAN_MULTI_CONN).
     *
     * @return whether several connections are safe
     */
    public boolean canMultiConn() {
        return (flags() & NBD_FLAG_CAN_MULTI_CONN) != 0;
    }

    /**
     * Offsets and lengths of reads are multiples of this.
     *
     * @return the minimum block size in bytes
     */
    public int minimumBlockSize() {
        return agreement.minimumBlockSize();
    }

    /**
     * Reads of multiples of this are efficient.
     *
     * @return the preferred block size in bytes
     */
    public int preferredBlockSize() {
        return agreement.preferredBlockSize();
    }

    /**
     * No single request is longer than this.
     *
     * @return the maximum block size in bytes, no more than 32 MiB
     */
    public int maximumBlockSize() {
        return Integer.compareUnsigned(agreement.maximumBlockSize(), MAX_BLOCK_SIZE) > 0
                ? MAX_BLOCK_SIZE
                : agreement.maximumBlockSize();
    }

    /**
     * Starts to fill a buffer, and returns. The payload is read from the socket straight into a direct buffer; one on the
     * heap costs a copy.
     *
     * <p>The buffer is the client's until the future is done. Cancelling the future, or a timeout set on it, gives the
     * buffer back at once and throws the reply away when it comes. What depends on the future runs on the client's
     * reader: it must not block.
     *
     * @param offset where to read, in bytes from the start of the export
     * @param buffer filled from its position to its limit: at most {@link #maximumBlockSize()} bytes
     * @return completes with the full buffer; or with a {@link NbdException} if the server answers with an error, or
     *     another {@link IOException} if the connection is lost or closed
     * @throws IllegalArgumentException if the buffer is longer than that
     */
    public CompletableFuture<ByteBuffer> readAsync(long offset, ByteBuffer buffer) {
        if (buffer.remaining() > maximumBlockSize()) {
            throw new IllegalArgumentException(
                    "a read of " + buffer.remaining() + " bytes; the server allows " + maximumBlockSize());
        }
        PendingRead read = new PendingRead(offset, buffer);
        connection.submit(read);
        return read;
    }

    /**
     * Fills a buffer of any length, and waits for it. Several threads may do so at a time.
     *
     * @param offset where to read, in bytes from the start of the export
     * @param buffer filled from its position to its limit
     * @throws NbdException if the server answers with an error
     * @throws InterruptedIOException if the thread is interrupted, which stays set; nobody touches the buffer any more
     * @throws IOException if the connection is lost or closed
     */
    public void read(long offset, ByteBuffer buffer) throws IOException {
        int limit = buffer.limit();
        long at = offset;
        while (buffer.hasRemaining()) {
            int length = Math.min(limit - buffer.position(), maximumBlockSize());
            buffer.limit(buffer.position() + length);
            try {
                await(readAsync(at, buffer));
            } finally {
                buffer.limit(limit);
            }
            at += length;
        }
    }

    private static void await(CompletableFuture<ByteBuffer> read) throws IOException {
        try {
            read.get();
        } catch (InterruptedException e) {
            read.cancel(false);
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted during " + read);
            interrupted.initCause(e);
            throw interrupted;
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            if (cause instanceof NbdException refused) {
                throw refused;
            }
            throw new IOException(cause.getMessage(), cause);
        }
    }

    /**
     * Closes the connection (NBD_CMD_DISC); reads in flight fail.
     */
    @Override
    public void close() {
        connection.close();
    }
}
