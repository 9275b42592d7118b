package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ninep.ConnectionLostException;
import org.ninep.RequestTimeoutException;
import org.ninep.message.Attr;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.Rflush;
import org.ninep.message.Rmessage.Rgetattr;
import org.ninep.message.Rmessage.Rread;
import org.ninep.message.Rmessage.Rversion;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.Tflush;
import org.ninep.message.Tmessage.Tgetattr;
import org.ninep.message.Tmessage.Tread;
import org.ninep.message.Tmessage.Tversion;
import org.ninep.testkit.FakeClock;
import org.ninep.testkit.Request;
import org.ninep.testkit.ScriptedPeer;

/** What handlers and listeners may do, and what they may not. */
@Timeout(120)
class HandlerTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Attr ATTR = new Attr(0, new Qid(0, 0, 1), 0, 0, 0, 0, 0, 0, 0, 0, Timespec.ZERO, Timespec.ZERO,
            Timespec.ZERO, Timespec.ZERO, 0, 0);

    private final byte[] content = Bytes.random(100_000, 12);
    private final ScriptedPeer peer = ScriptedPeer.inProcess("h:564").serving(content);
    private Client client;
    private RemoteFile file;

    @BeforeEach
    void open() throws IOException {
        client = Client.builder(peer.transport()).connect();
        file = client.attach("", "", 0).walk("image").open();
    }

    @AfterEach
    void close() {
        client.close();
        peer.close();
    }

    /** Runs on the reader thread when a read ends, well or not. */
    private abstract static class OnEnd implements ReadHandler {
        @Override
        public void completed(int count) {
            run();
        }

        @Override
        public void failed(IOException cause) {
            run();
        }

        abstract void run();
    }

    @Test
    void aHandlerThatThrowsHarmsNobody() throws Exception {
        for (Throwable thrown : new Throwable[]{new IllegalStateException("thrown by a test"),
                new AssertionError("thrown by a test")}) {
            file.read(ByteBuffer.allocate(10), 0, LONG, new OnEnd() {
                @Override
                void run() {
                    if (thrown instanceof Error e) {
                        throw e;
                    }
                    throw (RuntimeException) thrown;
                }
            });
            assertEquals(10, file.read(ByteBuffer.allocate(10), 0));
        }
        assertTrue(client.isOpen());
    }

    @Test
    void everyHandlerHearsOfTheEndEvenIfSomeThrow() throws Exception {
        peer.holding(Tread.class);
        List<AwaitedRead> reads = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            AwaitedRead read = new AwaitedRead();
            reads.add(read);
            file.read(ByteBuffer.allocate(10), 0, LONG, read);
            file.read(ByteBuffer.allocate(10), 0, LONG, new OnEnd() {
                @Override
                void run() {
                    throw new AssertionError("thrown by a test");
                }
            });
        }
        client.close();
        for (AwaitedRead read : reads) {
            read.failure(ConnectionLostException.class);
        }
    }

    @Test
    void aHandlerMustNotWaitForAReply() throws Exception {
        ByteBuffer buffer = ByteBuffer.allocate(10);
        List<Callable<?>> blocking = List.of(() -> file.read(buffer, 0), () -> file.readUpTo(buffer, 0),
                () -> file.getattr(), () -> file.walk("x"), () -> file.xattr("user.x"),
                () -> client.attach("", "", 0));
        CompletableFuture<List<Throwable>> thrown = new CompletableFuture<>();
        int before = peer.received().size();
        file.read(ByteBuffer.allocate(10), 0, LONG, new OnEnd() {
            @Override
            void run() {
                List<Throwable> all = new ArrayList<>();
                for (Callable<?> call : blocking) {
                    try {
                        call.call();
                    } catch (Exception e) {
                        all.add(e);
                    }
                }
                thrown.complete(all);
            }
        });
        List<Throwable> all = thrown.get(60, TimeUnit.SECONDS);
        assertEquals(blocking.size(), all.size());
        all.forEach(e -> assertEquals("a handler on the reader thread of h:564 must not wait for a reply",
                assertInstanceOf(IllegalStateException.class, e).getMessage()));
        file.statfs();
        assertEquals(before + 2, peer.received().size(), "nothing was sent that nobody waits for");
        assertArrayEquals(new byte[10], buffer.array());
    }

    @Test
    void aHandlerMaySubmitFurtherReads() throws Exception {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1000);
        AwaitedRead end = new AwaitedRead();
        file.read(buffer.limit(1), 0, LONG, new ReadHandler() {
            @Override
            public void completed(int count) {
                if (buffer.position() == 1000) {
                    end.completed(1000);
                } else {
                    file.read(buffer.limit(buffer.position() + 1), buffer.position(), LONG, this);
                }
            }

            @Override
            public void failed(IOException cause) {
                end.failed(cause);
            }
        });
        assertEquals(1000, end.count());
        assertArrayEquals(Bytes.range(content, 0, 1000), Bytes.all(buffer));
    }

    @Test
    void aReadThatIsAskedForAfterTheEndFailsOnTheCallersThread() throws Exception {
        client.close();
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        file.read(ByteBuffer.allocate(10), 0, LONG, new OnEnd() {
            @Override
            void run() {
                thread.complete(Thread.currentThread());
            }
        });
        assertEquals(Thread.currentThread(), thread.getNow(null));
    }

    // Listeners.

    private static final class Recorder implements MessageListener {
        final List<String> seen = new CopyOnWriteArrayList<>();

        @Override
        public void sent(String peer, int tag, Tmessage request) {
            seen.add("> " + peer + " " + tag + " " + request.getClass().getSimpleName());
        }

        @Override
        public void received(String peer, int tag, Rmessage reply) {
            String data = reply instanceof Rread(var bytes) ? " " + bytes.remaining() : "";
            seen.add("< " + peer + " " + tag + " " + reply.getClass().getSimpleName() + data);
        }

        void await(String message) {
            long deadline = System.nanoTime() + ScriptedPeer.PATIENCE.toNanos();
            while (!seen.contains(message)) {
                assertTrue(System.nanoTime() < deadline, () -> seen.toString());
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aListenerSeesEveryMessage() throws Exception {
        Recorder recorder = new Recorder();
        FakeClock clock = new FakeClock();
        try (Client traced = Client.builder(peer.transport()).listener(recorder).timeSource(clock).connect();
                RemoteFile image = traced.attach("", "", 0).walk("image").open()) {
            image.read(ByteBuffer.allocate(10), 0);
            peer.holding(Tread.class).holding(Tflush.class);
            AwaitedRead late = new AwaitedRead();
            image.read(ByteBuffer.allocate(10), 0, Duration.ofSeconds(1), late);
            Request<Tread> request = peer.expect(Tread.class);
            clock.advance(Duration.ofSeconds(1));
            late.failure(RequestTimeoutException.class);
            request.answer(Bytes.answer(content, request.message()));
            peer.expect(Tflush.class).answer(new Rflush());
            recorder.await("< h:564 5 Rflush");
        }
        assertEquals("""
                > h:564 65535 Tversion
                < h:564 65535 Rversion
                > h:564 0 Tattach
                < h:564 0 Rattach
                > h:564 1 Twalk
                < h:564 1 Rwalk
                > h:564 2 Tlopen
                < h:564 2 Rlopen
                > h:564 3 Tread
                < h:564 3 Rread 10
                > h:564 4 Tread
                > h:564 5 Tflush
                < h:564 4 Rread 10
                < h:564 5 Rflush""", String.join("\n", recorder.seen.subList(0, 14)));
    }

    @Test
    void aListenerThatThrowsHarmsNobody() throws Exception {
        MessageListener hostile = new MessageListener() {
            @Override
            public void sent(String peer, int tag, Tmessage request) {
                throw new IllegalStateException("thrown by a test");
            }

            @Override
            public void received(String peer, int tag, Rmessage reply) {
                throw new AssertionError("thrown by a test");
            }
        };
        try (Client traced = Client.builder(peer.transport()).listener(hostile).connect();
                RemoteFile image = traced.attach("", "", 0).walk("image").open()) {
            assertEquals(10, image.read(ByteBuffer.allocate(10), 0));
        }
    }

    // A peer that does not read.

    @Test
    void requestsThatThePeerDoesNotReadWaitInOrderAndBlockNobody() throws Exception {
        peer.answering(Tversion.class, t -> new Rversion(65536, t.version()));
        try (Client fast = Client.builder(peer.transport()).maxRequests(30_000).connect();
                RemoteFile image = fast.attach("", "", 0).walk("image").open()) {
            image.statfs();
            peer.connection().stopReading();
            List<AwaitedRead> reads = new ArrayList<>();
            List<Background<?>> others = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                AwaitedRead read = new AwaitedRead();
                image.read(ByteBuffer.allocate(4), i * 4L, LONG, read);
                reads.add(read);
                if (i % 5000 == 2500) {
                    others.add(Background.run(() -> image.getattr()));
                    others.add(Background.runVirtual(() -> image.walk("some/names".repeat(1000))));
                }
            }
            peer.connection().resumeReading();
            for (int i = 0; i < reads.size(); i++) {
                assertEquals(4, reads.get(i).count());
            }
            for (Background<?> other : others) {
                other.get();
            }
            List<Tread> treads = peer.received(Tread.class);
            for (int i = 0; i < treads.size(); i++) {
                assertEquals(i * 4L, treads.get(i).offset(), "sent in the order of submission");
            }
        }
    }

    @Test
    void requestsThatWereNeverReadTimeOutAndTheirFlushesAreSentBehindThem() throws Exception {
        FakeClock clock = new FakeClock();
        try (Client fast = Client.builder(peer.transport()).timeSource(clock).maxRequests(30_000).connect();
                RemoteFile image = fast.attach("", "", 0).walk("image").open()) {
            image.statfs();
            peer.connection().stopReading();
            List<AwaitedRead> reads = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                AwaitedRead read = new AwaitedRead();
                image.read(ByteBuffer.allocate(4), i * 4L, Duration.ofSeconds(1), read);
                reads.add(read);
            }
            clock.advance(Duration.ofSeconds(1));
            for (AwaitedRead read : reads) {
                read.failure(RequestTimeoutException.class);
            }
            peer.connection().resumeReading();
            assertEquals(10, image.read(ByteBuffer.allocate(10), 0));
            assertEquals(10_000, peer.received(Tflush.class).size());
            assertTrue(fast.isOpen());
        }
    }

    @Test
    void closingDoesNotWaitForAPeerThatDoesNotRead() throws Exception {
        peer.connection().stopReading();
        List<AwaitedRead> reads = new ArrayList<>();
        for (int i = 0; i < 8000; i++) {
            AwaitedRead read = new AwaitedRead();
            file.read(ByteBuffer.allocate(4), 0, LONG, read);
            reads.add(read);
        }
        client.close();
        for (AwaitedRead read : reads) {
            assertTrue(read.isDone());
            assertEquals(1, read.calls());
        }
    }

    @Test
    void aReplyIsTakenWhileThePeerDoesNotRead() throws Exception {
        peer.holding(Tgetattr.class);
        Background<?> getattr = Background.run(() -> file.getattr());
        Request<Tgetattr> request = peer.expect(Tgetattr.class);
        peer.connection().stopReading();
        List<AwaitedRead> reads = new ArrayList<>();
        for (int i = 0; i < 8000; i++) {
            AwaitedRead read = new AwaitedRead();
            file.read(ByteBuffer.allocate(4), 0, LONG, read);
            reads.add(read);
        }
        request.answer(new Rgetattr(ATTR));
        getattr.get();
        peer.connection().resumeReading();
        for (AwaitedRead read : reads) {
            assertEquals(4, read.count());
        }
    }
}
