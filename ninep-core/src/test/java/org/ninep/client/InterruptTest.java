package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.ninep.message.Rmessage.Rflush;
import org.ninep.message.Rmessage.Rread;
import org.ninep.message.Tmessage.Tclunk;
import org.ninep.message.Tmessage.Tflush;
import org.ninep.message.Tmessage.Tgetattr;
import org.ninep.message.Tmessage.Tread;
import org.ninep.testkit.Request;
import org.ninep.testkit.ScriptedPeer;

/** An interrupt ends the wait of the thread that it hits, and nothing else: platform threads over pipes, virtual ones over TCP. */
@Timeout(120)
@ParameterizedClass
@ValueSource(booleans = {false, true})
class InterruptTest {
    private final byte[] content = Bytes.random(100_000, 9);
    private final boolean virtual;
    private final ScriptedPeer peer;
    private final Client client;
    private final RemoteFile file;

    InterruptTest(boolean virtual) throws IOException {
        this.virtual = virtual;
        peer = (virtual ? ScriptedPeer.tcp() : ScriptedPeer.inProcess()).serving(content).holding(Tread.class);
        client = Client.builder(peer.transport()).msize(8192).requestTimeout(Duration.ofHours(1)).connect();
        file = client.attach("", "", 0).walk("image").open();
    }

    @AfterEach
    void close() {
        client.close();
        peer.close();
    }

    /** Runs what must be interrupted, and requires that the thread stays interrupted. */
    private Background<InterruptedIOException> interruptible(Callable<?> work) {
        Callable<InterruptedIOException> checked = () -> {
            InterruptedIOException e = assertThrows(InterruptedIOException.class, work::call);
            assertTrue(Thread.interrupted(), "the interrupt flag is kept");
            return e;
        };
        return virtual ? Background.runVirtual(checked) : Background.run(checked);
    }

    private void answer(Request<Tread> request) {
        request.answer(Bytes.answer(content, request.message()));
    }

    @Test
    void anInterruptedReadGivesTheBufferBackAndHarmsNoOther() throws Exception {
        peer.holding(Tflush.class);
        ByteBuffer buffer = ByteBuffer.allocateDirect(1000);
        Background<InterruptedIOException> interrupted = interruptible(() -> file.read(buffer, 10));
        Request<Tread> first = peer.expect(Tread.class);
        ByteBuffer other = ByteBuffer.allocateDirect(1000);
        Background<Integer> patient = Background.run(() -> file.read(other, 20));
        Request<Tread> second = peer.expect(Tread.class);

        interrupted.interrupt();
        InterruptedIOException e = interrupted.get();
        Messages.assertContains("Tread /image at 10, 1000 bytes: interrupted", e);
        answer(first);
        answer(second);
        assertEquals(1000, patient.get());
        assertArrayEquals(Bytes.range(content, 20, 1000), Bytes.all(other));
        assertArrayEquals(new byte[1000], Bytes.all(buffer), "not written after the return");
        assertEquals(0, buffer.position());
        assertEquals(first.tag(), peer.expect(Tflush.class).message().oldtag());
        assertTrue(client.isOpen());
    }

    @Test
    void everyTreadOfAnInterruptedLongReadIsFlushed() throws Exception {
        peer.holding(Tflush.class);
        ByteBuffer buffer = ByteBuffer.allocateDirect(60_000);
        Background<InterruptedIOException> interrupted = interruptible(() -> {
            file.readFully(buffer, 0);
            return 0;
        });
        List<Request<Tread>> treads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            treads.add(peer.expect(Tread.class));
        }
        treads.get(3).answer(Bytes.answer(content, treads.get(3).message(), 100));
        treads.set(3, peer.expect(Tread.class));
        interrupted.interrupt();
        interrupted.get();
        byte[] then = Bytes.all(buffer);
        treads.forEach(this::answer);
        for (int i = 0; i < 8; i++) {
            peer.expect(Tflush.class).answer(new Rflush());
        }
        file.statfs();
        assertArrayEquals(then, Bytes.all(buffer), "not written after the return");
        assertEquals(9, peer.received(Tread.class).size(), "nothing more is asked for");
    }

    @Test
    void anInterruptedThreadMakesNoRequestButMayClose() throws Exception {
        int before = peer.received().size();
        AtomicReference<byte[]> unused = new AtomicReference<>();
        for (Callable<?> request : List.<Callable<?>>of(() -> file.read(ByteBuffer.allocate(10), 0),
                () -> file.readUpTo(ByteBuffer.allocate(100_000), 0), () -> file.getattr(), () -> file.readdir(),
                () -> client.attach("", "", 0), () -> {
                    unused.set(file.xattr("user.x"));
                    return 0;
                })) {
            interruptible(() -> {
                Thread.currentThread().interrupt();
                return request.call();
            }).get();
        }
        file.statfs();
        assertEquals(before + 1, peer.received().size());
        interruptible(() -> {
            Thread.currentThread().interrupt();
            file.close();
            throw new InterruptedIOException();
        }).get();
        client.attach("", "", 0).statfs();
        assertEquals(1, peer.received(Tclunk.class).size());
        assertTrue(client.isOpen(), "writing with the interrupt flag set closes no channel");
    }

    @Test
    void asynchronousReadsOfAnInterruptedThreadGoOn() throws Exception {
        AwaitedRead read = new AwaitedRead();
        interruptible(() -> {
            Thread.currentThread().interrupt();
            file.read(ByteBuffer.allocate(10), 0, Duration.ofHours(1), read);
            throw new InterruptedIOException();
        }).get();
        answer(peer.expect(Tread.class));
        assertEquals(10, read.count());
    }

    @Test
    void manyInterruptedThreadsLeaveTheOthersTheirAnswers() throws Exception {
        peer.holding(Tgetattr.class);
        List<Background<?>> interrupted = new ArrayList<>();
        List<Background<Integer>> patient = new ArrayList<>();
        List<ByteBuffer> buffers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            interrupted.add(interruptible(() -> file.getattr()));
            ByteBuffer buffer = ByteBuffer.allocate(100);
            long offset = i;
            buffers.add(buffer);
            patient.add(Background.runVirtual(() -> file.read(buffer, offset)));
        }
        peer.awaitHeld(100);
        interrupted.forEach(Background::interrupt);
        for (Background<?> each : interrupted) {
            each.get();
        }
        for (int i = 0; i < 50; i++) {
            answer(peer.find(Tread.class, _ -> true));
        }
        for (int i = 0; i < 50; i++) {
            assertEquals(100, patient.get(i).get());
            assertArrayEquals(Bytes.range(content, i, 100), buffers.get(i).array());
        }
    }

    @Test
    void anInterruptedReaderThreadReadsOn() throws Exception {
        AtomicReference<Thread> reader = new AtomicReference<>();
        peer.serving(content);
        ClientBuilder builder = Client.builder(peer.transport()).threadFactory(work -> {
            Thread thread = Thread.ofPlatform().daemon().unstarted(work);
            reader.set(thread);
            return thread;
        });
        try (Client other = builder.connect(); RemoteFile image = other.attach("", "", 0).walk("image").open()) {
            for (int i = 0; i < 10; i++) {
                reader.get().interrupt();
                assertEquals(10, image.read(ByteBuffer.allocate(10), 0));
            }
            AwaitedRead read = new AwaitedRead();
            image.read(ByteBuffer.allocate(10), 0, Duration.ofHours(1), new ReadHandler() {
                @Override
                public void completed(int count) {
                    Thread.currentThread().interrupt();
                    read.completed(count);
                }

                @Override
                public void failed(IOException cause) {
                    read.failed(cause);
                }
            });
            assertEquals(10, read.count());
            image.statfs();
            image.statfs();
            assertFalse(reader.get().isInterrupted(), "or it would never sleep again");
        }
    }

    @Test
    void anAnswerQuickerThanTheInterruptCounts() throws Exception {
        peer.answering(Tread.class, t -> new Rread(ByteBuffer.allocate(t.count())));
        for (int i = 0; i < 300; i++) {
            Background<Integer> read = Background.runVirtual(() -> file.read(ByteBuffer.allocate(10), 0));
            read.interrupt();
            try {
                assertEquals(10, read.get());
            } catch (ExecutionException e) {
                assertInstanceOf(InterruptedIOException.class, e.getCause());
            }
        }
        assertTrue(client.isOpen());
        client.close(Duration.ofSeconds(60));
        peer.connection().awaitClosedByClient();
    }
}
