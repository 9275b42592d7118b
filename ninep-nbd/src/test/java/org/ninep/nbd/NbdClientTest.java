package org.ninep.nbd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

@Timeout(120)
class NbdClientTest {

    private static final int SIZE = 70 << 20;

    private final MemoryDevice memory = new MemoryDevice(SIZE);
    private final HeldDevice held = new HeldDevice(1 << 20);
    private final NbdServer server;
    private final SocketAddress address;

    NbdClientTest() throws IOException {
        server = NbdServer.builder().listen(RawClient.loopback()).export(new Export("memory", "of chips", memory))
                .export(new Export("held", held)).start();
        address = server.addresses().getFirst();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void tellsWhatTheServerSaysAboutTheExport() throws IOException {
        try (NbdClient client = NbdClient.connect(address, "memory")) {
            assertEquals(SIZE, client.size());
            assertEquals("memory", client.exportName());
            assertEquals("of chips", client.description());
            assertEquals(0x107, client.flags());
            assertTrue(client.isReadOnly());
            assertTrue(client.canMultiConn());
            assertEquals(1, client.minimumBlockSize());
            assertEquals(4096, client.preferredBlockSize());
            assertEquals(32 << 20, client.maximumBlockSize());
        }
    }

    @Test
    void fillsABufferLongerThanTheLongestRequest() throws IOException {
        try (NbdClient client = NbdClient.connect(address, "memory")) {
            ByteBuffer all = ByteBuffer.allocate(SIZE);
            client.read(0, all);
            assertArrayEquals(memory.content(), all.array());
            ByteBuffer tooLong = ByteBuffer.allocate(client.maximumBlockSize() + 1);
            assertThrows(IllegalArgumentException.class, () -> client.readAsync(0, tooLong));
        }
    }

    @Test
    void hasManyReadsInFlightAndMatchesAnswersInAnyOrder() throws Exception {
        try (NbdClient client = NbdClient.connect(address, "held")) {
            List<CompletableFuture<ByteBuffer>> answers = new ArrayList<>();
            List<HeldDevice.Read> reads = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                ByteBuffer buffer = i % 2 == 0 ? ByteBuffer.allocate(i * 300) : ByteBuffer.allocateDirect(i * 300);
                answers.add(client.readAsync(i, buffer));
            }
            for (int i = 1; i < 100; i++) {
                reads.add(held.next());
            }
            reads.reversed().forEach(HeldDevice.Read::complete);
            for (int i = 0; i < 100; i++) {
                byte[] read = new byte[i * 300];
                answers.get(i).get(60, TimeUnit.SECONDS).flip().get(read);
                assertArrayEquals(held.content(i, i * 300), read);
            }
        }
    }

    @Test
    void manyThreadsShareOneClient() throws Exception {
        try (NbdClient client = NbdClient.connect(address, "memory")) {
            List<CompletableFuture<Void>> readers = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                int seed = i;
                readers.add(CompletableFuture.runAsync(() -> {
                    for (int n = 0; n < 200; n++) {
                        int length = 1 + (seed + n * 7919) % 50_000;
                        ByteBuffer buffer = ByteBuffer.allocateDirect(length);
                        byte[] read = new byte[length];
                        try {
                            client.read(seed * 1000L + n, buffer);
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                        buffer.flip().get(read);
                        assertArrayEquals(memory.content(seed * 1000L + n, length), read);
                    }
                }, task -> Thread.ofVirtual().start(task)));
            }
            CompletableFuture.allOf(readers.toArray(CompletableFuture<?>[]::new)).get(50, TimeUnit.SECONDS);
        }
    }

    @Test
    void anErrorOfTheServerIsThatReadsAlone() throws Exception {
        try (NbdClient client = NbdClient.connect(address, "held")) {
            CompletableFuture<ByteBuffer> bad = client.readAsync(0, ByteBuffer.allocate(512));
            held.next().fail("no luck");
            ExecutionException failure = assertThrows(ExecutionException.class, () -> bad.get(60, TimeUnit.SECONDS));
            assertEquals(5, assertInstanceOf(NbdException.class, failure.getCause()).error());
            ByteBuffer past = ByteBuffer.allocate(2);
            assertEquals(22, assertThrows(NbdException.class, () -> client.read((1 << 20) - 1, past)).error());
            CompletableFuture<ByteBuffer> good = client.readAsync(0, ByteBuffer.allocate(512));
            held.next().complete();
            assertArrayEquals(held.content(0, 512), good.get(60, TimeUnit.SECONDS).array());
        }
    }

    @Test
    void anInterruptedReaderGivesUpItsOwnReadAndGetsItsBufferBack() throws Exception {
        try (NbdClient client = NbdClient.connect(address, "held")) {
            ByteBuffer abandoned = ByteBuffer.allocate(200_000);
            CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
            Thread reader = Thread.ofPlatform().start(() -> {
                try {
                    client.read(0, abandoned);
                } catch (InterruptedIOException e) {
                    interrupted.complete(Thread.currentThread().isInterrupted());
                } catch (IOException e) {
                    interrupted.completeExceptionally(e);
                }
            });
            HeldDevice.Read first = held.next();
            CompletableFuture<ByteBuffer> other = client.readAsync(7, ByteBuffer.allocate(100_000));
            HeldDevice.Read second = held.next();
            reader.interrupt();
            assertTrue(interrupted.get(60, TimeUnit.SECONDS));
            first.complete();
            second.complete();
            assertArrayEquals(held.content(7, 100_000), other.get(60, TimeUnit.SECONDS).array());
            assertArrayEquals(new byte[200_000], abandoned.array(), "written after it was given back");
        }
    }

    @Test
    void closeFailsWhatIsInFlightAndWhatComesLater() throws Exception {
        NbdClient client = NbdClient.connect(address, "held");
        CompletableFuture<ByteBuffer> read = client.readAsync(0, ByteBuffer.allocate(512));
        HeldDevice.Read started = held.next();
        client.close();
        assertThrows(ExecutionException.class, () -> read.get(60, TimeUnit.SECONDS));
        assertThrows(IOException.class, () -> client.read(0, ByteBuffer.allocate(512)));
        client.close();
        started.complete();
    }

    @Test
    void aServerThatGoesAwayFailsTheReadsInFlight() throws Exception {
        try (NbdClient client = NbdClient.connect(address, "held")) {
            CompletableFuture<ByteBuffer> read = client.readAsync(0, ByteBuffer.allocate(512));
            held.next();
            server.close();
            assertThrows(ExecutionException.class, () -> read.get(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void connectionsThatLeadNowhereSayWhereAndWhy() throws IOException {
        assertSays("no such export", () -> NbdClient.connect(address, "nosuch"));
        SocketAddress nobody;
        try (ServerSocket silent = new ServerSocket(0)) {
            nobody = silent.getLocalSocketAddress();
            assertSays(":" + silent.getLocalPort(), () -> NbdClient.connect(nobody, "", Duration.ofMillis(50)));
        }
        assertSays("refused", () -> NbdClient.list(nobody));
        assertSays("no such host", () -> NbdClient.list(InetSocketAddress.createUnresolved("nowhere.invalid", 10809)));
    }

    private static void assertSays(String words, Executable connection) {
        String message = String.valueOf(assertThrows(IOException.class, connection).getMessage());
        assertTrue(message.contains(words), message);
    }
}
