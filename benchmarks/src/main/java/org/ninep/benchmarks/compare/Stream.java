package org.ninep.benchmarks.compare;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * A plain TCP server, to see what the loopback interface, or a link, has to give. A client sends one byte to begin with: {@value #FLOOD},
 * and gets bytes for as long as it is there; or {@value #ECHO}, and gets back what it sends. Thread-safe.
 */
final class Stream implements Closeable {
    private static final byte FLOOD = 'f';
    private static final byte ECHO = 'e';
    static final int PIECE = 256 << 10;

    private final ServerSocketChannel listening = ServerSocketChannel.open()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

    Stream() throws IOException {
        Thread.ofPlatform().daemon().name("stream").start(this::accept);
    }

    int port() throws IOException {
        return ((InetSocketAddress) listening.getLocalAddress()).getPort();
    }

    private void accept() {
        while (listening.isOpen()) {
            try {
                SocketChannel client = listening.accept();
                Thread.ofPlatform().daemon().name("stream-client").start(() -> serve(client));
            } catch (IOException e) {
                // closed
            }
        }
    }

    private static void serve(SocketChannel client) {
        try (client) {
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
            ByteBuffer one = ByteBuffer.allocateDirect(1);
            fill(client, one);
            boolean echo = one.get(0) == ECHO;
            while (true) {
                if (echo) {
                    fill(client, one);
                    client.write(one.flip());
                } else {
                    client.write(piece.hasRemaining() ? piece : piece.clear());
                }
            }
        } catch (IOException e) {
            // the client has seen enough
        }
    }

    /**
     * Takes what it can get at a port behind which such a server is.
     *
     * @return bytes a second
     */
    static double flood(int port, Duration length) throws IOException {
        try (SocketChannel server = connect(port, FLOOD)) {
            ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
            fill(server, piece);
            long begin = System.nanoTime();
            long bytes = 0;
            while (System.nanoTime() - begin < length.toNanos()) {
                int count = server.read(piece.clear());
                if (count < 0) {
                    throw new EOFException("the stream has ended");
                }
                bytes += count;
            }
            return bytes * 1e9 / (System.nanoTime() - begin);
        }
    }

    /**
     * Sends a byte, and waits for it, at a port behind which such a server is.
     *
     * @return seconds for each, on average
     */
    static double roundTrip(int port, int times) throws IOException {
        try (SocketChannel server = connect(port, ECHO)) {
            ByteBuffer one = ByteBuffer.allocateDirect(1);
            long begin = System.nanoTime();
            for (int i = 0; i < times; i++) {
                server.write(one.clear());
                fill(server, one);
            }
            return (System.nanoTime() - begin) / 1e9 / times;
        }
    }

    private static SocketChannel connect(int port, byte what) throws IOException {
        SocketChannel server = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        server.setOption(StandardSocketOptions.TCP_NODELAY, true);
        server.write(ByteBuffer.wrap(new byte[]{what}));
        return server;
    }

    /** Reads until the buffer is full, from its beginning. */
    static void fill(SocketChannel channel, ByteBuffer buffer) throws IOException {
        buffer.clear();
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the stream has ended");
            }
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
