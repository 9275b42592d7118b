package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ninep.client.Messages.assertContains;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ninep.ConnectionLostException;
import org.ninep.Errno;
import org.ninep.RequestTimeoutException;
import org.ninep.message.Rmessage.Rflush;
import org.ninep.message.Rmessage.Rwrite;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.Tflush;
import org.ninep.message.Tmessage.Twrite;
import org.ninep.testkit.FakeClock;
import org.ninep.testkit.Request;
import org.ninep.testkit.ScriptedPeer;

/** Writes whose time is over or whose caller is interrupted, while they wait, are half sent, or are sent. */
@Timeout(120)
class WriteGivenUpTest {
    private static final Duration SHORT = Duration.ofMillis(250);
    private static final Duration LONG = Duration.ofHours(1);
    /** More than a pipe takes. */
    private static final int LENGTH = 900_000;

    private final FakeClock clock = new FakeClock();
    private final byte[] content = Bytes.random(LENGTH, 31);
    private final ScriptedPeer peer = ScriptedPeer.inProcess("h:564").serving(new byte[0]).holding(Tflush.class);
    private Client client;
    private RemoteFile file;

    @BeforeEach
    void open() throws IOException {
        client = Client.builder(peer.transport()).timeSource(clock).requestTimeout(LONG).connect();
        file = client.attach("", "", 0).walk("image").open(OpenFlags.RDWR);
    }

    @AfterEach
    void close() {
        client.close();
        peer.close();
        assertEquals(0, clock.watchers());
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    private ByteBuffer buffer(boolean direct) {
        return direct ? direct(content) : ByteBuffer.wrap(content.clone());
    }

    private AwaitedWrite write(ByteBuffer buffer, long offset, Duration timeout) {
        AwaitedWrite write = new AwaitedWrite();
        file.write(buffer, offset, timeout, write);
        return write;
    }

    private static void overwrite(ByteBuffer buffer) {
        for (int i = 0; i < buffer.capacity(); i++) {
            buffer.put(i, (byte) 'x');
        }
    }

    private static byte[] data(Request<Twrite> request) {
        byte[] data = new byte[request.message().data().remaining()];
        request.message().data().duplicate().get(data);
        return data;
    }

    @Test
    void aWriteThatTimesOutIsFlushedAndItsLateAnswerHarmsNobody() throws Exception {
        ByteBuffer buffer = direct(content).limit(100);
        AwaitedWrite late = write(buffer, 5, SHORT);
        Request<Twrite> request = peer.expect(Twrite.class);
        clock.advance(SHORT);
        assertEquals("h:564: Twrite /image at 5, 100 bytes: no answer within 0.25 s",
                late.failure(RequestTimeoutException.class).getMessage());
        assertEquals(0, buffer.position());
        Request<Tflush> flush = peer.expect(Tflush.class);
        assertEquals(request.tag(), flush.message().oldtag());
        request.answer(new Rwrite(100));
        flush.answer(new Rflush());
        AwaitedWrite next = write(buffer, 5, LONG);
        peer.expect(Twrite.class).answer(new Rwrite(100));
        assertEquals(100, next.count());
        assertEquals(1, late.calls());
        assertTrue(client.isOpen());
    }

    @Test
    void aServerThatDoesNotFlushKeepsTheTagUntilItAnswers() throws Exception {
        AwaitedWrite late = write(direct(content).limit(100), 5, SHORT);
        Request<Twrite> request = peer.expect(Twrite.class);
        clock.advance(SHORT);
        late.failure(RequestTimeoutException.class);
        peer.expect(Tflush.class).fail(Errno.EOPNOTSUPP);
        request.answer(new Rwrite(1));
        file.statfs();
        assertTrue(client.isOpen());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHalfSentWriteGoesOnFromACopyAndAnUnsentOneIsNeverSent(boolean direct) throws Exception {
        peer.connection().stopReading();
        ByteBuffer half = buffer(direct);
        ByteBuffer unsent = buffer(direct);
        AwaitedWrite first = write(half, 0, SHORT);
        AwaitedWrite second = write(unsent, 1, SHORT);
        AwaitedWrite third = write(buffer(direct), 2, LONG);
        clock.advance(SHORT);
        first.failure(RequestTimeoutException.class);
        second.failure(RequestTimeoutException.class);
        overwrite(half);
        overwrite(unsent);
        peer.connection().resumeReading();
        Request<Twrite> sent = peer.expect(Twrite.class);
        assertEquals(0, sent.message().offset());
        assertArrayEquals(content, data(sent), "what the caller does with its buffer afterwards is not sent");
        Request<Twrite> last = peer.expect(Twrite.class);
        assertEquals(2, last.message().offset(), "what was not begun is not sent");
        assertArrayEquals(content, data(last));
        last.answer(new Rwrite(LENGTH));
        assertEquals(LENGTH, third.count());
        Request<Tflush> flush = peer.expect(Tflush.class);
        assertEquals(sent.tag(), flush.message().oldtag());
        flush.answer(new Rflush());
        file.statfs();
        assertEquals(1, peer.received(Tflush.class).size(), "there is nothing to flush of what was not sent");
    }

    @Test
    void anInterruptedWriteGivesItsBufferBack() throws Exception {
        for (boolean virtual : new boolean[]{true, false}) {
            peer.connection().stopReading();
            ByteBuffer buffer = direct(content);
            Background<InterruptedIOException> interrupted = background(virtual, buffer);
            interrupted.awaitParked();
            interrupted.interrupt();
            assertContains("Twrite /image at 7, " + LENGTH + " bytes: interrupted", interrupted.get());
            overwrite(buffer);
            peer.connection().resumeReading();
            assertArrayEquals(content, data(peer.expect(Twrite.class)));
            peer.expect(Tflush.class).answer(new Rflush());
        }
        assertTrue(client.isOpen());
    }

    private Background<InterruptedIOException> background(boolean virtual, ByteBuffer buffer) {
        return virtual
                ? Background.runVirtual(
                        () -> assertThrows(InterruptedIOException.class, () -> file.writeFully(buffer, 7)))
                : Background.run(() -> assertThrows(InterruptedIOException.class, () -> file.writeFully(buffer, 7)));
    }

    @Test
    void aLongInterruptedWriteSendsNoFurtherPieces() throws Exception {
        ByteBuffer buffer = ByteBuffer.allocateDirect(70 << 20);
        Background<InterruptedIOException> interrupted = Background
                .run(() -> assertThrows(InterruptedIOException.class, () -> file.writeFully(buffer, 0)));
        List<Request<Twrite>> sent = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            sent.add(peer.expect(Twrite.class));
        }
        interrupted.interrupt();
        assertContains("interrupted", interrupted.get());
        sent.forEach(request -> request.answer(new Rwrite(request.message().data().remaining())));
        for (int i = 0; i < 64; i++) {
            peer.expect(Tflush.class).answer(new Rflush());
        }
        file.statfs();
        assertEquals(64, peer.received(Twrite.class).size());
        assertEquals(0, buffer.position());
    }

    @Test
    void anAnswerToAWriteThatIsHalfSentGivesTheBufferBackToo() throws Exception {
        peer.connection().stopReading();
        ByteBuffer buffer = direct(content);
        AwaitedWrite write = write(buffer, 0, LONG);
        // the first tags rest: the write has the next one after those of version, attach, walk and lopen
        int tag = peer.received().size() - 1;
        peer.connection().send(tag, new org.ninep.message.Rmessage.Rlerror(Errno.ENOSPC));
        write.failure(org.ninep.RemoteException.class);
        overwrite(buffer);
        peer.connection().resumeReading();
        Request<Twrite> sent = peer.expect(Twrite.class);
        assertEquals(tag, sent.tag());
        assertArrayEquals(content, data(sent));
        assertFalse(peer.received().stream().anyMatch(Tflush.class::isInstance));
    }

    @Test
    void dataThatNobodyCanReadFailsItsOwnWriteAlone() throws Exception {
        peer.connection().stopReading();
        try (Arena mine = Arena.ofConfined()) {
            AwaitedWrite before = write(direct(content), 0, LONG);
            AwaitedWrite confined = write(mine.allocate(LENGTH).asByteBuffer(), 1, LONG);
            AwaitedWrite after = write(direct(content), 2, LONG);
            peer.connection().resumeReading();
            peer.expect(Twrite.class, t -> t.offset() == 0).answer(new Rwrite(LENGTH));
            Request<Twrite> last = peer.expect(Twrite.class, t -> t.offset() == 2);
            assertArrayEquals(content, data(last));
            last.answer(new Rwrite(LENGTH));
            assertEquals(LENGTH, before.count());
            assertEquals(LENGTH, after.count());
            assertContains("the buffer cannot be read", confined.failure(IOException.class));
        }
        assertTrue(client.isOpen());
    }

    @Test
    void dataThatCannotBeReadAnyMoreOnceItsFrameWasBegunEndsTheConnection() throws Exception {
        peer.connection().stopReading();
        try (Arena mine = Arena.ofConfined()) {
            AwaitedWrite confined = write(mine.allocate(LENGTH).asByteBuffer(), 1, LONG);
            peer.connection().resumeReading();
            assertContains("cannot be read", confined.failure(ConnectionLostException.class));
        }
    }

    @Test
    void anUnreadableWriteThatIsGivenUpHalfSentEndsTheConnectionToo() throws Exception {
        peer.connection().stopReading();
        try (Arena mine = Arena.ofConfined()) {
            AwaitedWrite confined = write(mine.allocate(LENGTH).asByteBuffer(), 1, SHORT);
            AwaitedWrite other = write(direct(content), 2, LONG);
            clock.advance(SHORT);
            confined.failure(RequestTimeoutException.class);
            peer.connection().resumeReading();
            assertContains("cannot be read", other.failure(ConnectionLostException.class));
        }
        assertEquals(List.of(), peer.received().stream().filter(Twrite.class::isInstance).map(Tmessage.class::cast)
                .toList());
    }

    @Test
    void aWriteThatWaitsForATagIsNeverSentOnceItIsGivenUp() throws Exception {
        try (Client narrow = Client.builder(peer.transport()).timeSource(clock).requestTimeout(LONG).maxRequests(1)
                .connect(); RemoteFile image = narrow.attach("", "", 0).walk("image")) {
            AwaitedWrite first = new AwaitedWrite();
            image.write(direct(content), 0, LONG, first);
            AwaitedWrite waiting = new AwaitedWrite();
            image.write(direct(content), 1, SHORT, waiting);
            Request<Twrite> request = peer.expect(Twrite.class);
            clock.advance(SHORT);
            assertContains("too many requests", waiting.failure(RequestTimeoutException.class));
            request.answer(new Rwrite(LENGTH));
            assertEquals(LENGTH, first.count());
        }
        assertEquals(1, peer.received(Twrite.class).size());
    }
}
