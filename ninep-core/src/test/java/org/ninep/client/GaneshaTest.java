package org.ninep.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.message.Attr;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.Timespec;
import org.ninep.peer.Ganesha;

/**
 * The client against a server that nobody wrote beside ours or diod. What nfs-ganesha does otherwise than the protocol is
 * in {@code docs/protocol.md}; here is what has to work in spite of it.
 */
@Tag("peer")
@Timeout(120)
class GaneshaTest {
    /** Its attributes are remembered by the server for a minute: each test has a directory of its own. */
    @TempDir
    static Path work;
    private static Ganesha ganesha;
    private static int directories;

    private Path disk;
    private NinepUri uri;
    private Client client;
    private RemoteFile root;
    private RemoteDirectory names;

    @BeforeAll
    static void start() throws Exception {
        ganesha = Ganesha.start(work, Files.createDirectory(work.resolve("export")));
    }

    @AfterAll
    static void stop() {
        if (ganesha != null) {
            ganesha.close();
        }
    }

    @BeforeEach
    void connect() throws Exception {
        disk = Files.createDirectory(work.resolve("export/" + directories++));
        uri = NinepUri.parse("9p://" + ganesha.address() + "/?aname=" + disk);
        client = Client.connect(uri);
        root = client.attach(uri);
        names = root.directory();
    }

    @AfterEach
    void close() {
        client.close();
    }

    private void make(String name, String content) throws IOException {
        try (RemoteFile file = names.create(name, OpenFlags.WRONLY, 0644)) {
            file.writeFully(ByteBuffer.wrap(content.getBytes(UTF_8)), 0);
        }
    }

    private static void assertRefused(Errno expected, Executable work) {
        assertEquals(expected, assertThrows(RemoteException.class, work).errno());
    }

    @Test
    void whatWasWrittenIsReadBack() throws Exception {
        byte[] content = Bytes.random(3_000_001, 5);
        try (RemoteFile file = names.create("f", OpenFlags.RDWR, 0640)) {
            assertEquals(65536 - 24, file.maxCount());
            file.writeFully(ByteBuffer.wrap(content), 0);
            file.fsync(true);
            file.fsync(false);
            ByteBuffer back = ByteBuffer.allocateDirect(content.length);
            file.readFully(back, 0);
            assertArrayEquals(content, Bytes.all(back));
            assertEquals(10, file.readUpTo(ByteBuffer.allocate(100), content.length - 10));
            assertEquals(-1, file.read(ByteBuffer.allocate(1), content.length));
            assertEquals(0640, file.getattr().mode() & 07777);
        }
        assertArrayEquals(content, Files.readAllBytes(disk.resolve("f")));
    }

    @Test
    void cutsWhatTheServerOpensWithoutCutting() throws Exception {
        make("f", "0123456789");
        try (RemoteFile file = root.walk("f").open(OpenFlags.WRONLY | OpenFlags.TRUNC)) {
            assertEquals(0, Files.size(disk.resolve("f")));
            file.writeFully(ByteBuffer.wrap(new byte[7]), 0);
        }
        try (RemoteFile file = names.create("f", OpenFlags.RDWR | OpenFlags.TRUNC, 0644)) {
            assertEquals(0, file.getattr().size());
        }
    }

    @Test
    void walksDeepAndNamesWhatIsMissing() throws Exception {
        String deep = "d/".repeat(40);
        Files.createDirectories(disk.resolve(deep));
        Files.writeString(disk.resolve(deep + "leaf"), "deep");
        try (RemoteFile leaf = root.walk(deep + "leaf")) {
            assertEquals(4, leaf.getattr().size());
            assertEquals(Files.getAttribute(disk.resolve(deep + "leaf"), "unix:ino"), leaf.qid().path());
        }
        assertRefused(Errno.ENOENT, () -> root.walk(deep + "none"));
        assertRefused(Errno.ENOENT, () -> root.walk("d/none/x"));
        assertEquals(root.qid(), root.walk("d/..").qid());
    }

    @Test
    void readsDirectoriesOverSeveralMessages() throws Exception {
        for (int i = 0; i < 1500; i++) {
            Files.createFile(disk.resolve("a file with a rather long name, number " + i));
        }
        try (RemoteFile all = root.walk("").open()) {
            Set<String> found = all.readdir().stream().map(DirectoryEntry::name).collect(Collectors.toSet());
            assertEquals(1500 + Set.of(".", "..").size(), found.size());
            assertTrue(found.contains("a file with a rather long name, number 1499"));
        }
    }

    @Test
    void makesRenamesLinksAndRemovesNames() throws Exception {
        names.mkdir("dir", 0750);
        make("a", "one");
        names.symlink("sym", "somewhere/else");
        try (RemoteFile dir = root.walk("dir"); RemoteFile a = root.walk("a")) {
            dir.directory().link(a, "hard");
            names.rename("a", dir.directory(), "b");
            assertEquals("one", Files.readString(disk.resolve("dir/b")));
            assertEquals(2, (int) Files.getAttribute(disk.resolve("dir/hard"), "unix:nlink"));
            assertRefused(Errno.ENOTEMPTY, () -> names.rmdir("dir"));
            dir.directory().unlink("b");
            dir.directory().unlink("hard");
            assertRefused(Errno.ENOENT, () -> dir.directory().unlink("hard"));
            assertRefused(Errno.ENOENT, () -> names.rename("none", names, "x"));
        }
        assertEquals("somewhere/else", root.walk("sym").readlink());
        assertTrue(root.walk("sym").getattr().isSymlink());
        names.unlink("sym");
        names.rmdir("dir");
        names.mknod("pipe", 0010640, 0, 0);
        assertEquals(0010640, root.walk("pipe").getattr().mode());
        assertRefused(Errno.EEXIST, () -> names.mknod("pipe", 0010640, 0, 0));
    }

    @Test
    void renamesAnOpenFileThatIsOneNameAway() throws Exception {
        make("f", "x");
        names.mkdir("dir", 0755);
        try (RemoteFile open = root.walk("f").open(OpenFlags.RDWR); RemoteFile dir = root.walk("dir")) {
            open.rename(dir.directory(), "g");
            open.writeFully(ByteBuffer.wrap(new byte[]{'y'}), 0);
            assertEquals("y", Files.readString(disk.resolve("dir/g")));
        }
    }

    @Test
    void changesAttributes() throws Exception {
        make("f", "0123456789");
        try (RemoteFile file = root.walk("f")) {
            Timespec then = Timespec.of(Instant.parse("2001-02-03T04:05:06.789Z"));
            file.setattr(SetAttr.NOTHING.withMode(0604).withSize(4).withMtime(then).withAtimeNow().withUid(12)
                    .withGid(34));
            Attr attr = file.getattr();
            assertEquals(List.of(0604, 12, 34), List.of(attr.mode() & 07777, attr.uid(), attr.gid()));
            assertEquals(4, attr.size());
            assertEquals(then, attr.mtime());
        }
        assertEquals("0123", Files.readString(disk.resolve("f")));
        assertTrue(root.statfs().blocks() > 0);
    }

    @Test
    void setsReplacesAndRemovesExtendedAttributes() throws Exception {
        make("f", "");
        try (RemoteFile file = root.walk("f")) {
            byte[] value = Bytes.random(1000, 4);
            file.setXattr("user.x", ByteBuffer.wrap(value), RemoteFile.XATTR_CREATE);
            assertArrayEquals(value, file.xattr("user.x"));
            assertEquals(List.of("user.x"), file.xattrs());
            assertRefused(Errno.EEXIST,
                    () -> file.setXattr("user.x", ByteBuffer.wrap(value), RemoteFile.XATTR_CREATE));
            assertRefused(Errno.ENODATA,
                    () -> file.setXattr("user.y", ByteBuffer.wrap(value), RemoteFile.XATTR_REPLACE));
            file.removeXattr("user.x");
            assertRefused(Errno.ENODATA, () -> file.xattr("user.x"));
            assertRefused(Errno.ENODATA, () -> file.removeXattr("user.x"));
        }
    }

    /** The client_id has to be a name that the server can resolve. */
    @Test
    void locksAFile() throws Exception {
        make("f", "0123456789");
        try (RemoteFile mine = root.walk("f").open(OpenFlags.RDWR);
                RemoteFile theirs = root.walk("f").open(OpenFlags.RDWR)) {
            ByteRangeLock my = ByteRangeLock.exclusive(1, "localhost");
            ByteRangeLock their = ByteRangeLock.exclusive(2, "localhost");
            assertTrue(mine.locks().tryLock(my));
            assertFalse(theirs.locks().tryLock(their));
            assertFalse(theirs.locks().tryLock(their, Duration.ofMillis(20)));
            mine.locks().unlock(my);
            assertTrue(theirs.locks().tryLock(their));
        }
    }

    @Test
    void isAFileSystemOfJava() throws Exception {
        URI named = URI.create("ninep:" + uri);
        try (FileSystem fs = FileSystems.newFileSystem(named, Map.of())) {
            Path file = fs.getPath("/dir/file");
            Files.createDirectories(file.getParent());
            Files.writeString(file, "a rather long text");
            Files.writeString(file, "short");
            assertEquals("short", Files.readString(disk.resolve("dir/file")));
            Files.copy(file, fs.getPath("/copy"));
            assertThrows(FileAlreadyExistsException.class, () -> Files.copy(file, fs.getPath("/copy")));
            Files.move(file, fs.getPath("/copy"), REPLACE_EXISTING);
            assertThrows(NoSuchFileException.class, () -> Files.readString(file));
            Files.createFile(file);
            assertThrows(DirectoryNotEmptyException.class, () -> Files.delete(file.getParent()));
            try (Stream<Path> all = Files.walk(fs.getPath("/"))) {
                assertEquals(List.of("/", "/copy", "/dir", "/dir/file"), all.map(Path::toString).sorted().toList());
            }
            Files.delete(file);
            Files.delete(file.getParent());
            assertFalse(Files.exists(disk.resolve("dir")));
        }
    }
}
