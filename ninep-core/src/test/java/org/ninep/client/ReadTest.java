package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ninep.client.Messages.assertBegins;
import static org.ninep.client.Messages.assertContains;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ninep.Errno;
import org.ninep.ProtocolException;
import org.ninep.RemoteException;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Rmessage.Rlopen;
import org.ninep.message.Rmessage.Rread;
import org.ninep.message.Rmessage.Rversion;
import org.ninep.message.Tmessage.Tclunk;
import org.ninep.message.Tmessage.Tlopen;
import org.ninep.message.Tmessage.Tread;
import org.ninep.message.Tmessage.Tversion;
import org.ninep.testkit.Request;
import org.ninep.testkit.ScriptedPeer;

@Timeout(120)
class ReadTest {
    private static final int MSIZE = 8192;
    private static final int MOST = MSIZE - 24;
    private static final Duration LONG = Duration.ofSeconds(60);

    private final byte[] content = Bytes.random(300_000, 42);
    private final ScriptedPeer peer = ScriptedPeer.inProcess("h:564").serving(content).answering(Tversion.class,
            t -> new Rversion(MSIZE, t.version()));
    private Client client;
    private RemoteFile file;

    @BeforeEach
    void open() throws IOException {
        client = Client.builder(peer.transport()).maxRequests(4000).connect();
        file = client.attach("", "", 0).walk("image").open();
    }

    @AfterEach
    void close() {
        client.close();
        peer.close();
    }

    private static ByteBuffer buffer(boolean direct, int length) {
        return direct ? ByteBuffer.allocateDirect(length) : ByteBuffer.allocate(length);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsInPlaceFromTheBuffersPositionToItsLimit(boolean direct) throws IOException {
        ByteBuffer buffer = buffer(direct, 4096).position(100).limit(1100);
        assertEquals(1000, file.read(buffer, 5000));
        assertEquals(1100, buffer.position());
        assertEquals(1100, buffer.limit());
        byte[] all = Bytes.all(buffer);
        assertArrayEquals(Bytes.range(content, 5000, 1000), Bytes.range(all, 100, 1000));
        assertArrayEquals(new byte[100], Bytes.range(all, 0, 100), "before the position");
        assertArrayEquals(new byte[4096 - 1100], Bytes.range(all, 1100, 4096 - 1100), "behind the limit");
        assertEquals(1000, peer.received(Tread.class).getFirst().count());
    }

    @Test
    void oneReadIsOneTreadOfAtMostMsizeLess24() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(100_000);
        assertEquals(MOST, file.read(buffer, 0));
        assertEquals(MOST, buffer.position());
        assertEquals(100_000, buffer.limit());
        assertArrayEquals(Bytes.range(content, 0, MOST), Bytes.read(buffer));
    }

    @Test
    void neverAsksForMoreThanTheIounit() throws IOException {
        peer.answering(Tlopen.class, _ -> new Rlopen(file.qid(), 1000));
        file.open();
        assertEquals(1000, file.read(ByteBuffer.allocate(5000), 0));
        ByteBuffer buffer = ByteBuffer.allocate(5500);
        file.readFully(buffer, 7);
        assertArrayEquals(Bytes.range(content, 7, 5500), Bytes.read(buffer));
        assertTrue(peer.received(Tread.class).stream().allMatch(t -> t.count() <= 1000));
    }

    @Test
    void tellsTheEndOfTheFile() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1000);
        assertEquals(400, file.read(buffer, content.length - 400));
        assertEquals(-1, file.read(buffer, content.length));
        assertEquals(-1, file.read(buffer, Long.MAX_VALUE - 1000));
        assertEquals(400, buffer.position());
        assertEquals(0, file.read(ByteBuffer.allocate(0), 0));
        assertEquals(0, file.readUpTo(buffer, content.length));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, MOST - 1, MOST, MOST + 1, 3 * MOST, 299_999})
    void readFullyFillsWhateverLengthAnywhere(int length) throws IOException {
        for (boolean direct : new boolean[]{true, false}) {
            ByteBuffer buffer = buffer(direct, length + 20).position(10).limit(length + 10);
            file.readFully(buffer, 1);
            assertEquals(length + 10, buffer.position());
            assertArrayEquals(Bytes.range(content, 1, length), Bytes.range(Bytes.all(buffer), 10, length));
        }
    }

    @Test
    void completesShortReads() throws Exception {
        peer.answering(Tread.class, t -> Bytes.answer(content, t, 1 + (int) (t.offset() % 700)));
        ByteBuffer buffer = ByteBuffer.allocateDirect(50_000);
        file.readFully(buffer, 12_345);
        assertArrayEquals(Bytes.range(content, 12_345, 50_000), Bytes.read(buffer));
        AwaitedRead read = new AwaitedRead();
        file.readFully(buffer.clear(), 1, LONG, read);
        assertEquals(50_000, read.count());
        assertArrayEquals(Bytes.range(content, 1, 50_000), Bytes.read(buffer));
    }

    @Test
    void readUpToGivesWhatThereIsBeforeTheEnd() throws IOException {
        peer.answering(Tread.class, t -> Bytes.answer(content, t, 3000));
        ByteBuffer buffer = ByteBuffer.allocate(100_000);
        assertEquals(33_333, file.readUpTo(buffer, content.length - 33_333));
        assertEquals(33_333, buffer.position());
        assertEquals(100_000, buffer.limit());
        assertArrayEquals(Bytes.range(content, content.length - 33_333, 33_333), Bytes.read(buffer));
    }

    @Test
    void theFirstOfTheShortPiecesIsTheEndInWhateverOrderTheyCome() throws Exception {
        peer.holding(Tread.class);
        ByteBuffer buffer = ByteBuffer.allocate(3 * MOST);
        Background<Integer> reading = Background.run(() -> file.readUpTo(buffer, content.length - 1000));
        peer.awaitHeld(3);
        for (int i = 0; i < 4; i++) {
            long wanted = i == 1 ? content.length : content.length - 1000 + (long) MOST * Math.max(0, i - 1);
            Request<Tread> request = peer.find(Tread.class, t -> t.offset() == wanted);
            request.answer(Bytes.answer(content, request.message()));
        }
        assertEquals(1000, reading.get());
        assertEquals(1000, buffer.position());
        assertArrayEquals(Bytes.range(content, content.length - 1000, 1000), Bytes.read(buffer));
    }

    @Test
    void readFullyBeyondTheEndFailsAndLeavesThePosition() throws Exception {
        ByteBuffer buffer = ByteBuffer.allocate(1000).position(5);
        EOFException e = assertThrows(EOFException.class, () -> file.readFully(buffer, content.length - 900));
        assertEquals("h:564: /image ends at 300000, but was to be read from 299100 to 300095", e.getMessage());
        assertEquals(5, buffer.position());
        AwaitedRead read = new AwaitedRead();
        file.readFully(buffer, content.length, LONG, read);
        read.failure(EOFException.class);
        ByteBuffer large = ByteBuffer.allocate(100_000);
        assertThrows(EOFException.class, () -> file.readFully(large, content.length - 90_000));
        assertEquals(0, large.position());
    }

    @Test
    void stopsAskingBehindTheEnd() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(10_000_000);
        assertEquals(content.length, file.readUpTo(buffer, 0));
        assertArrayEquals(content, Bytes.read(buffer));
        int asked = peer.received(Tread.class).size();
        assertTrue(asked <= Math.ceilDiv(content.length, MOST) + 64, asked + " Treads");
    }

    @Test
    void keepsABoundedNumberOfTreadsOfOneLongReadInFlight() throws Exception {
        peer.holding(Tread.class);
        AwaitedRead read = new AwaitedRead();
        ByteBuffer buffer = ByteBuffer.allocateDirect(100 * MOST - 5);
        file.readFully(buffer, 0, LONG, read);
        List<Request<Tread>> inFlight = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            inFlight.add(peer.expect(Tread.class));
        }
        file.statfs();
        assertEquals(List.of(), peer.held());
        for (int i = 0; i < 100; i++) {
            Request<Tread> request = inFlight.remove(i % inFlight.size());
            byte[] bytes = new byte[request.message().count()];
            Arrays.fill(bytes, (byte) (request.message().offset() / MOST));
            request.answer(new Rread(ByteBuffer.wrap(bytes)));
            if (i < 36) {
                inFlight.add(peer.expect(Tread.class));
            }
        }
        assertEquals(100 * MOST - 5, read.count());
        for (int i = 0; i < 100 * MOST - 5; i++) {
            assertEquals((byte) (i / MOST), buffer.get(i));
        }
    }

    @Test
    void oneFailedPieceFailsTheWholeOnceAllOthersAreBack() throws Exception {
        peer.holding(Tread.class);
        AwaitedRead read = new AwaitedRead();
        ByteBuffer buffer = ByteBuffer.allocate(3 * MOST);
        file.readFully(buffer, 0, LONG, read);
        Request<Tread> first = peer.expect(Tread.class);
        Request<Tread> second = peer.expect(Tread.class);
        Request<Tread> third = peer.expect(Tread.class);
        second.fail(Errno.EIO);
        first.answer(Bytes.answer(content, first.message()));
        file.statfs();
        assertFalse(read.isDone(), "the third may still write into the buffer");
        third.answer(Bytes.answer(content, third.message()));
        assertEquals(Errno.EIO, read.failure(RemoteException.class).errno());
        assertEquals(0, buffer.position());
    }

    @Test
    void aRefusedReadSaysWhereAndLeavesTheBuffer() {
        peer.answering(Tread.class, _ -> new Rlerror(Errno.EIO));
        ByteBuffer buffer = ByteBuffer.allocate(4096).position(7).limit(1007);
        RemoteException e = assertThrows(RemoteException.class, () -> file.read(buffer, 99));
        assertBegins("h:564: Tread /image at 99, 1000 bytes: ", e);
        assertEquals(7, buffer.position());
        assertEquals(1007, buffer.limit());
    }

    @Test
    void thousandsInFlightAnsweredInAnyOrderBringEachItsOwnBytes() throws Exception {
        peer.holding(Tread.class);
        int count = 10_000;
        List<AwaitedRead> reads = new ArrayList<>();
        List<ByteBuffer> buffers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            AwaitedRead read = new AwaitedRead();
            ByteBuffer buffer = ByteBuffer.allocate(100);
            reads.add(read);
            buffers.add(buffer);
            file.read(buffer, i * 29L, LONG, read);
        }
        peer.awaitHeld(4000);
        Random random = new Random(7);
        List<Request<Tread>> inFlight = new ArrayList<>();
        for (int answered = 0; answered < count; answered++) {
            while (!peer.held().isEmpty() || inFlight.isEmpty()) {
                inFlight.add(peer.expect(Tread.class));
            }
            assertTrue(inFlight.size() <= 4000, "no more than maxRequests at once");
            Collections.swap(inFlight, random.nextInt(inFlight.size()), inFlight.size() - 1);
            Request<Tread> request = inFlight.removeLast();
            request.answer(Bytes.answer(content, request.message()));
        }
        for (int i = 0; i < count; i++) {
            assertEquals(100, reads.get(i).count());
            assertArrayEquals(Bytes.range(content, i * 29L, 100), buffers.get(i).array());
        }
    }

    @Test
    void anRreadLongerThanAskedForEndsTheConnectionAndWritesNothingBehindTheLimit() throws Exception {
        peer.answering(Tread.class, t -> new Rread(ByteBuffer.wrap(content, 0, t.count() + 1)));
        ByteBuffer buffer = ByteBuffer.allocate(1000).limit(500);
        ProtocolException e = assertThrows(ProtocolException.class, () -> file.read(buffer, 0));
        assertContains("an Rread of 501 bytes in a frame of 512 for Tread /image at 0, 500 bytes", e);
        peer.connection().awaitClosedByClient();
        assertEquals(0, buffer.position());
        assertEquals(500, buffer.limit());
        assertArrayEquals(new byte[1000], buffer.array());
    }

    @Test
    void refusesArgumentsThatCannotBe() {
        ByteBuffer buffer = ByteBuffer.allocate(10);
        AwaitedRead read = new AwaitedRead();
        for (long offset : new long[]{-1, Long.MIN_VALUE, Long.MAX_VALUE - 9}) {
            assertThrows(IllegalArgumentException.class, () -> file.read(buffer, offset));
            assertThrows(IllegalArgumentException.class, () -> file.readFully(buffer, offset));
            assertThrows(IllegalArgumentException.class, () -> file.readUpTo(buffer, offset));
            assertThrows(IllegalArgumentException.class, () -> file.read(buffer, offset, LONG, read));
            assertThrows(IllegalArgumentException.class, () -> file.readFully(buffer, offset, LONG, read));
        }
        ByteBuffer large = ByteBuffer.allocate(100_000);
        assertThrows(IllegalArgumentException.class, () -> file.readFully(large, Long.MAX_VALUE - 50_000));
        assertThrows(IllegalArgumentException.class, () -> file.read(buffer.asReadOnlyBuffer(), 0));
        assertThrows(IllegalArgumentException.class, () -> file.readFully(buffer.asReadOnlyBuffer(), 0));
        assertThrows(IllegalArgumentException.class, () -> file.read(buffer, 0, Duration.ZERO, read));
        assertThrows(IllegalArgumentException.class, () -> file.readFully(buffer, 0, Duration.ofNanos(-1), read));
        assertEquals(0, read.calls());
        assertTrue(peer.received(Tread.class).isEmpty());
    }

    @Test
    void aBufferWhoseMemoryIsAnotherThreadsFailsItsOwnReadOnly() throws Exception {
        peer.holding(Tread.class);
        ByteBuffer good = ByteBuffer.allocateDirect(1000);
        AwaitedRead goodRead = new AwaitedRead();
        try (Arena arena = Arena.ofConfined()) {
            AwaitedRead read = new AwaitedRead();
            file.read(arena.allocate(5000).asByteBuffer(), 0, LONG, read);
            file.read(good, 77, LONG, goodRead);
            Request<Tread> first = peer.expect(Tread.class);
            first.answer(Bytes.answer(content, first.message()));
            assertContains("the buffer cannot be written", read.failure(IOException.class));
        }
        Request<Tread> second = peer.expect(Tread.class);
        second.answer(Bytes.answer(content, second.message()));
        assertEquals(1000, goodRead.count());
        assertArrayEquals(Bytes.range(content, 77, 1000), Bytes.read(good));
    }

    @Test
    void aFileClosedInTheMiddleOfALongReadFailsItAndTheFidIsAskedForNothingMore() throws Exception {
        peer.holding(Tread.class);
        AwaitedRead read = new AwaitedRead();
        file.readFully(ByteBuffer.allocate(1000), 0, LONG, read);
        Request<Tread> first = peer.expect(Tread.class);
        file.close();
        first.answer(Bytes.answer(content, first.message(), 10));
        assertEquals("h:564: /image is closed", read.failure(ClosedChannelException.class).getMessage());
        RemoteFile root = client.attach("", "", 0);
        root.statfs();
        int clunk = peer.received().indexOf(peer.received(Tclunk.class).getLast());
        assertTrue(peer.received().subList(clunk, peer.received().size()).stream().noneMatch(Tread.class::isInstance));
    }

    @Test
    void readingAClosedFileFails() throws Exception {
        file.close();
        ByteBuffer buffer = ByteBuffer.allocate(100_000);
        assertThrows(ClosedChannelException.class, () -> file.read(buffer, 0));
        assertThrows(ClosedChannelException.class, () -> file.readFully(buffer, 0));
        AwaitedRead read = new AwaitedRead();
        file.readFully(buffer, 0, LONG, read);
        read.failure(ClosedChannelException.class);
        assertEquals(0, buffer.position());
    }
}
