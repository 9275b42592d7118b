package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.Errno;
import org.ninep.message.Attr;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage.*;

/** Each request that changes a directory on disk, and what is there afterwards. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChangesTest {
    private static final int RDWR = Tlopen.RDWR;
    private static final int EXCL = 0200;
    private static final int APPEND = 02000;

    @TempDir
    Path dir;

    private Path export;
    private Server server;
    private RawClient client;

    @BeforeEach
    void serve() throws IOException {
        export = Files.createDirectory(dir.resolve("export"));
        Files.writeString(export.resolve("file"), "hello");
        Files.createDirectory(export.resolve("sub"));
        server = Server.builder().maxMsize(1 << 21).export("/", DirectoryTree.builder(export).readWrite().build())
                .export("/other", DirectoryTree.builder(dir).readWrite().build()).build();
        client = RawClient.versioned(server.transport("test"), 1 << 21);
        client.attach(0, "/");
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    private Attr attr(int fid) throws IOException {
        return client.call(new Tgetattr(fid, Attr.ALL), Rgetattr.class).attr();
    }

    private void write(int fid, long offset, String text) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        int count = bytes.remaining();
        assertEquals(count, client.call(new Twrite(fid, offset, bytes), Rwrite.class).count());
    }

    private static int mode(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    }

    private String text(String name) throws IOException {
        return Files.readString(export.resolve(name));
    }

    private void clunk(int fid) throws IOException {
        client.call(new Tclunk(fid), Rclunk.class);
    }

    @Test
    void createsAFileWithExactlyTheModeAskedForAndTheFidIsTheOpenFile() throws IOException {
        client.walk(0, 1);
        Rlcreate created = client.call(new Tlcreate(1, "new", RDWR | EXCL, 0666, 0), Rlcreate.class);
        assertEquals(created.qid().path(), attr(1).qid().path());
        assertEquals(0100666, mode(export.resolve("new")));
        write(1, 0, "content");
        write(1, 3, "TENT");
        assertEquals("conTENT", text("new"));
        assertEquals("conTENT", client.text(1));
        assertEquals(7, attr(1).size());
        assertEquals(Errno.EBADF, client.refused(new Tlopen(1, 0)));
        assertEquals(Errno.ENOTDIR, client.refused(new Tlcreate(1, "x", 0, 0666, 0)));
        client.walk(0, 2);
        assertEquals(Errno.EEXIST, client.refused(new Tlcreate(2, "new", RDWR | EXCL, 0666, 0)));
        assertEquals(Errno.EISDIR, client.refused(new Tlcreate(2, "sub", RDWR, 0666, 0)));
        client.call(new Tlcreate(2, "new", Tlopen.WRONLY | Tlopen.TRUNC, 0600, 0), Rlcreate.class);
        assertEquals("", text("new"));
        assertEquals(Errno.EBADF, client.refused(new Tread(2, 0, 10)));
        assertEquals(0100666, mode(export.resolve("new")));
    }

    @Test
    void aRefusedCreateLeavesTheFidADirectory() throws IOException {
        client.walk(0, 1);
        assertEquals(Errno.EISDIR, client.refused(new Tlcreate(1, ".", RDWR, 0666, 0)));
        assertEquals(Errno.EISDIR, client.refused(new Tlcreate(1, "sub", RDWR, 0666, 0)));
        assertTrue(attr(1).isDirectory());
        client.call(new Tlcreate(1, "new", RDWR, 0600, 0), Rlcreate.class);
    }

    @Test
    void writesWhereTheFileIsOpenForThat() throws IOException {
        client.walk(0, 1, "file");
        client.call(new Tlopen(1, Tlopen.WRONLY), Rlopen.class);
        write(1, 2, "LL");
        write(1, 10, "far");
        assertEquals("heLLo\0\0\0\0\0far", text("file"));
        client.open(2, "file");
        assertEquals(Errno.EBADF, client.refused(new Twrite(2, 0, ByteBuffer.allocate(1))));
        client.walk(0, 3, "file");
        client.call(new Tlopen(3, Tlopen.WRONLY | Tlopen.TRUNC), Rlopen.class);
        assertEquals("", text("file"));
        assertEquals(0, client.call(new Twrite(3, 5, ByteBuffer.allocate(0)), Rwrite.class).count());
        client.walk(0, 4, "file");
        client.call(new Tlopen(4, Tlopen.WRONLY | APPEND), Rlopen.class);
        write(4, 0, "a");
        write(4, 0, "b");
        assertEquals("ab", text("file"));
    }

    @Test
    void takesAndGivesAMebibyteAtATime() throws IOException {
        byte[] content = new byte[1 << 20];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31 + i / 509);
        }
        client.walk(0, 1);
        client.call(new Tlcreate(1, "big", RDWR, 0600, 0), Rlcreate.class);
        assertEquals(content.length, client.call(new Twrite(1, 0, ByteBuffer.wrap(content)), Rwrite.class).count());
        assertEquals(-1, Files.mismatch(export.resolve("big"), Files.write(dir.resolve("copy"), content)));
        assertEquals(ByteBuffer.wrap(content), client.read(1, 0, content.length));
    }

    @Test
    void makesDirectoriesLinksAndNodes() throws IOException {
        Qid made = client.call(new Tmkdir(0, "d", 01777, 0), Rmkdir.class).qid();
        assertTrue(made.isDirectory());
        assertEquals(client.walk(0, 1, "d").getFirst(), made);
        assertEquals(041777, mode(export.resolve("d")));
        assertEquals(Errno.EEXIST, client.refused(new Tmkdir(0, "d", 0777, 0)));
        assertEquals(Errno.EEXIST, client.refused(new Tmkdir(0, "..", 0777, 0)));
        made = client.call(new Tsymlink(1, "link", "../../any where", 0), Rsymlink.class).qid();
        assertTrue(made.isSymlink());
        assertEquals(Path.of("../../any where"), Files.readSymbolicLink(export.resolve("d/link")));
        assertEquals(Errno.ENOENT, client.refused(new Tsymlink(1, "empty", "", 0)));
        client.call(new Tmknod(1, "fifo", 0010622, 0, 0, 0), Rmknod.class);
        assertEquals(0010622, mode(export.resolve("d/fifo")));
        client.call(new Tmknod(1, "plain", 0100604, 0, 0, 0), Rmknod.class);
        assertEquals(0100604, mode(export.resolve("d/plain")));
        client.walk(1, 2, "fifo");
        assertEquals(Errno.ENXIO, client.refused(new Tlopen(2, Tlopen.WRONLY)));
        assertEquals(Errno.ENXIO, client.refused(new Tlcreate(1, "fifo", Tlopen.WRONLY, 0600, 0)));
        assertEquals(Errno.ENOTDIR, client.refused(new Tmkdir(2, "x", 0777, 0)));
    }

    @Test
    void linksAndKeepsTheFileUnderItsOtherName() throws IOException {
        client.walk(0, 1, "file");
        client.walk(0, 2, "sub");
        client.call(new Tlink(2, 1, "second"), Rlink.class);
        assertEquals(2, attr(1).nlink());
        assertEquals(Errno.EEXIST, client.refused(new Tlink(2, 1, "second")));
        assertEquals(Errno.EPERM, client.refused(new Tlink(0, 2, "directory")));
        client.call(new Tunlinkat(0, "file", 0), Runlinkat.class);
        assertEquals("hello", text("sub/second"));
        client.call(new Tsymlink(0, "s", "nowhere", 0), Rsymlink.class);
        client.walk(0, 3, "s");
        client.call(new Tlink(2, 3, "s2"), Rlink.class);
        assertTrue(Files.isSymbolicLink(export.resolve("sub/s2")));
        client.attach(9, "/other");
        assertEquals(Errno.EXDEV, client.refused(new Tlink(9, 1, "out")));
    }

    @Test
    void renamesByNameAndFidsFollow() throws IOException {
        client.walk(0, 1, "file");
        client.walk(0, 2, "sub");
        client.call(new Trenameat(0, "file", 2, "moved"), Rrenameat.class);
        assertEquals("hello", text("sub/moved"));
        client.call(new Trenameat(0, "sub", 0, "renamed"), Rrenameat.class);
        client.call(new Tlopen(1, RDWR), Rlopen.class);
        write(1, 0, "J");
        assertEquals("Jello", text("renamed/moved"));
        client.walk(2, 3, "moved");
        client.walk(2, 4, "..");
        assertEquals(attr(0).qid().path(), attr(4).qid().path());
        Files.writeString(export.resolve("victim"), "old");
        client.call(new Trenameat(2, "moved", 0, "victim"), Rrenameat.class);
        assertEquals("Jello", text("victim"));
        assertEquals(Errno.ENOENT, client.refused(new Trenameat(2, "moved", 0, "x")));
        assertEquals(Errno.EBUSY, client.refused(new Trenameat(0, "..", 0, "x")));
        assertEquals(Errno.EBUSY, client.refused(new Trenameat(0, "victim", 0, ".")));
        assertEquals(Errno.EINVAL, client.refused(new Trenameat(0, "renamed", 2, "itself")));
        client.attach(9, "/other");
        assertEquals(Errno.EXDEV, client.refused(new Trenameat(0, "victim", 9, "out")));
    }

    @Test
    void renamesByFid() throws IOException {
        client.walk(0, 1, "file");
        client.walk(0, 2, "sub");
        client.call(new Trename(1, 2, "moved"), Rrename.class);
        client.call(new Trename(1, 2, "again"), Rrename.class);
        assertEquals("hello", text("sub/again"));
        client.open(1);
        assertEquals("hello", client.text(1));
        client.call(new Trename(1, 0, "open"), Rrename.class);
        assertEquals("hello", client.text(1));
        assertEquals(Errno.EBUSY, client.refused(new Trename(0, 2, "root")));
        assertEquals(Errno.EINVAL, client.refused(new Trename(2, 2, "itself")));
    }

    @Test
    void removesByNameAndByFid() throws IOException {
        assertEquals(Errno.EISDIR, client.refused(new Tunlinkat(0, "sub", 0)));
        assertEquals(Errno.ENOTDIR, client.refused(new Tunlinkat(0, "file", Tunlinkat.REMOVEDIR)));
        assertEquals(Errno.EINVAL, client.refused(new Tunlinkat(0, "file", 1)));
        assertEquals(Errno.EINVAL, client.refused(new Tunlinkat(0, ".", Tunlinkat.REMOVEDIR)));
        assertEquals(Errno.ENOTEMPTY, client.refused(new Tunlinkat(0, "..", Tunlinkat.REMOVEDIR)));
        Files.createFile(export.resolve("sub/x"));
        assertEquals(Errno.ENOTEMPTY, client.refused(new Tunlinkat(0, "sub", Tunlinkat.REMOVEDIR)));
        client.walk(0, 1, "sub");
        assertEquals(Errno.ENOTEMPTY, client.refused(new Tremove(1)));
        assertEquals(Errno.EBADF, client.refused(new Tclunk(1)));
        client.walk(0, 1, "sub", "x");
        client.call(new Tremove(1), Rremove.class);
        assertEquals(Errno.EBADF, client.refused(new Tclunk(1)));
        client.call(new Tunlinkat(0, "sub", Tunlinkat.REMOVEDIR), Runlinkat.class);
        client.call(new Tunlinkat(0, "file", 0), Runlinkat.class);
        client.walk(0, 1);
        assertEquals(Errno.EBUSY, client.refused(new Tremove(1)));
        try (var left = Files.list(export)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void setsEveryAttribute() throws IOException {
        Timespec a = new Timespec(1_000_000_000, 123_456_789);
        Timespec m = new Timespec(-5, 999_999_999);
        client.walk(0, 1, "file");
        client.call(new Tsetattr(1, Tsetattr.MODE, 0100741, 0, 0, 0, a, m), Rsetattr.class);
        assertEquals(0100741, attr(1).mode());
        client.call(new Tsetattr(1, Tsetattr.SIZE, 0, 0, 0, 3, a, m), Rsetattr.class);
        assertEquals("hel", text("file"));
        client.call(new Tsetattr(1, 0x1f0, 0, 0, 0, 0, a, m), Rsetattr.class);
        assertEquals(a, attr(1).atime());
        assertEquals(m, attr(1).mtime());
        client.call(new Tsetattr(1, Tsetattr.MTIME, 0, 0, 0, 0, a, a), Rsetattr.class);
        assertEquals(a, attr(1).atime());
        assertTrue(attr(1).mtime().toInstant().isAfter(Instant.EPOCH.plusSeconds(1_600_000_000)));
        client.call(new Tsetattr(1, Tsetattr.ATIME | Tsetattr.MTIME | Tsetattr.MTIME_SET, 0, 0, 0, 0, m, m),
                Rsetattr.class);
        assertEquals(m, attr(1).mtime());
        assertNotEquals(a, attr(1).atime());
        Timespec before = attr(1).ctime();
        client.call(new Tsetattr(1, Tsetattr.CTIME, 0, 0, 0, 0, a, m), Rsetattr.class);
        assertTrue(!attr(1).ctime().toInstant().isBefore(before.toInstant()));
        assertEquals(m, attr(1).mtime());
        client.call(new Tsetattr(1, 0, 0, 0, 0, 0, a, m), Rsetattr.class);
    }

    @Test
    void refusesAttributesThatCannotBe() throws IOException {
        Timespec t = Timespec.ZERO;
        Timespec bad = new Timespec(0, 1_000_000_000);
        Timespec now = new Timespec(0, (1 << 30) - 1);
        client.walk(0, 1, "file");
        for (Tsetattr wrong : List.of(new Tsetattr(1, 0x200, 0, 0, 0, 0, t, t),
                new Tsetattr(1, Tsetattr.SIZE, 0, 0, 0, -1, t, t), new Tsetattr(1, Tsetattr.UID, 0, -1, 0, 0, t, t),
                new Tsetattr(1, Tsetattr.GID, 0, 0, -1, 0, t, t),
                new Tsetattr(1, Tsetattr.ATIME | Tsetattr.ATIME_SET, 0, 0, 0, 0, bad, t),
                new Tsetattr(1, Tsetattr.MTIME | Tsetattr.MTIME_SET, 0, 0, 0, 0, t, now),
                new Tsetattr(1, Tsetattr.MTIME_SET, 0, 0, 0, 0, t, t))) {
            assertEquals(Errno.EINVAL, client.refused(wrong), wrong::toString);
        }
        assertEquals(Errno.EISDIR, client.refused(new Tsetattr(0, Tsetattr.SIZE, 0, 0, 0, 0, t, t)));
        client.call(new Tsymlink(0, "link", "file", 0), Rsymlink.class);
        client.walk(0, 2, "link");
        assertEquals(Errno.EOPNOTSUPP, client.refused(new Tsetattr(2, Tsetattr.MODE, 0777, 0, 0, 0, t, t)));
        client.call(new Tsetattr(2, 0x1f0, 0, 0, 0, 0, t, t), Rsetattr.class);
        assertEquals(t, attr(2).mtime());
        client.walk(0, 3, "file");
        assertNotEquals(t, attr(3).mtime());
    }

    @Test
    void syncsWhatIsOpen() throws IOException {
        client.walk(0, 1, "file");
        assertEquals(Errno.EBADF, client.refused(new Tfsync(1, 0)));
        client.call(new Tlopen(1, RDWR), Rlopen.class);
        client.call(new Tfsync(1, 0), Rfsync.class);
        client.call(new Tfsync(1, 1), Rfsync.class);
        client.open(2, "sub");
        client.call(new Tfsync(2, 0), Rfsync.class);
    }

    @Test
    void takesNoNameThatIsNone() throws IOException {
        client.walk(0, 1, "file");
        for (String name : List.of("", "a/b", "/", "../x", "a\0b")) {
            client.walk(0, 2);
            assertEquals(Errno.EINVAL, client.refused(new Tlcreate(2, name, RDWR, 0600, 0)));
            assertEquals(Errno.EINVAL, client.refused(new Tmkdir(0, name, 0700, 0)));
            assertEquals(Errno.EINVAL, client.refused(new Tmknod(0, name, 0100600, 0, 0, 0)));
            assertEquals(Errno.EINVAL, client.refused(new Tsymlink(0, name, "x", 0)));
            assertEquals(Errno.EINVAL, client.refused(new Tlink(0, 1, name)));
            assertEquals(Errno.EINVAL, client.refused(new Trename(1, 0, name)));
            assertEquals(Errno.EINVAL, client.refused(new Trenameat(0, "file", 0, name)));
            assertEquals(Errno.EINVAL, client.refused(new Trenameat(0, name, 0, "x")));
            assertEquals(Errno.EINVAL, client.refused(new Tunlinkat(0, name, 0)));
            clunk(2);
        }
        String longest = "x".repeat(255);
        client.call(new Tmkdir(0, longest, 0700, 0), Rmkdir.class);
        assertEquals(Errno.ENAMETOOLONG, client.refused(new Tmkdir(0, longest + "y", 0700, 0)));
        assertEquals(Errno.ENAMETOOLONG, client.refused(new Tmkdir(0, "\u00e9".repeat(128), 0700, 0)));
    }

    @Test
    void everyRequestNeedsItsFids() throws IOException {
        Timespec t = Timespec.ZERO;
        for (var request : List.of(new Tlcreate(77, "x", 0, 0, 0), new Tsymlink(77, "x", "y", 0),
                new Tmknod(77, "x", 0, 0, 0, 0), new Trename(77, 0, "x"), new Trename(0, 77, "x"),
                new Tsetattr(77, 0, 0, 0, 0, 0, t, t), new Txattrcreate(77, "user.x", 0, 0), new Tlink(77, 0, "x"),
                new Tlink(0, 77, "x"), new Tmkdir(77, "x", 0, 0), new Trenameat(77, "x", 0, "y"),
                new Trenameat(0, "file", 77, "y"), new Tunlinkat(77, "x", 0), new Tremove(77), new Tfsync(77, 0))) {
            assertEquals(Errno.EBADF, client.refused(request), request::toString);
        }
    }
}
