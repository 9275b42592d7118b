package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ninep.client.Messages.assertBegins;
import static org.ninep.client.Messages.assertContains;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ninep.ConnectionLostException;
import org.ninep.Errno;
import org.ninep.ProtocolException;
import org.ninep.RemoteException;
import org.ninep.message.Rmessage.Rlopen;
import org.ninep.message.Rmessage.Rversion;
import org.ninep.message.Rmessage.Rwrite;
import org.ninep.message.Tmessage.Tlopen;
import org.ninep.message.Tmessage.Tversion;
import org.ninep.message.Tmessage.Twrite;
import org.ninep.testkit.Request;
import org.ninep.testkit.ScriptedPeer;

@Timeout(120)
class WriteTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final int MSIZE = 8192;
    private static final int MOST = MSIZE - 24;

    private final byte[] content = Bytes.random(1_000_000, 21);
    private final byte[] stored = new byte[content.length];
    private final ScriptedPeer peer = ScriptedPeer.inProcess("h:564").serving(new byte[0])
            .answering(Tversion.class, t -> new Rversion(MSIZE, t.version()));
    private Client client;
    private RemoteFile file;

    @BeforeEach
    void open() throws IOException {
        client = Client.builder(peer.transport()).connect();
        file = client.attach("", "", 0).walk("image").open(OpenFlags.RDWR);
    }

    @AfterEach
    void close() {
        client.close();
        peer.close();
    }

    /** Stores what is written, at most so many bytes of each Twrite. */
    private void store(int most) {
        peer.answering(Twrite.class, t -> {
            int count = Math.min(most, t.data().remaining());
            t.data().duplicate().get(stored, (int) t.offset(), count);
            return new Rwrite(count);
        });
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    /** All kinds of buffers with the same bytes in them, which begin anywhere. */
    static Stream<ByteBuffer> kinds() {
        byte[] bytes = Bytes.random(1_000_000, 21);
        byte[] shifted = new byte[bytes.length + 3];
        System.arraycopy(bytes, 0, shifted, 3, bytes.length);
        return Stream.of(ByteBuffer.wrap(bytes), direct(bytes), ByteBuffer.wrap(bytes).asReadOnlyBuffer(),
                direct(bytes).asReadOnlyBuffer(), ByteBuffer.wrap(shifted).position(3), direct(shifted).position(3),
                ByteBuffer.wrap(shifted, 3, bytes.length).slice());
    }

    @Test
    void opensWithTheFlagsThatItIsTold() {
        assertEquals(OpenFlags.RDWR, peer.received(Tlopen.class).getFirst().flags());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void writesFromEveryKindOfBuffer(ByteBuffer buffer) throws IOException {
        store(Integer.MAX_VALUE);
        int start = buffer.position();
        for (int length : new int[]{0, 1, 100, 4096, 4097, MOST - 1, MOST}) {
            buffer.position(start).limit(start + length);
            assertEquals(length, file.write(buffer, 0));
            assertEquals(start + length, buffer.position());
            assertArrayEquals(Bytes.range(content, 0, length), Bytes.range(stored, 0, length));
        }
        Twrite last = peer.received(Twrite.class).getLast();
        assertEquals(0, last.offset());
        buffer.clear();
        file.writeFully(buffer.position(start).limit(start + content.length), 0);
        assertArrayEquals(content, stored);
        assertEquals(0, buffer.remaining());
    }

    @Test
    void oneWriteCarriesNoMoreThanFits() throws IOException {
        store(Integer.MAX_VALUE);
        ByteBuffer buffer = direct(content);
        assertEquals(MOST, file.write(buffer, 77));
        assertEquals(MOST, buffer.position());
        assertEquals(List.of(77L), peer.received(Twrite.class).stream().map(Twrite::offset).toList());
        peer.answering(Tlopen.class, _ -> new Rlopen(file.qid(), 512));
        file.open(OpenFlags.WRONLY);
        assertEquals(512, file.write(buffer, 77));
    }

    @Test
    void aShortWriteIsToldByWriteAndCompletedByWriteFully() throws IOException {
        store(1000);
        ByteBuffer buffer = direct(content);
        assertEquals(1000, file.write(buffer, 0));
        assertEquals(1000, buffer.position());
        for (int length : new int[]{1001, MOST, 100_000}) {
            int before = peer.received(Twrite.class).size();
            file.writeFully(buffer.clear().limit(length), 0);
            assertArrayEquals(Bytes.range(content, 0, length), Bytes.range(stored, 0, length));
            assertEquals(length, buffer.position());
            assertTrue(peer.received(Twrite.class).size() - before >= length / 1000);
        }
    }

    @Test
    void aServerThatTakesNothingIsNotAskedForEver() throws IOException {
        store(0);
        ByteBuffer buffer = ByteBuffer.allocate(50_000);
        assertEquals(0, file.write(buffer, 0));
        RemoteException e = assertThrows(RemoteException.class, () -> file.writeFully(buffer, 3));
        assertEquals(Errno.EIO, e.errno());
        assertBegins("h:564: Twrite /image at ", e);
        assertContains("the server took none of them", e);
        assertEquals(0, buffer.position());
        assertTrue(client.isOpen());
    }

    @Test
    void aRefusalLeavesTheBufferWhereItWas() {
        peer.holding(Twrite.class);
        ByteBuffer buffer = ByteBuffer.allocate(100).position(10);
        AwaitedWrite write = new AwaitedWrite();
        file.write(buffer, 5, LONG, write);
        peer.expect(Twrite.class).fail(Errno.ENOSPC);
        RemoteException e = assertDoesNotThrowAndGet(() -> write.failure(RemoteException.class));
        assertEquals(Errno.ENOSPC, e.errno());
        assertBegins("h:564: Twrite /image at 5, 90 bytes: ", e);
        assertEquals(10, buffer.position());
    }

    private interface Work<T> {
        T run() throws Exception;
    }

    private static <T> T assertDoesNotThrowAndGet(Work<T> work) {
        return org.junit.jupiter.api.Assertions.assertDoesNotThrow(work::run);
    }

    @Test
    void aConfirmationOfMoreThanWasWrittenEndsTheConnection() {
        for (int count : new int[]{101, -1}) {
            peer.answering(Twrite.class, _ -> new Rwrite(count));
            try (Client other = Client.builder(peer.transport()).connect();
                    RemoteFile image = other.attach("", "", 0).walk("image")) {
                ProtocolException e = assertThrows(ProtocolException.class,
                        () -> image.write(ByteBuffer.allocate(100), 0));
                assertContains("confirms " + Integer.toUnsignedString(count) + " for Twrite /image at 0, 100 bytes", e);
                peer.connection().awaitClosedByClient();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void anRwriteOfTheWrongLengthEndsTheConnection() throws Exception {
        peer.holding(Twrite.class);
        AwaitedWrite write = new AwaitedWrite();
        file.write(ByteBuffer.allocate(100), 0, LONG, write);
        Request<Twrite> request = peer.expect(Twrite.class);
        byte[] frame = {12, 0, 0, 0, 119, (byte) request.tag(), (byte) (request.tag() >> 8), 1, 0, 0, 0, 0};
        request.connection().sendRaw(frame);
        write.failure(ProtocolException.class);
    }

    @Test
    void confirmationsComeInAnyPiecesAndOrder() throws Exception {
        peer.holding(Twrite.class);
        List<AwaitedWrite> writes = new ArrayList<>();
        List<Request<Twrite>> requests = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            writes.add(new AwaitedWrite());
            file.write(ByteBuffer.allocate(100 + i), i, LONG, writes.getLast());
            requests.add(peer.expect(Twrite.class));
        }
        Collections.reverse(requests);
        for (Request<Twrite> request : requests) {
            byte[] frame = org.ninep.testkit.PeerConnection.encode(request.tag(),
                    new Rwrite(request.message().data().remaining()));
            for (int i = 0; i < frame.length; i++) {
                request.connection().sendRaw(frame, i, i + 1);
            }
        }
        for (int i = 0; i < 10; i++) {
            assertEquals(100 + i, writes.get(i).count());
        }
    }

    @Test
    void aLongWriteKeepsManyTwritesInFlight() throws Exception {
        peer.holding(Twrite.class);
        AwaitedWrite write = new AwaitedWrite();
        ByteBuffer buffer = direct(content);
        file.writeFully(buffer, 0, LONG, write);
        int pieces = Math.ceilDiv(content.length, MOST);
        peer.awaitHeld(64);
        for (int i = 0; i < pieces; i++) {
            Request<Twrite> request = peer.expect(Twrite.class);
            ByteBuffer data = request.message().data();
            int count = data.remaining();
            data.get(stored, (int) request.message().offset(), count);
            request.answer(new Rwrite(count));
        }
        assertEquals(content.length, write.count());
        assertArrayEquals(content, stored);
        assertEquals(pieces, peer.received(Twrite.class).size());
        assertEquals(content.length, buffer.position());
    }

    @Test
    void aFailureOfOnePieceFailsTheWholeOnceAllHaveEnded() throws Exception {
        peer.holding(Twrite.class);
        AwaitedWrite write = new AwaitedWrite();
        ByteBuffer buffer = direct(content);
        file.writeFully(buffer, 0, LONG, write);
        List<Request<Twrite>> requests = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            requests.add(peer.expect(Twrite.class));
        }
        requests.removeFirst().fail(Errno.EDQUOT);
        file.statfs();
        assertTrue(!write.isDone(), "the buffer is in use");
        requests.forEach(request -> request.answer(new Rwrite(request.message().data().remaining())));
        assertEquals(Errno.EDQUOT, write.failure(RemoteException.class).errno());
        assertEquals(0, buffer.position());
        assertEquals(64, peer.received(Twrite.class).size(), "nothing more is sent");
    }

    @Test
    void aClosedFileTakesNoWrite() throws Exception {
        file.close();
        ByteBuffer buffer = direct(content);
        assertThrows(ClosedChannelException.class, () -> file.write(buffer, 0));
        assertThrows(ClosedChannelException.class, () -> file.writeFully(buffer, 0));
        AwaitedWrite write = new AwaitedWrite();
        file.writeFully(buffer, 0, LONG, write);
        write.failure(ClosedChannelException.class);
        assertEquals(0, buffer.position());
        assertTrue(peer.received(Twrite.class).isEmpty());
    }

    @Test
    void refusesAnOffsetThatNoFileHas() {
        for (long offset : new long[]{-1, Long.MIN_VALUE, Long.MAX_VALUE - content.length + 1}) {
            assertThrows(IllegalArgumentException.class, () -> file.write(ByteBuffer.wrap(content), offset));
            assertThrows(IllegalArgumentException.class, () -> file.writeFully(ByteBuffer.wrap(content), offset));
        }
        assertThrows(IllegalArgumentException.class,
                () -> file.write(ByteBuffer.wrap(content), 0, Duration.ZERO, new AwaitedWrite()));
    }

    @Test
    void writesEndWithTheConnection() throws Exception {
        peer.holding(Twrite.class);
        AwaitedWrite write = new AwaitedWrite();
        ByteBuffer buffer = direct(content);
        file.writeFully(buffer, 0, LONG, write);
        peer.expect(Twrite.class);
        peer.connection().close();
        write.failure(ConnectionLostException.class);
        assertEquals(0, buffer.position());
    }

    @Test
    void aListenerSeesWhatIsWritten() throws IOException {
        store(Integer.MAX_VALUE);
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        try (Client traced = Client.builder(peer.transport()).listener(new MessageListener() {
            @Override
            public void sent(String endpoint, int tag, org.ninep.message.Tmessage message) {
                if (message instanceof Twrite twrite) {
                    seen.add("Twrite of " + twrite.data().remaining() + " read-only " + twrite.data().isReadOnly());
                }
            }

            @Override
            public void received(String endpoint, int tag, org.ninep.message.Rmessage message) {
                if (message instanceof Rwrite) {
                    seen.add(message.toString());
                }
            }
        }).connect(); RemoteFile image = traced.attach("", "", 0).walk("image")) {
            image.writeFully(direct(content).limit(100), 0);
        }
        assertEquals(List.of("Twrite of 100 read-only true", "Rwrite[count=100]"), seen);
    }
}
