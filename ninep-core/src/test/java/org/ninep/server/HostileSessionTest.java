package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.lifecycle.BeforeTry;
import org.ninep.message.Protocol;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.*;
import org.ninep.transport.Connection;
import org.ninep.transport.InProcess;

/** Whatever a client sends, the server neither falls nor stalls, and serves the next one. */
class HostileSessionTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private static Path dir = Path.of("");
    private static Server server = Server.builder().build();
    private static RawClient witness = new RawClient(unusable());

    private static Connection unusable() {
        try {
            return InProcess.pair("unused").client();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeContainer
    static void serve() throws IOException {
        dir = Files.createTempDirectory("ninep-hostile");
        Files.writeString(dir.resolve("hello"), "hello, world\n");
        Files.createDirectories(dir.resolve("a/b"));
        Files.createSymbolicLink(dir.resolve("link"), Path.of("a"));
        Files.createDirectory(dir.resolve("rw"));
        MemoryTree memory = MemoryTree.builder().file("hello", "hello").directory("a/b").symlink("link", "a").build();
        server = Server.builder().maxMsize(1 << 16).maxFids(20).export("disk", DirectoryTree.of(dir))
                .export("rw", DirectoryTree.builder(dir.resolve("rw")).readWrite().maxHeldDescriptors(3).build())
                .export("memory", memory).export("closed", memory, (_, credential) -> credential.getInt()).build();
        witness = RawClient.attached(server.transport("witness"), "disk");
        witness.open(1, "hello");
    }

    private static void stop() throws IOException {
        server.close();
        try (Stream<Path> all = Files.walk(dir)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** What the requests changed is all in the one directory that is writable. */
    @AfterContainer
    static void nothingElseChanged() throws IOException {
        try (Stream<Path> all = Files.walk(dir)) {
            assertEquals(Set.of("", "hello", "a", "a/b", "link", "rw"), all.map(dir::relativize).map(Path::toString)
                    .filter(path -> !path.startsWith("rw/")).collect(Collectors.toSet()));
        }
        assertEquals("hello, world\n", Files.readString(dir.resolve("hello")));
        stop();
    }

    @BeforeTry
    void theWitnessIsServed() {
        assertTimeoutPreemptively(BOUND, () -> assertEquals("hello, world\n", witness.text(1)));
    }

    /** Sends, and reads to the end of what comes; the server must end the connection when the client has. */
    private static void survives(List<ByteBuffer> frames) {
        assertTimeoutPreemptively(BOUND, () -> {
            try (RawClient hostile = RawClient.connect(server.transport("hostile"))) {
                Thread reader = Thread.ofVirtual().start(() -> {
                    while (!hostile.isAtEnd()) {
                        Thread.onSpinWait();
                    }
                });
                try {
                    for (ByteBuffer frame : frames) {
                        hostile.send(frame.duplicate());
                    }
                    hostile.connection().sink().close();
                } catch (IOException closedByServer) {
                    // as it may
                }
                reader.join();
            }
            assertEquals("hello, world\n", witness.text(1));
        });
    }

    @Property(tries = 300)
    void anyBytes(@ForAll byte[] bytes) {
        survives(List.of(ByteBuffer.wrap(bytes)));
    }

    @Property(tries = 300)
    void anyBytesInAnOpenSession(@ForAll("sizedFrame") List<ByteBuffer> frames) {
        survives(Stream.concat(opening().stream(), frames.stream()).toList());
    }

    @Property(tries = 700, edgeCases = EdgeCasesMode.NONE)
    void anyRequests(@ForAll("requests") List<Tmessage> requests) {
        survives(Stream.concat(opening().stream(), requests.stream().map(m -> RawClient.bytes(1, m))).toList());
    }

    private static List<ByteBuffer> opening() {
        return Stream.of(new Tversion(8192, "9P2000.L"), new Tattach(0, Protocol.NOFID, "", "disk", 0),
                new Tattach(1, Protocol.NOFID, "", "memory", 0), new Twalk(0, 2, List.of("hello")), new Tlopen(2, 0),
                new Twalk(1, 3, List.of("a")), new Tlopen(3, 0), new Tattach(4, Protocol.NOFID, "", "rw", 0),
                new Twalk(4, 5, List.of()), new Tlcreate(5, "hello", Tlopen.RDWR, 0600, 0))
                .map(m -> RawClient.bytes(1, m)).toList();
    }

    /** Frames whose size is right, or nearly, and whose type is a message's; the rest is anything. */
    @Provide
    static Arbitrary<List<ByteBuffer>> sizedFrame() {
        Arbitrary<byte[]> body = Arbitraries.bytes().array(byte[].class).ofMaxSize(60);
        Arbitrary<Integer> lie = Arbitraries.frequency(Tuple.of(20, 0), Tuple.of(1, 1),
                Tuple.of(1, -1), Tuple.of(1, 1 << 30));
        return Combinators.combine(Arbitraries.integers().between(6, 124), body, lie)
                .as((type, bytes, off) -> ByteBuffer.allocate(7 + bytes.length).order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(7 + bytes.length + off).put(type.byteValue()).putShort((short) 1).put(bytes).flip())
                .list().ofMaxSize(10);
    }

    @Provide
    static Arbitrary<List<Tmessage>> requests() {
        Arbitrary<Integer> fid = Arbitraries.frequencyOf(Tuple.of(9, Arbitraries.integers().between(0, 6)),
                Tuple.of(1, Arbitraries.integers()));
        Arbitrary<String> name = Arbitraries.of("hello", "a", "b", "link", "..", ".", "", "/", "x", "a/b", "\0",
                "\udcff");
        Arbitrary<Integer> count = Arbitraries.of(0, 1, 23, 24, 100, 4096, 8168, 8192, Integer.MAX_VALUE,
                Integer.MIN_VALUE, -16, -1);
        Arbitrary<Long> offset = Arbitraries.of(0L, 1L, 2L, 3L, 5L, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE, -1L);
        Arbitrary<Integer> flags = Arbitraries.of(0, 0, 0, 1, 2, 3, 0x200, 0x10000, -1);
        return Arbitraries.<Tmessage>oneOf(
                Combinators.combine(fid, fid, name.list().ofMaxSize(5)).as(Twalk::new),
                Combinators.combine(fid, flags).as(Tlopen::new), Combinators.combine(fid, offset, count).as(Tread::new),
                Combinators.combine(fid, offset, count).as(Treaddir::new),
                Combinators.combine(fid, offset).as((f, o) -> new Twrite(f, o, ByteBuffer.allocate(10))),
                fid.map(Tclunk::new), fid.map(Tremove::new), fid.map(Tstatfs::new), fid.map(Treadlink::new),
                Combinators.combine(fid, offset).as(Tgetattr::new), fid.map(f -> new Tfsync(f, 0)),
                Combinators.combine(fid, fid, name).as(Txattrwalk::new), count.map(c -> new Tflush(c & 0xffff)),
                Combinators.combine(fid, name).as((f, n) -> new Tattach(f, Protocol.NOFID, n, "disk", 0)),
                Combinators.combine(fid, name).as((f, n) -> new Tauth(f, n, "closed", 0)),
                Combinators.combine(fid, fid, name).as((f, a, n) -> new Tattach(f, a, n, "closed", 0)),
                Combinators.combine(fid, name, flags).as((f, n, g) -> new Tlcreate(f, n, g, 0644, 0)),
                Combinators.combine(fid, flags, offset, count)
                        .as((f, v, o, c) -> new Tsetattr(f, v & 0x1ff, 0700, 0, 0, o,
                                new Timespec(o, c), new Timespec(c, 0))),
                Combinators.combine(fid, name, name).as((f, n, t) -> new Tsymlink(f, n, t, 0)),
                Combinators.combine(fid, name, flags).as((f, n, m) -> new Tmknod(f, n, m & 0111777, m, m, 0)),
                Combinators.combine(fid, name, flags).as((f, n, m) -> new Tmkdir(f, n, m | 0700, 0)),
                Combinators.combine(fid, fid, name).as(Tlink::new),
                Combinators.combine(fid, fid, name).as(Trename::new),
                Combinators.combine(fid, name, fid, name).as(Trenameat::new),
                Combinators.combine(fid, name, offset, flags)
                        .as((f, n, o, g) -> new Txattrcreate(f, "user." + n, o, g)),
                Combinators.combine(fid, flags, offset, offset)
                        .as((f, t, o, l) -> new Tlock(f, t & 3, t, o, l, 1, "me")),
                Combinators.combine(fid, flags, offset, offset)
                        .as((f, t, o, l) -> new Tgetlock(f, t & 3, o, l, 1, "me")),
                Combinators.combine(fid, name, flags).as(Tunlinkat::new),
                count.map(c -> new Tversion(c, "9P2000.L"))).list().ofMaxSize(40);
    }
}
