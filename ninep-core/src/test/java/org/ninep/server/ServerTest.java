package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.ConnectionLostException;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Tmessage.*;
import org.ninep.testkit.FakeClock;
import org.ninep.transport.Connection;
import org.ninep.transport.Transport;

/** Connections: making, bounding, breaking and ending them. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServerTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : open.reversed()) {
            closeable.close();
        }
    }

    private <T extends AutoCloseable> T closing(T closeable) {
        open.add(closeable);
        return closeable;
    }

    private static Server.Builder hello() {
        return Server.builder().export("/", MemoryTree.builder().file("hello.txt", "hello, world\n")
                .file("endless", 1L << 40, (_, dst) -> dst.position(dst.limit())).build());
    }

    private static Transport tcp(SocketAddress address) {
        return Transport.tcp("127.0.0.1", ((InetSocketAddress) address).getPort());
    }

    private static void assertServes(Transport transport) throws IOException {
        try (RawClient client = RawClient.attached(transport, "/")) {
            client.open(1, "hello.txt");
            assertEquals("hello, world\n", client.text(1));
        }
    }

    /** Waits until so many clients are connected. */
    private static void awaitClients(Server server, int count) {
        while (server.connections().size() != count) {
            Thread.onSpinWait();
        }
    }

    @Test
    void listensOnTcpAndUnixSocketsAndWithinTheProcess(@TempDir Path dir) throws IOException {
        Server server = closing(hello().build());
        SocketAddress tcp = server.listen(ANY_PORT);
        SocketAddress unix = server.listen(UnixDomainSocketAddress.of(dir.resolve("sock")));
        assertEquals(List.of(tcp, unix), server.addresses());
        assertServes(tcp(tcp));
        assertServes(Transport.unix(dir.resolve("sock")));
        assertServes(server.transport("in-process"));
    }

    @Test
    void acceptsFromASocketThatIsBoundAlready() throws IOException {
        Server server = closing(hello().build());
        SocketAddress address = server.listen(ServerSocketChannel.open().bind(ANY_PORT));
        assertServes(tcp(address));
    }

    @Test
    void servesAConnectionThatIsHandedIn() throws IOException {
        Server server = closing(hello().build());
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(ANY_PORT)) {
            Transport transport = tcp(listener.getLocalAddress());
            RawClient client = closing(RawClient.connect(transport));
            assertTrue(server.accept(Connection.of(listener.accept(), "handed in")));
            client.call(new Tversion(8192, "9P2000.L"), Rversion.class);
            assertEquals("handed in", server.connections().getFirst().peer());
        }
    }

    @Test
    void anAddressThatCannotBeBoundIsAnError() throws IOException {
        Server server = closing(hello().build());
        SocketAddress taken = server.listen(ANY_PORT);
        assertThrows(BindException.class, () -> server.listen(taken));
        assertThrows(UnknownHostException.class,
                () -> server.listen(InetSocketAddress.createUnresolved("nowhere.invalid", 0)));
        assertServes(tcp(taken));
    }

    @Test
    void replacesTheSocketOfADeadServer(@TempDir Path dir) throws IOException {
        Path path = dir.resolve("sock");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(path));
        }
        assertTrue(Files.exists(path));
        Server server = closing(hello().build());
        server.listen(UnixDomainSocketAddress.of(path));
        assertServes(Transport.unix(path));
        server.close();
        assertFalse(Files.exists(path));
    }

    @Test
    void leavesTheSocketOfALivingServerAlone(@TempDir Path dir) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(dir.resolve("sock"));
        Server living = closing(hello().build());
        living.listen(address);
        Server other = closing(hello().build());
        assertThrows(BindException.class, () -> other.listen(address));
        other.close();
        assertServes(Transport.unix(address.getPath()));
    }

    @Test
    void neverRemovesAFileThatIsNoSocketOrNotItsOwn(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "precious");
        Server server = closing(hello().build());
        assertThrows(FileAlreadyExistsException.class, () -> server.listen(UnixDomainSocketAddress.of(file)));
        assertEquals("precious", Files.readString(file));

        Path path = dir.resolve("sock");
        server.listen(UnixDomainSocketAddress.of(path));
        Files.delete(path);
        Files.writeString(path, "somebody else's");
        server.close();
        assertEquals("somebody else's", Files.readString(path));
    }

    @Test
    void closesClientsBeyondTheMostAtOnceAndTakesNewOnesWhenAPlaceIsFree() throws IOException {
        Server server = closing(hello().maxClients(2).build());
        Transport transport = tcp(server.listen(ANY_PORT));
        RawClient first = closing(RawClient.attached(transport, "/"));
        RawClient second = closing(RawClient.attached(transport, "/"));
        assertTrue(closing(RawClient.connect(transport)).isAtEnd());
        assertThrows(ConnectionLostException.class, () -> RawClient.connect(server.transport("third")));
        first.open(1, "hello.txt");
        second.close();
        awaitClients(server, 1);
        assertServes(transport);
    }

    @Test
    void closesClientsThatSendNoVersionInTime() throws IOException {
        FakeClock time = new FakeClock();
        Server server = closing(hello().handshakeTimeout(Duration.ofSeconds(10)).timeSource(time).build());
        Transport transport = tcp(server.listen(ANY_PORT));
        RawClient silent = closing(RawClient.connect(transport));
        RawClient slow = closing(RawClient.connect(transport));
        slow.send(RawClient.bytes(1, new Tversion(8192, "9P2000.L")).limit(12));
        RawClient other = closing(RawClient.connect(transport));
        other.call(new Tversion(8192, "9P2000"), Rversion.class);
        RawClient good = closing(RawClient.attached(transport, "/"));
        awaitClients(server, 4);
        time.advance(Duration.ofSeconds(9));
        other.call(new Tversion(8192, "9P2000"), Rversion.class);
        time.advance(Duration.ofSeconds(2));
        assertTrue(silent.isAtEnd());
        assertTrue(slow.isAtEnd());
        assertTrue(other.isAtEnd());
        good.open(1, "hello.txt");
        assertEquals("hello, world\n", good.text(1));
    }

    @Test
    void aClientThatDoesNotReadStallsNobodyElse() throws Exception {
        Server server = closing(hello().build());
        Transport transport = tcp(server.listen(ANY_PORT));
        RawClient stalled = closing(RawClient.attached(transport, "/"));
        stalled.open(1, "endless");
        stalled.connection().configureBlocking(false);
        ByteBuffer request = RawClient.bytes(1, new Tread(1, 0, 60_000));
        CountDownLatch clogged = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> {
            try {
                for (int refusals = 0; refusals < 1000; Thread.onSpinWait()) {
                    refusals = stalled.connection().sink().write(request.duplicate()) > 0 ? 0 : refusals + 1;
                }
            } catch (IOException e) {
                // closed meanwhile: as good
            }
            clogged.countDown();
        });
        assertTrue(clogged.await(60, TimeUnit.SECONDS));
        assertServes(transport);
        assertServes(transport);
        server.close(Duration.ofMillis(1));
        awaitClients(server, 0);
    }

    @Test
    void aClientThatVanishesWithRepliesQueuedHarmsNobody() throws IOException {
        Server server = closing(hello().build());
        Transport transport = tcp(server.listen(ANY_PORT));
        for (int i = 0; i < 20; i++) {
            RawClient client = RawClient.attached(transport, "/");
            client.open(1, "endless");
            for (int tag = 0; tag < 50; tag++) {
                client.send(tag, new Tread(1, 0, 60_000));
            }
            SocketChannel socket = (SocketChannel) client.connection().source();
            socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            socket.close();
        }
        awaitClients(server, 0);
        assertServes(transport);
    }

    @Test
    void aClientThatVanishesInTheMiddleOfAFrameIsForgotten() throws IOException {
        Server server = closing(hello().build());
        Transport transport = tcp(server.listen(ANY_PORT));
        RawClient client = RawClient.attached(transport, "/");
        client.send(RawClient.bytes(1, new Twrite(0, 0, ByteBuffer.allocate(30_000))).limit(20_000));
        client.close();
        awaitClients(server, 0);
        assertServes(transport);
    }

    @Test
    void givesBackWhatAClientThatLeftHadOpen() throws IOException {
        AtomicInteger held = new AtomicInteger();
        Server server = closing(Server.builder().export("/", (_, _) -> new CountedNode(held)).build());
        RawClient client = RawClient.versioned(server.transport("test"), 8192);
        for (int fid = 0; fid < 10; fid++) {
            client.attach(fid, "/");
            client.walk(fid, fid + 100);
            client.call(new Tlopen(fid + 100, 0), Rlopen.class);
        }
        assertEquals(20, held.get());
        client.call(new Tclunk(0), Rclunk.class);
        assertEquals(20, held.get());
        client.call(new Tclunk(100), Rclunk.class);
        assertEquals(18, held.get());
        client.close();
        awaitClients(server, 0);
        assertEquals(0, held.get());
    }

    @Test
    void nobodyGetsThroughAnyMoreWhenItIsClosed() throws Exception {
        for (int i = 0; i < 200; i++) {
            Server server = closing(Server.builder().build());
            Transport transport = tcp(server.listen(ANY_PORT));
            RawClient.connect(transport).close();
            server.close();
            assertThrows(ConnectionLostException.class, () -> RawClient.connect(transport));
        }
    }

    @Test
    void closingInOrderAnswersWhatIsInProgress() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Server server = closing(Server.builder().export("/", MemoryTree.builder().file("slow", 4, (_, dst) -> {
            reading.countDown();
            awaitUninterruptibly(release);
            dst.put((byte) 42);
        }).build()).build());
        Transport transport = tcp(server.listen(ANY_PORT));
        RawClient idle = closing(RawClient.attached(transport, "/"));
        RawClient busy = closing(RawClient.attached(transport, "/"));
        busy.open(1, "slow");
        busy.send(9, new Tread(1, 0, 4));
        reading.await();
        Thread closer = Thread.ofVirtual().start(() -> server.close(Duration.ofSeconds(30)));
        assertTrue(idle.isAtEnd());
        release.countDown();
        assertEquals(9, busy.receive().tag());
        assertTrue(busy.isAtEnd());
        closer.join();
        assertThrows(ConnectionLostException.class, () -> RawClient.connect(transport));
        assertThrows(ConnectionLostException.class, () -> RawClient.connect(server.transport("late")));
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void closingAtOnceWaitsForNobody() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Server server = closing(Server.builder().export("/", MemoryTree.builder().file("stuck", 4, (_, _) -> {
            reading.countDown();
            awaitUninterruptibly(release);
        }).build()).build());
        RawClient client = closing(RawClient.attached(server.transport("test"), "/"));
        client.open(1, "stuck");
        client.send(9, new Tread(1, 0, 4));
        reading.await();
        server.close();
        assertTrue(client.isAtEnd());
        release.countDown();
        awaitClients(server, 0);
        server.close();
    }

    @Test
    void refusesOptionsOutOfRange() {
        Server.Builder builder = Server.builder();
        assertThrows(IllegalArgumentException.class, () -> builder.maxClients(0));
        assertThrows(IllegalArgumentException.class, () -> builder.maxMsize(4095));
        assertThrows(IllegalArgumentException.class, () -> builder.maxMsize(1 << 25));
        assertThrows(IllegalArgumentException.class, () -> builder.maxFids(0));
        assertThrows(IllegalArgumentException.class, () -> builder.maxOpenFiles(0));
        assertThrows(IllegalArgumentException.class, () -> builder.handshakeTimeout(Duration.ZERO));
        MemoryTree tree = MemoryTree.builder().build();
        builder.export("/", tree);
        assertThrows(IllegalArgumentException.class, () -> builder.export("/", tree));
    }
}
