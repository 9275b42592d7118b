package org.ninep.benchmarks.compare;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A proxy that stands for a link to a server: what is sent arrives late, and no faster than the link's rate, which all connections
 * share in each direction. It carries bytes, not segments: the senders' TCP sees loopback. Thread-safe.
 *
 * <pre>
 *   from -> reader: notes when it is due -> line, at most 64 MiB -> writer: waits until it is due -> to
 * </pre>
 */
final class Link implements Closeable {
    private static final int CHUNK = 64 << 10;
    private static final int CHUNKS = 1024;
    /** How much may wait for the link: a router's queue. Then nothing more is read from who sends. */
    private static final long QUEUE_NANOS = 5_000_000;

    private final ServerSocketChannel listening;
    private final InetSocketAddress server;
    private final long oneWayNanos;
    private final long bytesPerSecond;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private final Direction up = new Direction();
    private final Direction down = new Direction();

    /**
     * Begins to listen.
     *
     * @param server its port on the loopback interface
     * @param roundTrip what the link adds to it, half in each direction
     * @param bytesPerSecond the rate in each direction; 0 for as fast as it goes
     */
    Link(int server, Duration roundTrip, long bytesPerSecond) throws IOException {
        this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), server);
        this.oneWayNanos = roundTrip.toNanos() / 2;
        this.bytesPerSecond = bytesPerSecond;
        listening = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread.ofPlatform().daemon().name("link").start(this::accept);
    }

    int port() throws IOException {
        return ((InetSocketAddress) listening.getLocalAddress()).getPort();
    }

    private void accept() {
        while (listening.isOpen()) {
            try {
                SocketChannel client = listening.accept();
                open.add(client);
                SocketChannel behind = SocketChannel.open(server);
                open.add(behind);
                client.setOption(StandardSocketOptions.TCP_NODELAY, true);
                behind.setOption(StandardSocketOptions.TCP_NODELAY, true);
                new Line(client, behind, up).start();
                new Line(behind, client, down).start();
            } catch (IOException e) {
                // the server is down, and the client will see it; or this link is closed
            }
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (SocketChannel channel : open) {
            channel.close();
        }
    }

    /** The rate is bounded here: for each direction, over all connections. */
    private final class Direction {
        private long freeAt = System.nanoTime();

        /** When bytes that were sent now arrive. Waits first while the queue is full. */
        synchronized long due(int bytes) {
            long now = System.nanoTime();
            if (bytesPerSecond == 0) {
                return now + oneWayNanos;
            }
            while (freeAt - now > QUEUE_NANOS) {
                LockSupport.parkNanos(freeAt - now - QUEUE_NANOS);
                now = System.nanoTime();
            }
            freeAt = (freeAt - now > 0 ? freeAt : now) + bytes * 1_000_000_000L / bytesPerSecond;
            return freeAt + oneWayNanos;
        }
    }

    private record Sent(ByteBuffer bytes, long due) {}

    /** One direction of one connection. */
    private final class Line {
        private final SocketChannel from;
        private final SocketChannel to;
        private final Direction direction;
        private final LinkedBlockingDeque<ByteBuffer> free = new LinkedBlockingDeque<>();
        private final BlockingQueue<Sent> sent = new LinkedBlockingQueue<>();
        private int made;

        Line(SocketChannel from, SocketChannel to, Direction direction) {
            this.from = from;
            this.to = to;
            this.direction = direction;
        }

        void start() {
            Thread.ofPlatform().daemon().name("link-reader").start(this::read);
            Thread.ofPlatform().daemon().name("link-writer").start(this::write);
        }

        private void read() {
            try {
                ByteBuffer chunk = chunk();
                while (from.read(chunk) >= 0) {
                    chunk.flip();
                    sent.add(new Sent(chunk, direction.due(chunk.remaining())));
                    chunk = chunk();
                }
            } catch (IOException | InterruptedException e) {
                // the end, as below
            }
            sent.add(new Sent(ByteBuffer.allocate(0), System.nanoTime() + oneWayNanos));
        }

        private ByteBuffer chunk() throws InterruptedException {
            ByteBuffer chunk = free.pollFirst();
            if (chunk == null && made < CHUNKS) {
                made++;
                return ByteBuffer.allocateDirect(CHUNK);
            }
            return chunk == null ? free.takeFirst() : chunk;
        }

        private void write() {
            try (from; to) {
                for (Sent next = sent.take(); next.bytes().hasRemaining(); next = sent.take()) {
                    for (long wait; (wait = next.due() - System.nanoTime()) > 0;) {
                        LockSupport.parkNanos(wait);
                    }
                    while (next.bytes().hasRemaining()) {
                        to.write(next.bytes());
                    }
                    free.addFirst(next.bytes().clear());
                }
            } catch (IOException | InterruptedException e) {
                // one of the two has gone, and so the other does
            } finally {
                open.remove(from);
                open.remove(to);
            }
        }
    }
}
