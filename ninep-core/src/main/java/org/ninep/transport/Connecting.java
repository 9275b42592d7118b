package org.ninep.transport;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Connecting a socket within a time. */
final class Connecting {
    private Connecting() {}

    /**
     * A connected socket in blocking mode; over TCP with TCP_NODELAY and SO_KEEPALIVE. An interrupt ends the attempt and
     * leaves the thread interrupted. Every exception's message is the reason alone, without the address.
     */
    static SocketChannel connect(SocketAddress address, Duration timeout) throws IOException {
        SocketChannel socket = open(address);
        boolean connected = false;
        try {
            failIfInterrupted();
            socket.configureBlocking(false);
            if (!socket.connect(address)) {
                finish(socket, timeout);
            }
            failIfItself(socket);
            socket.configureBlocking(true);
            connected = true;
            return socket;
        } catch (UnsupportedAddressTypeException e) {
            throw new SocketException("this kind of address is not supported here", e);
        } finally {
            if (!connected) {
                socket.close();
            }
        }
    }

    private static SocketChannel open(SocketAddress address) throws IOException {
        if (!(address instanceof InetSocketAddress)) {
            return SocketChannel.open(StandardProtocolFamily.UNIX);
        }
        return SocketChannel.open().setOption(StandardSocketOptions.TCP_NODELAY, true)
                .setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    }

    private static void finish(SocketChannel socket, Duration timeout) throws IOException {
        long deadline = deadline(timeout);
        try (Selector selector = Selector.open()) {
            socket.register(selector, SelectionKey.OP_CONNECT);
            while (!socket.finishConnect()) {
                long left = millisUntil(deadline);
                if (left <= 0) {
                    throw new SocketTimeoutException("no answer within " + wholeMillis(timeout) + " ms");
                }
                selector.select(left);
                failIfInterrupted();
            }
        }
    }

    /**
     * TCP connects a socket with itself where its own port happens to be the one that it asks for and nobody listens: on the
     * loopback interface, sooner or later, who tries often enough.
     */
    private static void failIfItself(SocketChannel socket) throws IOException {
        if (socket.getRemoteAddress() instanceof InetSocketAddress there && there.equals(socket.getLocalAddress())) {
            throw new ConnectException("Connection refused");
        }
    }

    private static void failIfInterrupted() throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted");
        }
    }

    /** The moment of {@link System#nanoTime()} at which the timeout has passed; a timeout of ages is cut to 292 years. */
    static long deadline(Duration timeout) {
        return System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
    }

    /** How long it is until the deadline, rounded up: 0 or less when it has passed. */
    private static long millisUntil(long deadline) {
        return Math.ceilDiv(deadline - System.nanoTime(), 1_000_000L);
    }

    /** The timeout for people, rounded up and not below 0. */
    static long wholeMillis(Duration timeout) {
        return Math.max(0, Math.ceilDiv(TimeUnit.NANOSECONDS.convert(timeout), 1_000_000L));
    }
}
