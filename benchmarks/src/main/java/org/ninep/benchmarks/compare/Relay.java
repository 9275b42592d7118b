package org.ninep.benchmarks.compare;

import java.io.Closeable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Stands before a {@link Stream}, for one client, and does what every server in the middle of a chain has to do: it reads pieces from one
 * socket and writes them to another. The pieces go through as much memory, one after the other, as a client of
 * {@code ninep nbd} keeps in use.
 *
 * <p>
 * Thread-safe.
 */
final class Relay implements Closeable {
    private static final int PIECES = 16;

    private final int server;
    private final ServerSocketChannel listening = ServerSocketChannel.open()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    private final Thread thread = Thread.ofPlatform().daemon().name("relay").unstarted(this::relay);
    private volatile double cpuPerGib = Double.NaN;

    /** @param server the stream's port */
    Relay(int server) throws IOException {
        this.server = server;
        thread.start();
    }

    int port() throws IOException {
        return ((InetSocketAddress) listening.getLocalAddress()).getPort();
    }

    /** Seconds of processor time for each GiB, once its client has gone. */
    double cpuPerGib() throws InterruptedException {
        thread.join();
        return cpuPerGib;
    }

    private void relay() {
        long bytes = 0;
        long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        try (SocketChannel client = listening.accept();
                SocketChannel from = SocketChannel
                        .open(new InetSocketAddress(InetAddress.getLoopbackAddress(), server))) {
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            ByteBuffer memory = ByteBuffer.allocateDirect(Stream.PIECE * PIECES);
            pass(client, from, memory.slice(0, 1));
            for (int i = 0;; i = (i + 1) % PIECES) {
                pass(from, client, memory.slice(i * Stream.PIECE, Stream.PIECE));
                bytes += Stream.PIECE;
            }
        } catch (IOException e) {
            // the client has seen enough
        }
        cpuPerGib = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin) / 1e9
                / (bytes / Figures.GIB);
    }

    private static void pass(SocketChannel from, SocketChannel to, ByteBuffer piece) throws IOException {
        Stream.fill(from, piece);
        piece.flip();
        while (piece.hasRemaining()) {
            to.write(piece);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
