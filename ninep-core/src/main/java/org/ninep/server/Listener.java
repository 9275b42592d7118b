package org.ninep.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.ninep.transport.Connection;

/** Accepts connections at one address, on a thread of its own. */
final class Listener implements Runnable {
    private static final int BACKLOG = 1024;
    /** When the process has no descriptor left, accepting again at once would only burn a processor. */
    private static final long PAUSE_MILLIS = 100;
    private static final int KEEPALIVE_SECONDS = 60;
    private static final long LAST_WAIT_SECONDS = 5;

    private final ServerSocketChannel channel;
    private final SocketAddress address;
    private final @Nullable UnixSocketFile file;
    private final Consumer<Connection> accepted;
    private final RateLimitedLog log;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean running;
    private long unixClients;

    Listener(ServerSocketChannel channel, @Nullable UnixSocketFile file, Consumer<Connection> accepted,
            RateLimitedLog log) throws IOException {
        this.channel = channel;
        this.address = channel.getLocalAddress();
        this.file = file;
        this.accepted = accepted;
        this.log = log;
    }

    static Listener bind(SocketAddress address, Consumer<Connection> accepted, RateLimitedLog log) throws IOException {
        ServerSocketChannel channel = address instanceof UnixDomainSocketAddress
                ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                : ServerSocketChannel.open();
        boolean bound = false;
        try {
            UnixSocketFile file = null;
            if (address instanceof UnixDomainSocketAddress unix) {
                file = UnixSocketFile.bind(channel, unix);
            } else {
                bindTcp(channel, address);
            }
            Listener listener = new Listener(channel, file, accepted, log);
            bound = true;
            return listener;
        } finally {
            if (!bound) {
                channel.close();
            }
        }
    }

    private static void bindTcp(ServerSocketChannel channel, SocketAddress address) throws IOException {
        if (address instanceof InetSocketAddress inet && inet.isUnresolved()) {
            throw new UnknownHostException(inet.getHostString() + ": no such host");
        }
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.bind(address, BACKLOG);
    }

    SocketAddress address() {
        return address;
    }

    @Override
    public void run() {
        running = true;
        try {
            acceptAll();
        } finally {
            ended.countDown();
        }
    }

    private void acceptAll() {
        while (channel.isOpen()) {
            try {
                accept(channel.accept());
            } catch (IOException e) {
                if (channel.isOpen()) {
                    log.warn("{}: cannot accept a connection: {}", address, e.toString());
                    pause();
                }
            }
        }
    }

    private void accept(SocketChannel socket) throws IOException {
        boolean done = false;
        try {
            if (socket.getRemoteAddress() instanceof InetSocketAddress) {
                socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
                noticeVanishing(socket);
            }
            Connection connection = Connection.of(socket, peer(socket));
            done = true;
            accepted.accept(connection);
        } finally {
            if (!done) {
                socket.close();
            }
        }
    }

    /** A client whose machine is gone gives its place back within some minutes, where the system can be told so. */
    private static void noticeVanishing(SocketChannel socket) throws IOException {
        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        if (socket.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, KEEPALIVE_SECONDS);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEPALIVE_SECONDS / 4);
        }
    }

    private String peer(SocketChannel socket) throws IOException {
        if (socket.getRemoteAddress() instanceof InetSocketAddress inet) {
            String host = inet.getAddress().getHostAddress();
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + inet.getPort();
        }
        return address + "#" + ++unixClients;
    }

    private void pause() {
        try {
            closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Stops accepting, and removes a Unix socket's file. As long as a thread is within {@code accept(2)} the kernel takes
     * connections, and keeps the address: so this waits until it is out of there. For another thread than its own.
     */
    void close() {
        closed.countDown();
        try {
            if (file != null) {
                file.remove();
            }
            channel.close();
        } catch (IOException e) {
            log.warn("{}: cannot stop listening in order: {}", address, e.toString());
        }
        if (running) {
            awaitEnd();
        }
    }

    private void awaitEnd() {
        try {
            if (!ended.await(LAST_WAIT_SECONDS, TimeUnit.SECONDS)) {
                log.warn("{}: still accepting {} s after it was closed", address, LAST_WAIT_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
