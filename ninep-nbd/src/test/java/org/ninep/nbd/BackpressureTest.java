package org.ninep.nbd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ninep.nbd.NbdConstants.*;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ninep.testkit.FakeClock;

@Timeout(120)
class BackpressureTest {

    private static final int BUDGET = 4 << 20;
    private static final int SMALL_RECEIVE_BUFFER = 4096;

    private final MemoryDevice memory = new MemoryDevice(MAX_BLOCK_SIZE);
    private final HeldDevice held = new HeldDevice(MAX_BLOCK_SIZE);
    private final FakeClock time = new FakeClock();
    private final NbdServer server;
    private final SocketAddress address;

    BackpressureTest() throws IOException {
        server = NbdServer.builder().listen(RawClient.loopback()).maxRepliesInFlight(BUDGET).timeSource(time)
                .export(new Export("memory", memory)).export(new Export("held", held)).start();
        address = server.addresses().getFirst();
    }

    @AfterEach
    void stop() {
        server.close();
        assertEquals(0, server.pool().bytesAllocated(), "buffers left behind");
    }

    /** A client that asks for much and reads nothing. */
    private RawClient neverReading(int requests, int length) throws IOException {
        RawClient client = RawClient.transmitting(address, "memory", SMALL_RECEIVE_BUFFER);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < requests; i++) {
            all.writeBytes(RawClient.request(0, NBD_CMD_READ, i, 0, length));
        }
        client.send(all.toByteArray());
        return client;
    }

    private void readTheWholeDevice(int length) throws IOException {
        try (NbdClient client = NbdClient.connect(address, "memory")) {
            ByteBuffer all = ByteBuffer.allocate(MAX_BLOCK_SIZE);
            for (int at = 0; at < MAX_BLOCK_SIZE; at += length) {
                client.read(at, all.limit(at + length));
            }
            assertArrayEquals(memory.content(), all.array());
        }
    }

    @Test
    void aClientThatNeverReadsStallsNobodyElse() throws IOException {
        try (RawClient stuck = neverReading(2000, 256 << 10)) {
            readTheWholeDevice(256 << 10);
            readTheWholeDevice(1 << 20);
            assertWithinBudget();
            stuck.expectReply(NBD_SUCCESS, 0);
        }
    }

    @Test
    void aFewClientsThatNeverReadStallNobodyElse() throws IOException {
        try (RawClient first = neverReading(2000, 64 << 10);
                RawClient second = neverReading(2000, 64 << 10);
                RawClient third = neverReading(2000, 64 << 10)) {
            readTheWholeDevice(64 << 10);
            for (RawClient client : List.of(first, second, third)) {
                client.expectReply(NBD_SUCCESS, 0);
            }
        }
    }

    @Test
    void ofManyClientsThatNeverReadSomeAreCutOffWhenOthersStarve() throws Exception {
        List<RawClient> stuck = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            stuck.add(neverReading(2000, 64 << 10));
        }
        try (NbdClient client = NbdClient.connect(address, "memory")) {
            for (int at = 0; at < MAX_BLOCK_SIZE; at += 1 << 20) {
                awaitWhileTimePasses(client.readAsync(at, ByteBuffer.allocate(1 << 20)));
            }
        }
        assertWithinBudget();
        for (RawClient client : stuck) {
            client.close();
        }
    }

    /** Lets time pass second by second, in each of which the server has done all that it wants. */
    private void awaitWhileTimePasses(Future<?> future) throws Exception {
        for (int seconds = 0; !future.isDone() && seconds < 100; seconds++) {
            time.advance(Duration.ofSeconds(1));
            NbdClient.list(address);
            NbdClient.list(address);
        }
        future.get(60, TimeUnit.SECONDS);
    }

    private void assertWithinBudget() {
        long allocated = server.pool().bytesAllocated();
        assertTrue(allocated <= BUDGET + MAX_BLOCK_SIZE, allocated + " bytes of buffers");
    }

    @Test
    void aClientThatReadsAgainGetsEveryAnswerItWaitsFor() throws IOException {
        int requests = 3000;
        try (RawClient client = neverReading(requests, 4096)) {
            readTheWholeDevice(1 << 20);
            boolean[] answered = new boolean[requests];
            for (int i = 0; i < requests; i++) {
                ByteBuffer header = ByteBuffer.wrap(client.receive(16));
                assertEquals(NBD_SIMPLE_REPLY_MAGIC, header.getInt());
                assertEquals(NBD_SUCCESS, header.getInt());
                answered[(int) header.getLong()] = true;
                assertArrayEquals(memory.content(0, 4096), client.receive(4096));
            }
            for (boolean each : answered) {
                assertTrue(each);
            }
        }
    }

    @Test
    void errorsToAClientThatNeverReadsAreBoundedToo() throws IOException {
        try (RawClient client = RawClient.transmitting(address, "held", SMALL_RECEIVE_BUFFER)) {
            int requests = 200_000;
            Thread sender = Thread.ofPlatform().start(() -> {
                try {
                    for (int i = 0; i < requests; i++) {
                        client.send(RawClient.request(0, 99, i, 0, 0));
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            readTheWholeDevice(1 << 20);
            for (int i = 0; i < requests; i++) {
                client.expectReply(NBD_EINVAL, i);
            }
            assertTrue(join(sender));
        }
    }

    private static boolean join(Thread thread) {
        try {
            return thread.join(Duration.ofSeconds(60));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void readsInFlightStayWithinTheBudgetAndADeviceThatHangsStallsNoOther() throws Exception {
        int each = 64 << 10;
        int clients = 5;
        int requests = 100;
        List<CompletableFuture<Void>> answered = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            RawClient client = RawClient.transmitting(address, "held");
            for (int cookie = 0; cookie < requests; cookie++) {
                client.read(cookie, 0, each);
            }
            answered.add(CompletableFuture.runAsync(() -> {
                try (client) {
                    client.receive(requests * (16 + each));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }, task -> Thread.ofVirtual().start(task)));
        }
        readTheWholeDevice(each);
        assertTrue(server.pool().bytesInUse() <= BUDGET + each, server.pool().bytesInUse() + " bytes in use");
        assertTrue(held.reads() <= BUDGET / each + 1, held.reads() + " reads were started");
        for (int done = 0; done < clients * requests; done++) {
            held.next().complete();
        }
        CompletableFuture.allOf(answered.toArray(CompletableFuture<?>[]::new)).get(60, TimeUnit.SECONDS);
    }

    @Test
    void theLongestReadIsServedBesideASmallBudgetAndTakesNothingFromOthers() throws Exception {
        try (RawClient long1 = RawClient.transmitting(address, "held");
                RawClient long2 = RawClient.transmitting(address, "held")) {
            long1.read(1, 0, MAX_BLOCK_SIZE);
            HeldDevice.Read first = held.next();
            long2.read(2, 0, MAX_BLOCK_SIZE);
            readTheWholeDevice(1 << 20);
            assertEquals(0, held.reads(), "two reads overdraw the budget");
            first.complete();
            long1.expectReply(NBD_SUCCESS, 1);
            assertArrayEquals(memoryOf(held), long1.receive(MAX_BLOCK_SIZE));
            held.next().complete();
            long2.expectReply(NBD_SUCCESS, 2);
            assertArrayEquals(memoryOf(held), long2.receive(MAX_BLOCK_SIZE));
        }
    }

    private static byte[] memoryOf(HeldDevice device) {
        return device.content(0, MAX_BLOCK_SIZE);
    }

    @Test
    void aLongReplyThatIsNeverReadGivesWayWhenAnotherWaitsForItsPlace() throws Exception {
        try (RawClient stuck = neverReading(1, MAX_BLOCK_SIZE);
                RawClient waiting = RawClient.transmitting(address, "memory")) {
            readTheWholeDevice(1 << 20);
            waiting.read(7, 0, MAX_BLOCK_SIZE);
            CompletableFuture<byte[]> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    waiting.expectReply(NBD_SUCCESS, 7);
                    return waiting.receive(MAX_BLOCK_SIZE);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }, task -> Thread.ofVirtual().start(task));
            awaitWhileTimePasses(answer);
            assertArrayEquals(memory.content(), answer.join());
            stuck.drainUntilClosed();
        }
    }

    @Test
    void twoHundredClientsReadAtOnce() throws Exception {
        List<NbdClient> clients = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 200; i++) {
            NbdClient client = NbdClient.connect(address, "memory");
            clients.add(client);
            int seed = i;
            threads.add(Thread.ofVirtual().uncaughtExceptionHandler((t, e) -> failures.add(e)).start(() -> {
                try {
                    for (int n = 0; n < 20; n++) {
                        int length = 1 + (seed * 7919 + n * 104_729) % 200_000;
                        int offset = (seed * 1_000_003 + n * 15_485_863 & Integer.MAX_VALUE)
                                % (MAX_BLOCK_SIZE - length);
                        ByteBuffer buffer = ByteBuffer.allocate(length);
                        client.read(offset, buffer);
                        assertArrayEquals(memory.content(offset, length), buffer.array());
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
        }
        for (Thread thread : threads) {
            assertTrue(thread.join(Duration.ofSeconds(60)));
        }
        assertEquals(List.of(), failures);
        clients.forEach(NbdClient::close);
    }
}
