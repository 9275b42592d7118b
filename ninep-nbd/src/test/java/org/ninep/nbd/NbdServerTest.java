package org.ninep.nbd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ninep.nbd.NbdConstants.*;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.testkit.FakeClock;

@Timeout(120)
class NbdServerTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final MemoryDevice memory = new MemoryDevice(1 << 20);

    private NbdServer.Builder builder() {
        return NbdServer.builder().listen(RawClient.loopback()).export(new Export("memory", memory));
    }

    private void readSome(SocketAddress address) throws IOException {
        try (NbdClient client = NbdClient.connect(address, "memory")) {
            ByteBuffer buffer = ByteBuffer.allocate(100_000);
            client.read(4321, buffer);
            assertArrayEquals(memory.content(4321, 100_000), buffer.array());
        }
    }

    @Test
    void listensAtSeveralAddressesAndTellsThemWhenReady(@TempDir Path directory) throws IOException {
        List<SocketAddress> ready = new ArrayList<>();
        Path socket = directory.resolve("nbd.sock");
        try (NbdServer server = builder().listen(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0))
                .listen(UnixDomainSocketAddress.of(socket)).onReady(ready::addAll).start()) {
            assertEquals(server.addresses(), ready);
            assertEquals(3, ready.size());
            for (SocketAddress address : ready) {
                readSome(address);
            }
            assertTrue(Files.exists(socket));
        }
        assertFalse(Files.exists(socket), "the socket's file is left behind");
    }

    @Test
    void replacesTheSocketOfADeadServerButNotOfALivingOne(@TempDir Path directory) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("nbd.sock"));
        ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address).close();
        try (NbdServer server = NbdServer.builder().listen(address).export(new Export("memory", memory)).start()) {
            readSome(address);
            NbdServer.Builder second = NbdServer.builder().listen(address).export(new Export("memory", memory));
            String refused = String.valueOf(assertThrows(IOException.class, second::start).getMessage());
            assertTrue(refused.contains(address.toString()), refused);
            readSome(server.addresses().getFirst());
        }
    }

    @Test
    void neverReplacesAFileThatIsNoSocket(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("precious"), "data");
        NbdServer.Builder server = builder().listen(UnixDomainSocketAddress.of(file));
        assertThrows(IOException.class, server::start);
        assertEquals("data", Files.readString(file));
    }

    @Test
    void servesSocketsThatSomebodyElseHasOpened() throws Exception {
        ServerSocketChannel inherited = ServerSocketChannel.open().bind(RawClient.loopback());
        try (NbdServer server = NbdServer.builder().listen(inherited).export(new Export("memory", memory)).start();
                ServerSocketChannel other = ServerSocketChannel.open().bind(RawClient.loopback())) {
            readSome(server.addresses().getFirst());
            CompletableFuture<Void> gone;
            try (RawClient client = new RawClient(other.getLocalAddress())) {
                SocketChannel accepted = other.accept();
                gone = server.serve(accepted);
                client.receive(18);
                assertFalse(gone.isDone());
            }
            gone.get(60, TimeUnit.SECONDS);
        }
        assertFalse(inherited.isOpen());
    }

    @Test
    void refusesToStartWithoutExportsOrWithTwoOfOneName() {
        assertThrows(IllegalArgumentException.class, () -> NbdServer.builder().start());
        NbdServer.Builder twice = builder().export(new Export("memory", memory));
        assertThrows(IllegalArgumentException.class, twice::start);
        assertThrows(IllegalArgumentException.class, () -> new Export("x".repeat(4097), memory));
        assertThrows(IllegalArgumentException.class, () -> new Export("a\0b", memory));
        assertNotNull(new Export("\u00e9".repeat(2048), memory));
    }

    @Test
    void cutsOffAClientThatDoesNotFinishItsHandshakeInTime() throws IOException {
        FakeClock time = new FakeClock();
        try (NbdServer server = builder().timeSource(time).start();
                RawClient silent = new RawClient(server.addresses().getFirst());
                RawClient half = new RawClient(server.addresses().getFirst());
                RawClient done = RawClient.transmitting(server.addresses().getFirst(), "memory")) {
            silent.receive(18);
            half.receive(18);
            half.send("00000003 49484156454f5054 00");
            time.advance(Duration.ofMillis(9_999));
            readSome(server.addresses().getFirst());
            half.send("0000");
            time.advance(Duration.ofMillis(1));
            silent.expectClosed();
            half.expectClosed();
            done.read(1, 0, 16);
            done.expectReply(NBD_SUCCESS, 1);
        }
    }

    @Test
    void turnsAwayClientsBeyondMaxClientsAndTakesThemOnceAnotherHasLeft() throws IOException {
        try (NbdServer server = builder().maxClients(2).start()) {
            SocketAddress address = server.addresses().getFirst();
            try (RawClient first = RawClient.transmitting(address, "memory");
                    RawClient second = RawClient.transmitting(address, "memory")) {
                try (RawClient third = new RawClient(address)) {
                    third.expectClosed();
                }
                second.send(RawClient.request(0, NBD_CMD_DISC, 0, 0, 0));
                second.expectClosed();
                readSome(address);
                first.read(1, 0, 1);
                first.expectReply(NBD_SUCCESS, 1);
            }
        }
    }

    /** Refused, or closed without a word if it came while the listener was being closed. */
    private static void assertTurnedAway(SocketAddress address) throws IOException {
        try (RawClient late = new RawClient(address)) {
            late.expectClosed();
        } catch (ConnectException refused) {
            // as it should be
        }
    }

    @Test
    void closingInTimeAnswersWhatIsInFlightAndNothingMore() throws Exception {
        HeldDevice held = new HeldDevice(8192);
        NbdServer server = builder().export(new Export("held", held)).start();
        SocketAddress address = server.addresses().getFirst();
        try (RawClient idle = RawClient.transmitting(address, "memory");
                RawClient busy = RawClient.transmitting(address, "held")) {
            busy.read(1, 0, 4096);
            HeldDevice.Read read = held.next();
            Thread closer = Thread.ofPlatform().start(() -> server.close(LONG));
            idle.expectClosed();
            busy.read(2, 0, 4096);
            assertTurnedAway(address);
            read.complete();
            busy.expectReply(NBD_SUCCESS, 1);
            assertArrayEquals(held.content(0, 4096), busy.receive(4096));
            busy.expectClosed();
            assertTrue(closer.join(LONG));
            assertEquals(0, held.reads());
            assertEquals(0, server.pool().bytesAllocated());
        }
    }

    @Test
    void closingAtOnceLeavesNoThreadNoSocketAndNoBuffer() throws Exception {
        List<Thread> threads = new ArrayList<>();
        HeldDevice held = new HeldDevice(8192);
        NbdServer server = builder().export(new Export("held", held)).threadFactory(task -> {
            Thread thread = Thread.ofPlatform().unstarted(task);
            threads.add(thread);
            return thread;
        }).start();
        SocketAddress address = server.addresses().getFirst();
        RawClient client = RawClient.transmitting(address, "held");
        readSome(address);
        client.read(1, 0, 4096);
        HeldDevice.Read read = held.next();
        server.close(Duration.ofMillis(1));
        assertEquals(1, threads.size());
        assertTrue(threads.getFirst().join(LONG));
        client.expectClosed();
        assertThrows(IOException.class, () -> new RawClient(address).close());
        assertEquals(4096, server.pool().bytesAllocated(), "only what the device still owns");
        read.complete();
        assertEquals(0, server.pool().bytesAllocated());
        server.close();
        server.close(Duration.ofSeconds(1));
        SocketChannel late = SocketChannel.open();
        server.serve(late).get(60, TimeUnit.SECONDS);
        assertFalse(late.isOpen());
        client.close();
    }

    @Test
    void anInterruptedCloserClosesAtOnceAndStaysInterrupted() throws Exception {
        HeldDevice held = new HeldDevice(8192);
        NbdServer server = builder().export(new Export("held", held)).start();
        try (RawClient client = RawClient.transmitting(server.addresses().getFirst(), "held")) {
            client.read(1, 0, 4096);
            HeldDevice.Read read = held.next();
            Thread.currentThread().interrupt();
            server.close(Duration.ofDays(1));
            assertTrue(Thread.interrupted());
            client.expectClosed();
            read.complete();
        }
        assertEquals(0, server.pool().bytesAllocated());
    }

    @Test
    void closesFromTheServersOwnThread() throws Exception {
        CompletableFuture<NbdServer> self = new CompletableFuture<>();
        BlockDevice closing = new BlockDevice() {
            @Override
            public long size() {
                return 512;
            }

            @Override
            public void read(long offset, ByteBuffer buffer, Completion completion) {
                self.join().close(LONG);
                memory.read(offset, buffer, completion);
            }

            @Override
            public void close() {}
        };
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        self.complete(NbdServer.builder().listen(RawClient.loopback()).export(new Export("", closing))
                .threadFactory(task -> {
                    thread.complete(new Thread(task));
                    return thread.join();
                }).start());
        try (RawClient client = RawClient.transmitting(self.join().addresses().getFirst(), "")) {
            client.read(1, 0, 512);
            client.expectReply(NBD_SUCCESS, 1);
            assertArrayEquals(memory.content(0, 512), client.receive(512));
            client.expectClosed();
        }
        assertTrue(thread.join().join(LONG));
    }

    @Test
    void anInterruptOfTheServersThreadChangesNothing() throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        try (NbdServer server = builder().threadFactory(task -> {
            thread.complete(new Thread(task));
            return thread.join();
        }).start(); RawClient client = RawClient.transmitting(server.addresses().getFirst(), "memory")) {
            for (int i = 0; i < 10; i++) {
                thread.join().interrupt();
                client.read(i, 0, 512);
                client.expectReply(NBD_SUCCESS, i);
                client.receive(512);
            }
            readSome(server.addresses().getFirst());
        }
    }
}
