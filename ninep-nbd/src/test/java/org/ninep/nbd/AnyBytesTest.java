package org.ninep.nbd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ninep.nbd.NbdConstants.*;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.lifecycle.Lifespan;
import net.jqwik.api.lifecycle.Store;

/** Whatever a client sends, the parsers say something sensible, and the server and its other clients live on. */
class AnyBytesTest {

    private static final MemoryDevice MEMORY = new MemoryDevice(100_000);

    private static final Store<NbdServer> SERVER = Store.create("server", Lifespan.RUN, AnyBytesTest::start);

    private static NbdServer start() {
        try {
            return NbdServer.builder().listen(RawClient.loopback()).export(new Export("disk", MEMORY)).start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeContainer
    static void open() {
        assertEquals(1, SERVER.get().addresses().size());
    }

    @AfterContainer
    static void close() {
        SERVER.get().close();
        assertEquals(0, SERVER.get().pool().bytesAllocated());
    }

    /** Notes what a handshake leads to. */
    private static final class Noted implements Handshake.Outcome {
        private final List<ByteBuffer> replies = new ArrayList<>();
        private boolean over;

        @Override
        public void reply(ByteBuffer bytes) {
            replies.add(bytes);
        }

        @Override
        public void transmit(Export export) {
            over = true;
        }

        @Override
        public void leave() {
            over = true;
        }

        @Override
        public void cutOff(String why) {
            over = true;
        }
    }

    @Property(tries = 2000)
    void aHandshakeTakesAnyBytesInAnyPieces(@ForAll("handshakes") byte[] bytes,
            @ForAll("pieces") List<Integer> pieces) {
        Noted whole = new Noted();
        ByteBuffer all = ByteBuffer.wrap(bytes);
        Handshake handshake = new Handshake(table(), whole);
        while (!whole.over && handshake.step(all)) {
            assertTrue(whole.replies.size() <= Handshake.MAX_OPTIONS);
        }

        Noted pieceByPiece = new Noted();
        handshake = new Handshake(table(), pieceByPiece);
        ByteBuffer arrived = ByteBuffer.wrap(bytes).limit(0);
        for (int i = 0; arrived.limit() < bytes.length; i++) {
            int piece = pieces.get(i % pieces.size());
            arrived.limit(Math.min(bytes.length, arrived.limit() + piece));
            while (!pieceByPiece.over && handshake.step(arrived)) {
                assertTrue(arrived.position() <= arrived.limit());
            }
        }
        assertEquals(whole.replies, pieceByPiece.replies);
        assertEquals(whole.over, pieceByPiece.over);
    }

    private static ExportTable table() {
        return new ExportTable(List.of(new Export("disk", MEMORY)));
    }

    @Property(tries = 200)
    void aServerOutlivesAnyHandshake(@ForAll("handshakes") byte[] bytes) throws IOException {
        SocketAddress address = SERVER.get().addresses().getFirst();
        try (RawClient other = RawClient.transmitting(address, "disk");
                RawClient client = new RawClient(address)) {
            sendAll(client, bytes);
            stillReads(other);
        }
    }

    @Property(tries = 200)
    void aServerOutlivesAnyRequests(@ForAll("requests") byte[] bytes) throws IOException {
        SocketAddress address = SERVER.get().addresses().getFirst();
        try (RawClient other = RawClient.transmitting(address, "disk");
                RawClient client = RawClient.transmitting(address, "disk")) {
            sendAll(client, bytes);
            stillReads(other);
        }
    }

    private static void sendAll(RawClient client, byte[] bytes) throws IOException {
        try {
            client.send(bytes);
            client.shutdownOutput();
        } catch (IOException cutOff) {
            return;
        }
        client.drainUntilClosed();
    }

    private static void stillReads(RawClient client) throws IOException {
        client.read(77, 1000, 5000);
        client.expectReply(NBD_SUCCESS, 77);
        assertArrayEquals(MEMORY.content(1000, 5000), client.receive(5000));
    }

    @Provide
    Arbitrary<List<Integer>> pieces() {
        return Arbitraries.integers().between(1, 40).list().ofMinSize(1).ofMaxSize(8);
    }

    /** Mostly options that are nearly right. */
    @Provide
    Arbitrary<byte[]> handshakes() {
        Arbitrary<byte[]> flags = Arbitraries.frequency(Tuple.of(8, 3), Tuple.of(1, 1),
                Tuple.of(1, 0), Tuple.of(1, 0x80000003)).map(AnyBytesTest::bytes);
        Arbitrary<Integer> number = Arbitraries.oneOf(Arbitraries.integers().between(0, 11), Arbitraries.integers());
        Arbitrary<byte[]> data = Arbitraries.oneOf(anyBytes(40), names());
        Arbitrary<Integer> lie = Arbitraries.frequency(Tuple.of(12, 0), Tuple.of(1, 1),
                Tuple.of(1, -1), Tuple.of(1, 10_000), Tuple.of(1, 1 << 30));
        Arbitrary<byte[]> option = Combinators.combine(number, data, lie)
                .as((n, d, l) -> ByteBuffer.allocate(16 + d.length).putLong(IHAVEOPT).putInt(n).putInt(d.length + l)
                        .put(d)
                        .array());
        Arbitrary<byte[]> part = Arbitraries.frequencyOf(Tuple.of(12, option),
                Tuple.of(1, anyBytes(40)));
        return Combinators.combine(flags, part.list().ofMaxSize(70)).as((f, parts) -> concat(f, parts));
    }

    private static Arbitrary<byte[]> names() {
        Arbitrary<byte[]> name = Arbitraries.of("", "disk", "dusk").map(n -> n.getBytes(
                StandardCharsets.UTF_8));
        Arbitrary<List<Integer>> items = Arbitraries.integers().between(0, 5).list().ofMaxSize(5);
        return Combinators.combine(name, items).as((n, list) -> {
            ByteBuffer data = ByteBuffer.allocate(6 + n.length + 2 * list.size());
            data.putInt(n.length).put(n).putShort((short) list.size());
            list.forEach(item -> data.putShort(item.shortValue()));
            return data.array();
        });
    }

    /** Mostly requests that are nearly right. */
    @Provide
    Arbitrary<byte[]> requests() {
        Arbitrary<Integer> type = Arbitraries.oneOf(Arbitraries.of(0, 0, 0, 1, 3, 5), Arbitraries.integers());
        Arbitrary<Integer> flags = Arbitraries.frequency(Tuple.of(9, 0), Tuple.of(1, 1));
        Arbitrary<Long> offset = Arbitraries.oneOf(Arbitraries.longs().between(0, 110_000), Arbitraries.longs());
        Arbitrary<Integer> length = Arbitraries.oneOf(Arbitraries.integers().between(0, 100_000),
                Arbitraries.integers());
        Arbitrary<byte[]> request = Combinators.combine(flags, type, offset, length)
                .as((f, t, o, l) -> RawClient.request(f, t, o, o, l));
        Arbitrary<byte[]> part = Arbitraries.frequencyOf(Tuple.of(12, request),
                Tuple.of(1, anyBytes(60)));
        return part.list().ofMaxSize(40).map(parts -> concat(new byte[0], parts));
    }

    private static Arbitrary<byte[]> anyBytes(int most) {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(most);
    }

    private static byte[] bytes(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    private static byte[] concat(byte[] first, List<byte[]> parts) {
        ByteBuffer all = ByteBuffer.allocate(first.length + parts.stream().mapToInt(part -> part.length).sum());
        all.put(first);
        parts.forEach(all::put);
        return all.array();
    }
}
