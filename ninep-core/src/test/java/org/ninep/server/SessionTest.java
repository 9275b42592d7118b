package org.ninep.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ninep.Errno;
import org.ninep.codec.DirectoryEntries;
import org.ninep.codec.Frame;
import org.ninep.message.Attr;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.Protocol;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.*;

/** What each request means, told by its reply. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SessionTest {
    private static final int UNKNOWN_FID = 4711;
    private static final String LONG_TARGET = "x".repeat(5000);

    private final Server server = Server.builder().maxFids(8).maxOpenFiles(3).export("/", tree()).build();
    private RawClient client;

    private static MemoryTree tree() {
        byte[] big = new byte[200_000];
        for (int i = 0; i < big.length; i++) {
            big[i] = (byte) ((i * 31) >> 3);
        }
        return MemoryTree.builder().file("hello.txt", "hello, world\n").file("big", big).file("a/b/c", "deep")
                .symlink("link", "hello.txt").symlink("long", LONG_TARGET).directory("empty")
                .file("broken", 10, (_, _) -> {
                    throw new IOException("the disk is on fire");
                }).file("buggy", 10, (_, _) -> {
                    throw new IllegalStateException("a bug");
                }).file("denied", 10, (_, dst) -> {
                    dst.put((byte) 1);
                    throw new ErrnoException(Errno.EACCES, "not for you");
                }).xattr("hello.txt", "user.colour", "blue".getBytes(UTF_8))
                .xattr("hello.txt", "user.size", new byte[3]).build();
    }

    @BeforeEach
    void attach() throws IOException {
        client = RawClient.attached(server.transport("test"), "/");
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    private Rversion version(int msize, String version) throws IOException {
        return client.call(new Tversion(msize, version), Rversion.class);
    }

    @Test
    void agreesOnTheSmallerMsize() throws IOException {
        assertEquals(new Rversion(8192, "9P2000.L"), version(8192, "9P2000.L"));
        assertEquals(new Rversion(1 << 20, "9P2000.L"), version(1 << 30, "9P2000.L"));
        assertEquals(new Rversion(1 << 20, "9P2000.L"), version(0xffffffff, "9P2000.L"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 24, 4095})
    void refusesAnMsizeThatHoldsNoReply(int msize) throws IOException {
        assertEquals(Errno.EMSGSIZE, client.refused(new Tversion(msize, "9P2000.L")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"9P2000", "9P2000.u", "9P2000.L ", "", "unknown"})
    void answersUnknownToOtherVersionsAndThenServesNothing(String version) throws IOException {
        assertEquals("unknown", version(8192, version).version());
        assertEquals(Errno.EPROTO, client.refused(new Tattach(1, Protocol.NOFID, "", "/", 0)));
    }

    @Test
    void aNewVersionForgetsAllFids() throws IOException {
        client.open(1, "hello.txt");
        version(8192, "9P2000.L");
        assertEquals(Errno.EBADF, client.refused(new Tread(1, 0, 10)));
        assertEquals(Errno.EBADF, client.refused(new Tgetattr(0, Attr.BASIC)));
        client.attach(0, "/");
        client.open(1, "hello.txt");
        assertEquals("hello, world\n", client.text(1));
    }

    @Test
    void refusesRequestsBeforeAVersionIsAgreedOn() throws IOException {
        try (RawClient early = RawClient.connect(server.transport("early"))) {
            assertEquals(Errno.EPROTO, early.refused(new Tattach(0, Protocol.NOFID, "", "/", 0)));
            assertEquals(Errno.EPROTO, early.refused(new Tread(0, 0, 10)));
            assertEquals(Errno.EPROTO, early.refused(new Twrite(0, 0, ByteBuffer.allocate(1))));
            assertEquals(Errno.EPROTO, early.refused(new Treaddir(0, 0, 10)));
            early.call(new Tversion(8192, "9P2000.L"), Rversion.class);
            early.attach(0, "/");
        }
    }

    @Test
    void needsNoAuthentication() throws IOException {
        assertEquals(Errno.ENOENT, client.refused(new Tauth(5, "root", "/", 0)));
        assertEquals(Errno.EBADF, client.refused(new Tattach(1, 5, "root", "/", 0)));
    }

    @Test
    void attachesOnlyToWhatIsExportedAndOnFreeFids() throws IOException {
        assertEquals(Errno.ENOENT, client.refused(new Tattach(1, Protocol.NOFID, "", "/nowhere", 0)));
        assertEquals(Errno.ENOENT, client.refused(new Tattach(1, Protocol.NOFID, "", "", 0)));
        assertEquals(Errno.EBADF, client.refused(new Tattach(0, Protocol.NOFID, "", "/", 0)));
        assertEquals(Errno.EBADF, client.refused(new Tattach(Protocol.NOFID, Protocol.NOFID, "", "/", 0)));
        assertTrue(client.attach(1, "/").qid().isDirectory());
    }

    @Test
    void walksAndTellsEachQid() throws IOException {
        List<Qid> qids = client.walk(0, 1, "a", "b", "c");
        assertEquals(List.of(true, true, false), qids.stream().map(Qid::isDirectory).toList());
        client.open(1);
        assertEquals("deep", client.text(1));
    }

    @Test
    void aWalkThatFailsHalfwayTellsHowFarItCameAndMakesNoFid() throws IOException {
        assertEquals(2, client.walk(0, 1, "a", "b", "nothing", "c").size());
        assertEquals(Errno.EBADF, client.refused(new Tclunk(1)));
        assertEquals(1, client.walk(0, 1, "hello.txt", "x").size());
        assertEquals(Errno.EBADF, client.refused(new Tclunk(1)));
    }

    @Test
    void aWalkThatFailsAtOnceIsRefused() throws IOException {
        assertEquals(Errno.ENOENT, client.refused(new Twalk(0, 1, List.of("nothing", "c"))));
        client.walk(0, 1, "hello.txt");
        assertEquals(Errno.ENOTDIR, client.refused(new Twalk(1, 2, List.of("x"))));
        assertEquals(Errno.ENOTDIR, client.refused(new Twalk(1, 2, List.of(".."))));
    }

    @Test
    void aWalkOntoItselfMovesTheFidOnlyIfItArrives() throws IOException {
        client.walk(0, 1, "a");
        assertEquals(1, client.walk(1, 1, "b", "nothing").size());
        assertEquals(1, client.walk(1, 1, "b").size());
        client.walk(1, 1, "c");
        client.open(1);
        assertEquals("deep", client.text(1));
        assertEquals(Errno.EBADF, client.refused(new Twalk(1, 1, List.of(".."))));
    }

    @Test
    void aWalkWithoutNamesClonesAndTheClonesAreIndependent() throws IOException {
        client.walk(0, 1, "hello.txt");
        assertEquals(List.of(), client.walk(1, 2));
        client.open(2);
        client.walk(2, 3);
        assertEquals(Errno.EBADF, client.refused(new Tread(3, 0, 10)));
        client.call(new Tclunk(1), Rclunk.class);
        assertEquals("hello, world\n", client.text(2));
        client.call(new Tclunk(2), Rclunk.class);
        client.open(3);
        assertEquals("hello, world\n", client.text(3));
    }

    @Test
    void walksAndClonesFidsThatAreOpen() throws IOException {
        client.walk(0, 1, "a");
        client.open(1);
        assertEquals(2, client.walk(1, 2, "b", "c").size());
        client.walk(1, 3);
        client.open(3);
    }

    @Test
    void refusesAFidInUseAsNewfid() throws IOException {
        client.walk(0, 1, "a");
        assertEquals(Errno.EBADF, client.refused(new Twalk(0, 1, List.of("hello.txt"))));
        assertEquals(Errno.EBADF, client.refused(new Twalk(0, 1, List.of())));
        assertEquals(Errno.EBADF, client.refused(new Twalk(UNKNOWN_FID, 2, List.of())));
        assertEquals(Errno.EBADF, client.refused(new Twalk(0, Protocol.NOFID, List.of())));
    }

    @Test
    void dotsStayInTheTree() throws IOException {
        Qid root = client.walk(0, 1, ".").getFirst();
        assertEquals(List.of(root, root, root), client.walk(0, 2, "..", "..", "."));
        assertEquals(root, client.walk(0, 3, "a", "b", "..", "..").getLast());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "a/b", "../a", "/etc/passwd", "a\0", "\0"})
    void refusesWhatIsNoName(String name) throws IOException {
        assertEquals(Errno.EINVAL, client.refused(new Twalk(0, 1, List.of(name))));
        assertEquals(1, client.walk(0, 1, "a", name).size());
    }

    @Test
    void boundsTheFidsAndTheOpenOnesAndFreesThemAgain() throws IOException {
        for (int fid = 1; fid < 8; fid++) {
            client.walk(0, fid, "hello.txt");
        }
        assertEquals(Errno.EMFILE, client.refused(new Twalk(0, 8, List.of("a"))));
        assertEquals(Errno.EMFILE, client.refused(new Tattach(8, Protocol.NOFID, "", "/", 0)));
        client.open(1);
        client.open(2);
        client.open(3);
        assertEquals(Errno.EMFILE, client.refused(new Tlopen(4, 0)));
        client.call(new Tclunk(2), Rclunk.class);
        client.open(4);
        client.walk(0, 2, "a");
    }

    @Test
    void readsAnyPartOfAFile() throws IOException {
        client.open(1, "hello.txt");
        assertEquals("world", text(client.read(1, 7, 5)));
        assertEquals("world\n", text(client.read(1, 7, 100)));
        assertEquals("", text(client.read(1, 13, 100)));
        assertEquals("", text(client.read(1, 1L << 40, 100)));
        assertEquals("", text(client.read(1, 0, 0)));
    }

    private static String text(ByteBuffer bytes) {
        return UTF_8.decode(bytes).toString();
    }

    @Test
    void offsetsBeyondTheLargestFileHarmNobody() throws IOException {
        client.open(1, "hello.txt");
        assertEquals("", text(client.read(1, Long.MAX_VALUE, 100)));
        assertEquals("", text(client.read(1, Long.MAX_VALUE - 50, 100)));
        assertEquals(Errno.EINVAL, client.refused(new Tread(1, -1, 100)));
        assertEquals(Errno.EINVAL, client.refused(new Tread(1, Long.MIN_VALUE, 0xfffffff0)));
    }

    @ParameterizedTest
    @ValueSource(ints = {65536, 65525, 65513, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff})
    void capsCountsSoThatTheReplyStaysBelowMsize(int count) throws IOException {
        Rlopen opened = client.open(1, "big");
        assertEquals(65536 - 24, opened.iounit());
        assertEquals(65536 - 24, client.read(1, 0, count).remaining());
    }

    @Test
    void readsTheSameBytesInPiecesOfAnySize() throws IOException {
        client.open(1, "big");
        for (int count : List.of(1, 4096, 8192, 65512)) {
            ByteBuffer data = client.read(1, 100_001, count);
            assertEquals(count, data.remaining());
            for (int i = 100_001; data.hasRemaining(); i += 1) {
                assertEquals((byte) ((i * 31) >> 3), data.get());
            }
        }
    }

    @Test
    void readsOnlyOpenFiles() throws IOException {
        client.walk(0, 1, "hello.txt");
        assertEquals(Errno.EBADF, client.refused(new Tread(1, 0, 10)));
        assertEquals(Errno.EBADF, client.refused(new Tread(UNKNOWN_FID, 0, 10)));
        assertEquals(Errno.EBADF, client.refused(new Treaddir(1, 0, 1000)));
        client.open(2, "a");
        assertEquals(Errno.EISDIR, client.refused(new Tread(2, 0, 10)));
        client.open(1);
        assertEquals(Errno.ENOTDIR, client.refused(new Treaddir(1, 0, 1000)));
        assertEquals(Errno.EBADF, client.refused(new Tlopen(1, 0)));
    }

    @ParameterizedTest
    @ValueSource(ints = {Tlopen.WRONLY, Tlopen.RDWR, Tlopen.TRUNC, 3, Tlopen.WRONLY | 0x400})
    void opensNothingForWriting(int flags) throws IOException {
        client.walk(0, 1, "hello.txt");
        assertEquals(Errno.EROFS, client.refused(new Tlopen(1, flags)));
        assertEquals(Errno.EISDIR, client.refused(new Tlopen(0, flags)));
        client.open(1);
        assertEquals(Errno.EBADF, client.refused(new Twrite(1, 0, ByteBuffer.allocate(3))));
    }

    @Test
    void opensOnlyWhatCanBeOpened() throws IOException {
        client.walk(0, 1, "link");
        assertEquals(Errno.ELOOP, client.refused(new Tlopen(1, 0)));
        client.walk(0, 2, "hello.txt");
        assertEquals(Errno.ENOTDIR, client.refused(new Tlopen(2, Tlopen.DIRECTORY)));
        client.call(new Tlopen(0, Tlopen.DIRECTORY), Rlopen.class);
    }

    @Test
    void aTreesFailureIsTheRequestsAlone() throws IOException {
        client.open(1, "broken");
        assertEquals(Errno.EIO, client.refused(new Tread(1, 0, 10)));
        client.open(2, "buggy");
        assertEquals(Errno.EIO, client.refused(new Tread(2, 0, 10)));
        client.open(3, "denied");
        assertEquals(Errno.EACCES, client.refused(new Tread(3, 0, 10)));
        client.call(new Tclunk(1), Rclunk.class);
        client.open(4, "hello.txt");
        assertEquals("hello, world\n", client.text(4));
    }

    @Test
    void listsADirectoryWithItsDots() throws IOException {
        client.call(new Tlopen(0, 0), Rlopen.class);
        assertEquals(List.of(".", "..", "hello.txt", "big", "a", "link", "long", "empty", "broken", "buggy", "denied"),
                client.names(0, 60_000));
        client.open(1, "empty");
        List<DirectoryEntry> entries = client.entries(1, 1000);
        assertEquals(List.of(".", ".."), entries.stream().map(DirectoryEntry::name).toList());
        assertEquals(client.walk(1, 2, "..").getFirst(), entries.get(1).qid());
    }

    @Test
    void listsInPiecesWithoutLossOrRepetition() throws IOException {
        client.call(new Tlopen(0, 0), Rlopen.class);
        List<String> whole = client.names(0, 60_000);
        for (int count = 33; count < 120; count += 7) {
            assertEquals(whole, client.names(0, count), "count " + count);
        }
    }

    @Test
    void anEntrysOffsetLeadsBehindItAgainAndAgain() throws IOException {
        client.call(new Tlopen(0, 0), Rlopen.class);
        List<DirectoryEntry> all = client.entries(0, 60_000);
        for (int i = all.size() - 1; i >= 0; i--) {
            Rreaddir rest = client.call(new Treaddir(0, all.get(i).offset(), 60_000), Rreaddir.class);
            assertEquals(all.subList(i + 1, all.size()), DirectoryEntries.decode(rest.data()));
        }
        assertEquals(0, client.call(new Treaddir(0, Long.MAX_VALUE, 1000), Rreaddir.class).data().remaining());
        assertEquals(0, client.call(new Treaddir(0, -1, 1000), Rreaddir.class).data().remaining());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 24})
    void refusesACountTooSmallForOneEntry(int count) throws IOException {
        client.call(new Tlopen(0, 0), Rlopen.class);
        assertEquals(Errno.EINVAL, client.refused(new Treaddir(0, 0, count)));
        assertFalse(client.entries(0, 1000).isEmpty());
    }

    @Test
    void capsTheCountOfAListing() throws IOException {
        client.call(new Tlopen(0, 0), Rlopen.class);
        assertEquals(11, client.entries(0, 0xffffffff).size());
    }

    @Test
    void tellsTheAttributesThatWereAskedFor() throws IOException {
        client.walk(0, 1, "hello.txt");
        Attr all = client.call(new Tgetattr(1, Attr.ALL), Rgetattr.class).attr();
        assertEquals(Attr.BASIC, all.valid());
        assertEquals(0100444, all.mode());
        assertEquals(13, all.size());
        assertEquals(Attr.SIZE, client.call(new Tgetattr(1, Attr.SIZE), Rgetattr.class).attr().valid());
        assertEquals(0, client.call(new Tgetattr(1, 0), Rgetattr.class).attr().valid());
        assertEquals(all.qid(), client.open(1).qid());
    }

    @Test
    void readsLinksButDoesNotFollowThem() throws IOException {
        Qid qid = client.walk(0, 1, "link").getFirst();
        assertTrue(qid.isSymlink());
        assertEquals("hello.txt", client.call(new Treadlink(1), Rreadlink.class).target());
        assertEquals(1, client.walk(0, 2, "link", "..").size());
        assertEquals(Errno.EINVAL, client.refused(new Treadlink(0)));
    }

    @Test
    void aReplyLongerThanMsizeIsAnErrorInstead() throws IOException {
        client.walk(0, 1, "long");
        assertEquals(LONG_TARGET, client.call(new Treadlink(1), Rreadlink.class).target());
        version(4096, "9P2000.L");
        client.attach(0, "/");
        client.walk(0, 1, "long");
        assertEquals(Errno.EMSGSIZE, client.refused(new Treadlink(1)));
    }

    @Test
    void readsExtendedAttributes() throws IOException {
        client.walk(0, 1, "hello.txt");
        assertEquals(4, client.call(new Txattrwalk(1, 2, "user.colour"), Rxattrwalk.class).size());
        assertEquals("lue", text(client.read(2, 1, 100)));
        assertEquals(22, client.call(new Txattrwalk(1, 3, ""), Rxattrwalk.class).size());
        assertEquals("user.colour\0user.size\0", client.text(3));
        assertEquals(Errno.ENODATA, client.refused(new Txattrwalk(1, 4, "user.none")));
        assertEquals(Errno.EBADF, client.refused(new Txattrwalk(1, 3, "user.colour")));
        client.call(new Tclunk(2), Rclunk.class);
        client.call(new Tclunk(3), Rclunk.class);
        assertEquals(0, client.call(new Txattrwalk(0, 2, ""), Rxattrwalk.class).size());
    }

    @Test
    void tellsTheFileSystem() throws IOException {
        assertEquals(255, client.call(new Tstatfs(0), Rstatfs.class).status().namelen());
    }

    static List<Tmessage> changes() {
        Timespec t = Timespec.ZERO;
        return List.of(new Tlcreate(0, "new", 0, 0644, 0), new Tsymlink(0, "new", "target", 0),
                new Tmknod(0, "new", 0644, 1, 3, 0), new Trename(0, 0, "new"),
                new Tsetattr(0, Tsetattr.MODE, 0777, 0, 0, 0, t, t), new Txattrcreate(0, "user.x", 1, 0),
                new Tlink(0, 0, "new"), new Tmkdir(0, "new", 0755, 0), new Trenameat(0, "big", 0, "new"),
                new Tunlinkat(0, "big", 0));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void refusesToChangeAnything(Tmessage change) throws IOException {
        assertEquals(Errno.EROFS, client.refused(change));
        client.call(new Tclunk(0), Rclunk.class);
        assertEquals(Errno.EBADF, client.refused(change));
    }

    @Test
    void removingClunksAndFails() throws IOException {
        client.walk(0, 1, "hello.txt");
        assertEquals(Errno.EROFS, client.refused(new Tremove(1)));
        assertEquals(Errno.EBADF, client.refused(new Tremove(1)));
        client.walk(0, 1, "hello.txt");
    }

    @Test
    void syncsWhatNeverChanged() throws IOException {
        assertEquals(Errno.EBADF, client.refused(new Tfsync(0, 1)));
        client.open(1, "hello.txt");
        client.call(new Tfsync(1, 1), Rfsync.class);
        client.call(new Tlopen(0, 0), Rlopen.class);
        client.call(new Tfsync(0, 1), Rfsync.class);
        assertEquals(Errno.EBADF, client.refused(new Tfsync(UNKNOWN_FID, 0)));
    }

    @Test
    void flushesKnownAndUnknownTagsAlike() throws IOException {
        client.open(1, "hello.txt");
        client.send(20, new Tread(1, 0, 5));
        client.send(21, new Tflush(20));
        client.send(22, new Tflush(999));
        assertInstanceOf(Rread.class, client.receive().message());
        assertEquals(new Frame<>(21, new Rflush()), client.receive());
        assertEquals(new Frame<>(22, new Rflush()), client.receive());
    }

    @Test
    void clunkingWhatIsNotThereIsAnError() throws IOException {
        assertEquals(Errno.EBADF, client.refused(new Tclunk(UNKNOWN_FID)));
        assertEquals(Errno.EBADF, client.refused(new Tgetattr(UNKNOWN_FID, 1)));
        assertEquals(Errno.EBADF, client.refused(new Treadlink(UNKNOWN_FID)));
        assertEquals(Errno.EBADF, client.refused(new Tstatfs(UNKNOWN_FID)));
        assertEquals(Errno.EBADF, client.refused(new Txattrwalk(UNKNOWN_FID, 1, "")));
    }

    @Test
    void answersAPipelineInOrder() throws IOException {
        client.open(1, "big");
        int requests = 500;
        ByteBuffer pipeline = ByteBuffer.allocate(requests * 64);
        for (int i = 0; i < requests; i++) {
            pipeline.put(RawClient.bytes(i, i % 3 == 0 ? new Tgetattr(1, Attr.BASIC) : new Tread(1, i, i)));
        }
        Thread sender = Thread.ofVirtual().start(() -> {
            try {
                client.send(pipeline.flip());
            } catch (IOException e) {
                // the receiver fails then
            }
        });
        for (int i = 0; i < requests; i++) {
            Frame<Rmessage> reply = client.receive();
            assertEquals(i, reply.tag());
            if (i % 3 != 0) {
                assertEquals(i, assertInstanceOf(Rread.class, reply.message()).data().remaining());
            }
        }
        assertTrue(sender.isAlive() || !pipeline.hasRemaining());
    }

    @Test
    void answersARequestThatComesByteByByte() throws IOException {
        ByteBuffer bytes = RawClient.bytes(3, new Twalk(0, 1, List.of("hello.txt")));
        while (bytes.hasRemaining()) {
            client.send(bytes.slice(bytes.position(), 1));
            bytes.position(bytes.position() + 1);
        }
        assertEquals(3, client.receive().tag());
    }

    private static ByteBuffer header(int size, int type, int tag) {
        return ByteBuffer.allocate(7).order(ByteOrder.LITTLE_ENDIAN).putInt(size).put((byte) type).putShort((short) tag)
                .flip();
    }

    static List<ByteBuffer> malformed() {
        return List.of(header(7, 109, 1), header(7, 6, 1), header(7, 106, 1), header(7, 255, 1), header(7, 0, 1),
                header(7, 116, 1), header(6, 108, 1), header(0, 108, 1), header(-1, 108, 1), header(65537, 118, 1),
                header(Integer.MAX_VALUE, 118, 1));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void closesAConnectionThatBreaksTheProtocolAfterAnsweringWhatCameBefore(ByteBuffer bytes) throws IOException {
        ByteBuffer good = RawClient.bytes(1, new Tflush(0));
        client.send(ByteBuffer.allocate(good.remaining() + 7).put(good).put(bytes.duplicate()).flip());
        assertEquals(1, client.receive().tag());
        assertTrue(client.isAtEnd());
        try (RawClient other = RawClient.attached(server.transport("other"), "/")) {
            other.open(1, "hello.txt");
            assertEquals("hello, world\n", other.text(1));
        }
    }

    @Test
    void takesFramesUpToMsize() throws IOException {
        client.walk(0, 1, "hello.txt");
        ByteBuffer data = ByteBuffer.allocate(65536 - 23);
        assertEquals(Errno.EBADF, client.refused(new Twrite(1, 0, data)));
    }

    @Test
    void tellsWhoIsConnectedAndWhatTheyDid() throws IOException {
        client.open(1, "hello.txt");
        client.text(1);
        ClientStats stats = server.connections().getFirst();
        assertEquals(new ClientStats("test", stats.since(), "nobody", 65534, 65536, 2, 6, 13, 0, List.of()), stats);
    }
}
