package org.ninep.resilient;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.ninep.client.NinepUri;
import org.ninep.server.MemoryTree;
import org.ninep.server.Server;

/** A 9P server with one file, which can be killed, restarted with other content, and hung. */
final class Copy implements Closeable {
    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

    private final int port;
    private byte[] content;
    private volatile CountDownLatch gate = new CountDownLatch(0);
    final AtomicInteger reads = new AtomicInteger();
    private @Nullable Server server;

    Copy(byte[] content) throws IOException {
        this.content = content;
        this.port = start(0);
    }

    private int start(int at) throws IOException {
        Instant modified = Instant.ofEpochSecond(1_700_000_000L + java.util.Arrays.hashCode(content) % 1000);
        MemoryTree tree = MemoryTree.builder().modified(modified).file("image", content.length, (offset, into) -> {
            reads.incrementAndGet();
            pass();
            into.put(content, (int) offset, into.remaining());
        }).build();
        Server started = Server.builder().export("images", tree).build();
        server = started;
        return listen(started, at);
    }

    /** A client that tries to connect may hold the port for a moment: its own socket has it. */
    private static int listen(Server server, int at) throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            try {
                return ((InetSocketAddress) server.listen(new InetSocketAddress(HERE, at))).getPort();
            } catch (BindException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
            }
        }
    }

    private void pass() throws IOException {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    NinepUri uri() {
        return NinepUri.parse("9p://127.0.0.1:" + port + "/image?aname=images");
    }

    /** From now on no read is answered, until {@link #goOn}. */
    void hang() {
        gate = new CountDownLatch(1);
    }

    void goOn() {
        gate.countDown();
    }

    void kill() {
        Server running = server;
        if (running != null) {
            running.close(Duration.ZERO);
        }
        server = null;
    }

    void restart() throws IOException {
        restart(content);
    }

    void restart(byte[] other) throws IOException {
        kill();
        content = other;
        start(port);
    }

    int connections() {
        Server running = server;
        return running == null ? 0 : running.connections().size();
    }

    static byte[] image(int size, int seed) {
        byte[] bytes = new byte[size];
        new java.util.Random(seed).nextBytes(bytes);
        return bytes;
    }

    static byte[] read(ResilientFile file, long offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(length);
        file.read(buffer, offset);
        byte[] bytes = new byte[length];
        buffer.flip().get(bytes);
        return bytes;
    }

    @Override
    public void close() {
        goOn();
        kill();
    }
}
