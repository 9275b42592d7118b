package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ninep.ConnectionLostException;
import org.ninep.message.Tmessage.Tread;
import org.ninep.message.Tmessage.Twalk;
import org.ninep.testkit.FakeClock;
import org.ninep.testkit.PeerConnection;
import org.ninep.testkit.Request;
import org.ninep.testkit.ScriptedPeer;

/** The ways in which a connection ends on this side. */
@Timeout(120)
class CloseTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final byte[] content = Bytes.random(100_000, 10);
    private final ScriptedPeer peer = ScriptedPeer.inProcess("h:564").serving(content).holding(Tread.class);
    private Client client;
    private RemoteFile file;

    @BeforeEach
    void open() throws IOException {
        client = Client.builder(peer.transport()).maxRequests(10).connect();
        file = client.attach("", "", 0).walk("image").open();
    }

    @AfterEach
    void close() {
        client.close();
        peer.close();
    }

    private AwaitedRead read(ByteBuffer buffer, long offset) {
        AwaitedRead read = new AwaitedRead();
        file.readFully(buffer, offset, LONG, read);
        return read;
    }

    private AwaitedRead read() {
        return read(ByteBuffer.allocate(100), 0);
    }

    private void answer(Request<Tread> request) {
        request.answer(Bytes.answer(content, request.message()));
    }

    @Test
    void closingFailsWhatIsInFlightOnceAndGivesTheBuffersBack() throws Exception {
        List<AwaitedRead> reads = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            reads.add(read());
        }
        ByteBuffer arriving = ByteBuffer.allocate(100);
        reads.add(read(arriving, 0));
        Background<?> blocked = Background.run(() -> file.read(ByteBuffer.allocate(10), 0));
        peer.awaitHeld(10);
        client.close();
        for (AwaitedRead read : reads) {
            assertTrue(read.isDone(), "when close returns everything has been answered");
            assertEquals("h:564: the connection was closed on this side",
                    read.failure(ConnectionLostException.class).getMessage());
        }
        blocked.failure(ConnectionLostException.class);
        peer.connection().awaitClosedByClient();
        assertFalse(client.isOpen());
    }

    @Test
    void nothingIsWrittenIntoABufferThatWasBeingFilledOnceCloseHasReturned() throws Exception {
        ByteBuffer buffer = ByteBuffer.allocateDirect(50_000);
        AwaitedRead read = read(buffer, 0);
        Request<Tread> request = peer.expect(Tread.class);
        byte[] reply = PeerConnection.encode(request.tag(), Bytes.answer(content, request.message()));
        request.connection().sendRaw(reply, 0, 20_000);
        client.close();
        assertTrue(read.isDone());
        assertEquals(0, buffer.position());
        assertEquals(50_000, buffer.limit());
        byte[] then = Bytes.all(buffer);
        assertThrows(AssertionError.class, () -> request.connection().sendRaw(reply, 20_000, reply.length));
        assertArrayEquals(then, Bytes.all(buffer));
    }

    @Test
    void requestsAfterTheEndFailWithItsReason() throws Exception {
        client.close();
        read().failure(ConnectionLostException.class);
        assertThrows(ConnectionLostException.class, () -> file.getattr());
        assertThrows(ConnectionLostException.class, () -> file.readFully(ByteBuffer.allocate(5_000_000), 0));
        assertThrows(ConnectionLostException.class, () -> client.attach("", "", 0));
        file.close();
        client.close();
        client.close(LONG);
    }

    @Test
    void closingWithPatienceLetsRequestsInFlightAndThoseThatWaitFinish() throws Exception {
        List<AwaitedRead> reads = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            reads.add(read());
        }
        peer.awaitHeld(10);
        Background<?> closing = closing(LONG);
        for (int i = 0; i < 30; i++) {
            answer(peer.expect(Tread.class));
        }
        closing.get();
        for (AwaitedRead read : reads) {
            assertEquals(100, read.count());
        }
        peer.connection().awaitClosedByClient();
    }

    /** Closes on a thread of its own, and returns when new requests are refused. */
    private Background<?> closing(Duration patience) {
        Background<?> closing = Background.run(() -> {
            client.close(patience);
            return 0;
        });
        long deadline = System.nanoTime() + ScriptedPeer.PATIENCE.toNanos();
        while (client.isOpen()) {
            assertTrue(System.nanoTime() < deadline);
            Thread.onSpinWait();
        }
        return closing;
    }

    @Test
    void closingWithPatienceLetsLongReadsFinish() throws Exception {
        ByteBuffer buffer = ByteBuffer.allocate(1000);
        AwaitedRead read = read(buffer, 0);
        Request<Tread> first = peer.expect(Tread.class);
        Background<?> closing = closing(LONG);
        read().failure(ConnectionLostException.class);
        first.answer(Bytes.answer(content, first.message(), 10));
        answer(peer.expect(Tread.class));
        assertEquals(1000, read.count());
        assertArrayEquals(Bytes.range(content, 0, 1000), buffer.array());
        closing.get();
    }

    @Test
    void closingWithPatienceEndsWhenItIsOver() throws Exception {
        AwaitedRead read = read();
        client.close(Duration.ofMillis(1));
        assertTrue(read.isDone());
        read.failure(ConnectionLostException.class);
    }

    @Test
    void closingWithPatienceOfAgesOrNoneIsNoMistake() throws Exception {
        client.close(Duration.ofSeconds(Long.MAX_VALUE));
        open();
        client.close(Duration.ofSeconds(-5));
        peer.connection(2).awaitClosedByClient();
    }

    @Test
    void anInterruptCutsThePatienceShort() throws Exception {
        AwaitedRead read = read();
        Background<Boolean> closing = Background.run(() -> {
            client.close(LONG);
            return Thread.interrupted();
        });
        closing.interrupt();
        assertTrue(closing.get(), "the thread stays interrupted");
        assertTrue(read.isDone());
    }

    @Test
    void aConnectionThatBreaksEndsThePatience() throws Exception {
        AwaitedRead read = read();
        Background<?> closing = closing(LONG);
        peer.connection().close();
        closing.get();
        read.failure(ConnectionLostException.class);
    }

    @Test
    void manyMayCloseAtOnce() throws Exception {
        AwaitedRead read = read();
        List<Background<?>> closers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            boolean patient = i % 2 == 0;
            closers.add(Background.run(() -> {
                if (patient) {
                    client.close(Duration.ofMillis(5));
                } else {
                    client.close();
                }
                assertTrue(read.isDone());
                return 0;
            }));
        }
        for (Background<?> closer : closers) {
            closer.get();
        }
        read.failure(ConnectionLostException.class);
    }

    @Test
    void aHandlerMayClose() throws Exception {
        AwaitedRead other = read();
        AwaitedRead read = new AwaitedRead();
        CountDownLatch returned = new CountDownLatch(1);
        file.read(ByteBuffer.allocate(100), 0, LONG, new ReadHandler() {
            @Override
            public void completed(int count) {
                client.close();
                client.close(LONG);
                read.completed(count);
                returned.countDown();
            }

            @Override
            public void failed(IOException cause) {
                read.failed(cause);
            }
        });
        peer.expect(Tread.class);
        answer(peer.expect(Tread.class));
        assertTrue(returned.await(60, TimeUnit.SECONDS));
        assertEquals(100, read.count());
        other.failure(ConnectionLostException.class);
    }

    @Test
    void submittersThatRaceWithTheEndGetOneAnswerEach() throws Exception {
        peer.serving(content);
        for (int round = 0; round < 50; round++) {
            try (Client racing = Client.builder(peer.transport()).maxRequests(4).connect();
                    RemoteFile image = racing.attach("", "", 0).walk("image").open()) {
                List<Background<List<AwaitedRead>>> submitters = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    submitters.add(Background.run(() -> {
                        List<AwaitedRead> reads = new ArrayList<>();
                        for (int j = 0; j < 50; j++) {
                            AwaitedRead read = new AwaitedRead();
                            image.readFully(ByteBuffer.allocate(10), 0, LONG, read);
                            reads.add(read);
                        }
                        return reads;
                    }));
                }
                if (round % 3 == 0) {
                    peer.connection().close();
                } else if (round % 3 == 1) {
                    racing.close(Duration.ZERO);
                } else {
                    racing.close(Duration.ofMillis(1));
                }
                for (Background<List<AwaitedRead>> submitter : submitters) {
                    for (AwaitedRead read : submitter.get()) {
                        long deadline = System.nanoTime() + ScriptedPeer.PATIENCE.toNanos();
                        while (!read.isDone()) {
                            assertTrue(System.nanoTime() < deadline, "a read was lost");
                            Thread.onSpinWait();
                        }
                        assertEquals(1, read.calls());
                    }
                }
            }
        }
    }

    @Test
    void leavesNoThreadAndNoDescriptorBehind() throws Exception {
        FakeClock clock = new FakeClock();
        peer.serving(content);
        cycle(clock, 10);
        long descriptors = openDescriptors();
        long threads = readerThreads();
        cycle(clock, 200);
        assertEquals(threads, readerThreads());
        assertTrue(openDescriptors() <= descriptors + 20, "from " + descriptors + " to " + openDescriptors());
        assertEquals(0, clock.watchers());
    }

    private void cycle(FakeClock clock, int times) throws IOException {
        int before = peer.received(Twalk.class).size();
        for (int i = 0; i < times; i++) {
            try (Client each = Client.builder(peer.transport()).timeSource(clock).threadFactory(
                    Thread.ofPlatform().daemon().name("leak-test").factory()).connect();
                    RemoteFile image = each.attach("", "", 0).walk("image").open()) {
                assertEquals(10, image.read(ByteBuffer.allocate(10), 0));
                if (i % 3 == 0) {
                    peer.connection().close();
                }
            }
            peer.connection().awaitClosedByClient();
        }
        assertEquals(before + times, peer.received(Twalk.class).size());
    }

    private static long readerThreads() throws InterruptedException {
        Map<Thread, StackTraceElement[]> all = Thread.getAllStackTraces();
        for (Thread thread : all.keySet()) {
            if (thread.getName().equals("leak-test")) {
                thread.join(Duration.ofSeconds(60));
            }
        }
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().equals("leak-test"))
                .count();
    }

    private static long openDescriptors() {
        String[] open = new File("/proc/self/fd").list();
        return open == null ? 0 : open.length;
    }
}
