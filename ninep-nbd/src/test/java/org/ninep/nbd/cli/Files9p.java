package org.ninep.nbd.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.ninep.server.MemoryTree;
import org.ninep.server.Server;

/** A 9P server with a few files, for commands to be pointed at. */
final class Files9p implements AutoCloseable {

    /** More than the copy of a file has in flight, and no multiple of anything. */
    static final byte[] IMAGE = new byte[9_000_001];

    static {
        new Random(9).nextBytes(IMAGE);
    }

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Server server;
    private final int port;

    private Files9p(int port) throws IOException {
        MemoryTree tree = MemoryTree.builder()
                .modified(Instant.parse("2026-02-03T04:05:06Z"))
                .file("hello.txt", "hello\n")
                .file("empty", "")
                .file("dir/image", IMAGE)
                .file("dir/odd\nname", "x")
                .symlink("link", "hello.txt")
                .file("stuck", 1 << 20, (_, _) -> awaitTheEnd())
                .build();
        server = Server.builder().export("/tree", tree).build();
        var address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
        this.port = ((InetSocketAddress) server.listen(address)).getPort();
    }

    private void awaitTheEnd() throws IOException {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IOException("closed");
    }

    static Files9p start() throws IOException {
        return new Files9p(0);
    }

    static Files9p startAt(int port) throws IOException {
        return new Files9p(port);
    }

    String uri(String path) {
        return uri(path, "/tree");
    }

    String uri(String path, String aname) {
        return "9p://127.0.0.1:" + port + path + "?aname=" + aname;
    }

    @Override
    public void close() {
        closed.countDown();
        server.close();
    }
}
