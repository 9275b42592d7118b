package org.ninep.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Connecting a socket within a time. */
final class Connecting {
    private Connecting() {
    }

    /** A connected socket in blocking mode. An interrupt ends the attempt and leaves the thread interrupted. */
    static SocketChannel connect(SocketAddress address, Duration timeout) throws IOException {
        SocketChannel socket = address instanceof InetSocketAddress
                ? SocketChannel.open()
                : SocketChannel.open(StandardProtocolFamily.UNIX);
        boolean connected = false;
        try (Selector selector = Selector.open()) {
            socket.configureBlocking(false);
            SelectionKey key = socket.register(selector, SelectionKey.OP_CONNECT);
            connected = socket.connect(address) || finish(socket, selector, timeout);
            key.cancel();
            selector.selectNow();
            socket.configureBlocking(true);
            return socket;
        } finally {
            if (!connected) {
                socket.close();
            }
        }
    }

    private static boolean finish(SocketChannel socket, Selector selector, Duration timeout) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!socket.finishConnect()) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new SocketTimeoutException("no answer within " + timeout.toMillis() + " ms");
            }
            selector.select(left);
            if (Thread.currentThread().isInterrupted()) {
                throw new ClosedByInterruptException();
            }
        }
        return true;
    }
}
