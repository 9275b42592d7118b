package org.ninep.nbd;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening socket, and what it listens at. A Unix socket that was bound here is removed on close; one that a dead
 * server has left behind is replaced.
 *
 * <p>Confined to one thread: the event loop's, once it is registered.
 */
final class Listener implements EventLoop.Handler {

    private static final int ACCEPTED_AT_ONCE = 64;
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Logger log = LoggerFactory.getLogger(Listener.class);

    private final ServerSocketChannel channel;
    private final SocketAddress address;
    private final @Nullable Path socketFile;
    private final @Nullable Object socketKey;
    private @Nullable Clients clients;

    private Listener(ServerSocketChannel channel, @Nullable Path socketFile) throws IOException {
        this.channel = channel;
        this.socketFile = socketFile;
        address = channel.getLocalAddress();
        socketKey = socketFile == null ? null : fileKey(socketFile);
    }

    /** Listens at an address. */
    static Listener bind(SocketAddress address) throws IOException {
        boolean unix = address instanceof UnixDomainSocketAddress;
        ServerSocketChannel channel = ServerSocketChannel.open(family(address));
        try {
            if (!unix) {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            } else if (isLeftOver((UnixDomainSocketAddress) address)) {
                Files.deleteIfExists(((UnixDomainSocketAddress) address).getPath());
            }
            channel.bind(address);
            return new Listener(channel, unix ? ((UnixDomainSocketAddress) address).getPath() : null);
        } catch (IOException | UnresolvedAddressException e) {
            closeQuietly(channel);
            String cause = e instanceof UnresolvedAddressException ? "no such host" : e.getMessage();
            throw new IOException("cannot listen at " + address + ": " + cause, e);
        }
    }

    /** Listens with a socket that is bound already, and that others may have the name of. */
    static Listener of(ServerSocketChannel channel) throws IOException {
        if (channel.getLocalAddress() == null) {
            throw new IOException("the server socket to listen with is not bound");
        }
        return new Listener(channel, null);
    }

    private static ProtocolFamily family(SocketAddress address) {
        if (address instanceof UnixDomainSocketAddress) {
            return StandardProtocolFamily.UNIX;
        }
        boolean v4 = address instanceof InetSocketAddress inet && inet.getAddress() instanceof java.net.Inet4Address;
        return v4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    }

    private static boolean isLeftOver(UnixDomainSocketAddress address) throws IOException {
        if (!Files.exists(address.getPath(), LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        BasicFileAttributes attributes =
                Files.readAttributes(address.getPath(), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isOther()) {
            return false;
        }
        try (SocketChannel probe = SocketChannel.open(address)) {
            return !probe.isConnected();
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            return "Connection refused".equals(e.getMessage());
        }
    }

    private static @Nullable Object fileKey(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
    }

    SocketAddress address() {
        return address;
    }

    /** Starts to accept clients. */
    void start(Clients of) throws IOException {
        clients = of;
        channel.configureBlocking(false);
        of.loop().register(channel, SelectionKey.OP_ACCEPT, this);
    }

    @Override
    public void ready(SelectionKey key) {
        if (clients == null) {
            return;
        }
        try {
            for (int i = 0; i < ACCEPTED_AT_ONCE; i++) {
                SocketChannel client = channel.accept();
                if (client == null) {
                    return;
                }
                clients.admit(client, new CompletableFuture<>());
            }
        } catch (IOException e) {
            log.warn("cannot accept NBD clients at {}: {}; trying again in a second", address, e.toString());
            key.interestOps(0);
            clients.loop().timers().schedule(PAUSE_NANOS, () -> resume(key));
        }
    }

    private static void resume(SelectionKey key) {
        if (key.isValid()) {
            key.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    void close() {
        closeQuietly(channel);
        if (socketFile != null) {
            try {
                if (socketKey != null && socketKey.equals(fileKey(socketFile))) {
                    Files.delete(socketFile);
                }
            } catch (IOException e) {
                log.debug("cannot remove {}: {}", socketFile, e.toString());
            }
        }
    }

    static void closeQuietly(Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("closing {} failed: {}", channel, e.toString());
        }
    }
}
