package org.ninep.posix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.Errno;
import org.ninep.message.Timespec;

class PosixTest {
    private final Posix posix = Posix.create();

    @TempDir
    Path dir;

    private int fd;
    private int descriptors;

    @BeforeEach
    void open() throws IOException {
        descriptors = posix.openDescriptors();
        fd = posix.openPath(bytes(dir.toString()), Posix.O_PATH);
    }

    @AfterEach
    void close() throws IOException {
        posix.close(fd);
        posix.close(descriptors);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void fails(Errno reason, Executable call) {
        assertEquals(reason, assertThrows(PosixException.class, call).errno());
    }

    private int path(String name) throws IOException {
        return posix.openat(fd, bytes(name), Posix.O_PATH, 0);
    }

    @Test
    void tellsWhatStatTells() throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "hello");
        Stat stat = posix.statat(fd, bytes("file"));
        assertEquals(Files.getAttribute(file, "unix:ino"), stat.ino());
        assertEquals(Files.getAttribute(file, "unix:dev"), stat.dev());
        assertEquals(Files.getAttribute(file, "unix:mode"), stat.mode());
        assertEquals(5, stat.size());
        assertEquals(Files.getLastModifiedTime(file).toInstant(), stat.mtime().toInstant());
        assertTrue(stat.isRegular());
        Timespec btime = stat.btime();
        if (btime != null) {
            assertFalse(btime.toInstant().isAfter(Instant.now().plusSeconds(60)));
        }
        Path nowhere = Path.of("/dev/null");
        int device = posix.openPath(bytes(nowhere.toString()), Posix.O_PATH);
        assertEquals(Files.getAttribute(nowhere, "unix:rdev"), posix.stat(device).rdev());
        posix.close(device);
    }

    @Test
    void saysWhyACallFailed() throws IOException {
        Files.createDirectory(dir.resolve("full"));
        Files.createFile(dir.resolve("full/x"));
        fails(Errno.ENOENT, () -> posix.statat(fd, bytes("nothing")));
        fails(Errno.EEXIST, () -> posix.mkdirat(fd, bytes("full"), 0755));
        fails(Errno.ENOTEMPTY, () -> posix.unlinkat(fd, bytes("full"), Posix.AT_REMOVEDIR));
        fails(Errno.EISDIR, () -> posix.unlinkat(fd, bytes("full"), 0));
        fails(Errno.ENAMETOOLONG, () -> posix.statat(fd, new byte[256]));
        fails(Errno.EBADF, () -> posix.close(-1));
    }

    @Test
    void takesNoNameThatIsMoreThanOneOrWouldBeCut() {
        fails(Errno.EINVAL, () -> posix.statat(fd, bytes("../etc")));
        fails(Errno.EINVAL, () -> posix.renameat(fd, bytes("a"), fd, bytes("b/c")));
        fails(Errno.EINVAL, () -> posix.statat(fd, bytes("x\0y")));
    }

    @Test
    void neverFollowsAName() throws IOException {
        Files.writeString(dir.resolve("target"), "content");
        Files.createSymbolicLink(dir.resolve("link"), Path.of("target"));
        fails(Errno.ELOOP, () -> posix.openat(fd, bytes("link"), Posix.O_RDONLY, 0));
        assertTrue(posix.statat(fd, bytes("link")).isSymlink());
        int link = path("link");
        assertEquals("target", new String(posix.readlink(link), StandardCharsets.UTF_8));
        fails(Errno.ELOOP, () -> posix.reopen(link, Posix.O_RDONLY));
        posix.linkat(link, fd, bytes("second"));
        assertTrue(Files.isSymbolicLink(dir.resolve("second")));
        posix.utimens(link, new Timespec(1, 2), new Timespec(3, 4));
        assertEquals(3, posix.stat(link).mtime().seconds());
        assertFalse(posix.statat(fd, bytes("target")).mtime().seconds() == 3);
        posix.close(link);
    }

    @Test
    void readsAndWritesAtAnyPlaceInDirectAndOtherBuffers() throws IOException {
        int file = posix.openat(fd, bytes("new"), 02 | Posix.O_CREAT | Posix.O_EXCL, 0600);
        for (ByteBuffer src : new ByteBuffer[]{ByteBuffer.allocateDirect(6), ByteBuffer.allocate(6)}) {
            src.put(bytes("abcdef")).flip().position(1).limit(4);
            posix.pwrite(file, src, 2);
            assertEquals(4, src.position());
            ByteBuffer dst = src.isDirect() ? ByteBuffer.allocate(9) : ByteBuffer.allocateDirect(9);
            dst.position(1);
            posix.pread(file, dst, 1);
            assertEquals(5, dst.position());
            byte[] got = new byte[4];
            dst.get(1, got);
            assertArrayEquals(bytes("\0bcd"), got);
        }
        posix.ftruncate(file, 3);
        posix.fsync(file, true);
        posix.fsync(file, false);
        assertEquals(3, posix.stat(file).size());
        posix.close(file);
    }

    @Test
    void changesTheFileOfADescriptorWhateverBecameOfItsName() throws IOException {
        Files.writeString(dir.resolve("file"), "hello");
        int file = path("file");
        Files.move(dir.resolve("file"), dir.resolve("moved"));
        Files.writeString(dir.resolve("file"), "other");
        posix.truncate(file, 2);
        posix.fchmod(file, 0640);
        posix.utimens(file, null, new Timespec(77, 88));
        assertEquals(dir.toRealPath().resolve("moved").toString(),
                new String(posix.path(descriptors, file), StandardCharsets.UTF_8));
        assertEquals("he", Files.readString(dir.resolve("moved")));
        assertEquals("other", Files.readString(dir.resolve("file")));
        assertEquals(0100640, posix.stat(file).mode());
        assertEquals(new Timespec(77, 88), posix.stat(file).mtime());
        posix.close(file);
    }

    @Test
    void tellsWhetherAFileIsAtAPathOrBelow() throws IOException {
        Files.createDirectories(dir.resolve("sub/deep"));
        Files.createDirectory(dir.resolve("subway"));
        byte[] sub = bytes(dir.toRealPath().resolve("sub").toString());
        int itself = path("sub");
        int deep = posix.openPath(bytes(dir.resolve("sub/deep").toString()), Posix.O_PATH);
        int other = path("subway");
        assertTrue(posix.isAt(descriptors, itself, sub, false));
        assertTrue(posix.isAt(descriptors, itself, sub, true));
        assertFalse(posix.isAt(descriptors, deep, sub, false));
        assertTrue(posix.isAt(descriptors, deep, sub, true));
        assertFalse(posix.isAt(descriptors, other, sub, true));
        assertFalse(posix.isAt(descriptors, fd, sub, true));
        assertTrue(posix.isAt(descriptors, deep, bytes("/"), true));
        assertFalse(posix.isAt(descriptors, deep, bytes("/"), false));
        Files.move(dir.resolve("sub"), dir.resolve("moved"));
        assertFalse(posix.isAt(descriptors, itself, sub, false));
        assertFalse(posix.isAt(descriptors, deep, sub, true));
        for (int opened : new int[]{itself, deep, other}) {
            posix.close(opened);
        }
    }

    @Test
    void makesNodes() throws IOException {
        posix.mknodat(fd, bytes("fifo"), 0010600, 0, 0);
        assertEquals(1, posix.statat(fd, bytes("fifo")).mode() >> 12);
        posix.symlinkat(bytes("anywhere"), fd, bytes("link"));
        assertEquals(Path.of("anywhere"), Files.readSymbolicLink(dir.resolve("link")));
        posix.renameat(fd, bytes("link"), fd, bytes("renamed"));
        assertTrue(Files.isSymbolicLink(dir.resolve("renamed")));
    }

    @Test
    void tellsTheFileSystem() throws IOException {
        FileSystem there = posix.statfs(fd);
        assertEquals(Files.getFileStore(dir).getTotalSpace(), there.blocks() * there.bsize());
        assertEquals(255, there.namelen());
    }

    @Test
    void listsADirectoryFromAnyEntryOn() throws IOException {
        for (int i = 0; i < 1000; i++) {
            Files.createFile(dir.resolve("file" + i));
        }
        int list = posix.openDirectory(fd, bytes("."), Posix.O_RDONLY);
        DirectoryReader reader = new DirectoryReader(list);
        long middle = -1;
        String behind = null;
        int count = 0;
        for (; reader.hasEntry(posix); reader.advance()) {
            if (count == 500) {
                behind = new String(reader.name(), StandardCharsets.UTF_8);
            } else if (count == 499) {
                middle = reader.next();
            }
            count++;
        }
        assertEquals(1002, count);
        assertFalse(reader.hasEntry(posix));
        reader.seek(posix, middle);
        assertTrue(reader.hasEntry(posix));
        assertEquals(behind, new String(reader.name(), StandardCharsets.UTF_8));
        reader.seek(posix, 0);
        assertTrue(reader.hasEntry(posix));
        posix.close(list);
    }

    @Test
    void knowsRoot() throws IOException {
        Credentials root = Accounts.of(0);
        assertEquals(0, root.uid());
        assertEquals(0, root.gid());
        assertTrue(root.groups().contains(0));
        assertEquals(root, Accounts.of("root"));
        fails(Errno.EPERM, () -> Accounts.of(-77));
        fails(Errno.EPERM, () -> Accounts.of("no user's name"));
        fails(Errno.EPERM, () -> Accounts.of("root\0"));
        fails(Errno.EPERM, () -> Accounts.of(""));
    }

}
