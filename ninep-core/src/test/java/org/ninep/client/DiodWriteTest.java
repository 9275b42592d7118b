package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.message.Timespec;
import org.ninep.peer.Diod;

/** What the client changes on a real server. */
@Tag("peer")
@Timeout(120)
class DiodWriteTest {
    @TempDir
    Path work;
    private Path export;
    private Diod diod;
    private Client client;
    private RemoteFile root;
    private RemoteDirectory names;

    @BeforeEach
    void start() throws Exception {
        export = Files.createDirectory(work.resolve("export"));
        diod = Diod.start(work, export, "-n");
        client = connect();
        root = attach(client);
        names = root.directory();
    }

    private Client connect() throws IOException {
        return Client.connect(uri());
    }

    private RemoteFile attach(Client client) throws IOException {
        return client.attach(uri());
    }

    private NinepUri uri() {
        return NinepUri.parse("9p+unix:///?socket=" + diod.address() + "&aname=" + export);
    }

    @AfterEach
    void stop() {
        client.close();
        diod.close();
    }

    private void make(String name, String content) throws IOException {
        try (RemoteFile file = names.create(name, OpenFlags.WRONLY, 0644)) {
            file.writeFully(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)), 0);
        }
    }

    private static void assertRefused(Errno expected, org.junit.jupiter.api.function.Executable work) {
        assertEquals(expected, assertThrows(RemoteException.class, work).errno());
    }

    @Test
    void whatWasWrittenIsReadBack() throws Exception {
        byte[] content = Bytes.random(6_000_001, 5);
        for (boolean direct : new boolean[]{true, false}) {
            String name = "direct " + direct;
            ByteBuffer data = direct ? ByteBuffer.allocateDirect(content.length) : ByteBuffer.allocate(content.length);
            data.put(content).flip();
            try (RemoteFile file = names.create(name, OpenFlags.RDWR | OpenFlags.EXCL, 0640)) {
                file.writeFully(data.asReadOnlyBuffer(), 0);
                file.fsync(true);
                file.fsync(false);
                ByteBuffer back = ByteBuffer.allocateDirect(content.length);
                file.readFully(back, 0);
                assertArrayEquals(content, Bytes.all(back));
                assertEquals(5, file.write(ByteBuffer.wrap("there".getBytes(StandardCharsets.UTF_8)), 100));
            }
            System.arraycopy("there".getBytes(StandardCharsets.UTF_8), 0, content, 100, 5);
            assertArrayEquals(content, Files.readAllBytes(export.resolve(name)));
            assertEquals(0640, (int) Files.getAttribute(export.resolve(name), "unix:mode") & 0777);
        }
        assertRefused(Errno.EEXIST, () -> names.create("direct true", OpenFlags.RDWR | OpenFlags.EXCL, 0640));
    }

    @Test
    void opensWithFlags() throws Exception {
        make("f", "0123456789");
        try (RemoteFile file = root.walk("f").open(OpenFlags.WRONLY | OpenFlags.TRUNC)) {
            assertEquals(0, Files.size(export.resolve("f")));
            assertRefused(Errno.EBADF, () -> file.read(ByteBuffer.allocate(1), 0));
            file.writeFully(ByteBuffer.wrap(new byte[]{1}), 9);
        }
        assertEquals(10, Files.size(export.resolve("f")));
    }

    @Test
    void makesRenamesLinksAndRemovesNames() throws Exception {
        names.mkdir("dir", 0750);
        make("a", "one");
        names.symlink("sym", "somewhere/else");
        try (RemoteFile dir = root.walk("dir"); RemoteFile a = root.walk("a")) {
            dir.directory().link(a, "hard");
            names.rename("a", dir.directory(), "b");
            assertEquals("one", Files.readString(export.resolve("dir/b")));
            assertEquals(2, (int) Files.getAttribute(export.resolve("dir/hard"), "unix:nlink"));
            assertRefused(Errno.ENOTEMPTY, () -> names.rmdir("dir"));
            assertRefused(Errno.EISDIR, () -> names.unlink("dir"));
            assertRefused(Errno.ENOTDIR, () -> dir.directory().rmdir("b"));
            dir.directory().unlink("b");
            dir.directory().unlink("hard");
            assertRefused(Errno.ENOENT, () -> dir.directory().unlink("hard"));
            assertRefused(Errno.ENOENT, () -> names.rename("none", names, "x"));
        }
        assertEquals("somewhere/else", Files.readSymbolicLink(export.resolve("sym")).toString());
        names.unlink("sym");
        names.rmdir("dir");
        try (var left = Files.list(export)) {
            assertEquals(List.of(), left.toList());
        }
        diod.close();
        long asked = diod.log().stream().filter(line -> line.startsWith("P9_TUNLINKAT")).count();
        assertEquals(1, asked, "asked once, and remembered that the server does not know it");
        assertEquals(1, diod.log().stream().filter(line -> line.startsWith("P9_TRENAMEAT")).count());
    }

    @Test
    void renamesAFileThatIsOpenAndRemovesOne() throws Exception {
        names.mkdir("dir", 0755);
        try (RemoteFile open = names.create("f", OpenFlags.RDWR, 0644); RemoteFile dir = root.walk("dir")) {
            open.rename(dir.directory(), "g");
            open.writeFully(ByteBuffer.wrap(new byte[]{'x'}), 0);
            assertEquals("x", Files.readString(export.resolve("dir/g")));
        }
        RemoteFile again = root.walk("dir/g");
        again.remove();
        assertFalse(Files.exists(export.resolve("dir/g")));
        assertThrows(java.nio.channels.ClosedChannelException.class, again::getattr);
        RemoteFile dir = root.walk("dir");
        make("dir2", "");
        dir.remove();
        assertFalse(Files.exists(export.resolve("dir")));
    }

    @Test
    void changesAttributes() throws Exception {
        make("f", "0123456789");
        try (RemoteFile file = root.walk("f")) {
            Timespec then = Timespec.of(Instant.parse("2001-02-03T04:05:06.789Z"));
            file.setattr(SetAttr.NOTHING.withMode(0604).withSize(4).withMtime(then).withAtimeNow());
            assertEquals(0604, file.getattr().mode() & 07777);
            assertEquals(4, file.getattr().size());
            assertEquals(then, file.getattr().mtime());
            assertNotEquals(then, file.getattr().atime());
            file.setattr(SetAttr.NOTHING.withMtimeNow().withAtime(then));
            assertEquals(then, file.getattr().atime());
            assertNotEquals(then, file.getattr().mtime());
        }
        assertEquals("0123", Files.readString(export.resolve("f")));
    }

    @Test
    void setsReplacesAndRemovesExtendedAttributes() throws Exception {
        make("f", "");
        try (RemoteFile file = root.walk("f")) {
            byte[] value = Bytes.random(1000, 4);
            file.setXattr("user.x", ByteBuffer.wrap(value), RemoteFile.XATTR_CREATE);
            assertArrayEquals(value, file.xattr("user.x"));
            assertTrue(file.xattrs().contains("user.x"));
            assertRefused(Errno.EEXIST,
                    () -> file.setXattr("user.x", ByteBuffer.wrap(value), RemoteFile.XATTR_CREATE));
            assertRefused(Errno.ENODATA,
                    () -> file.setXattr("user.y", ByteBuffer.wrap(value), RemoteFile.XATTR_REPLACE));
            file.removeXattr("user.x");
            assertRefused(Errno.ENODATA, () -> file.xattr("user.x"));
            assertRefused(Errno.ENODATA, () -> file.removeXattr("user.x"));
        }
    }

    @Test
    void twoClientsLockOneFile() throws Exception {
        make("f", "0123456789");
        try (Client other = connect();
                RemoteFile mine = root.walk("f").open(OpenFlags.RDWR);
                RemoteFile theirs = attach(other).walk("f").open(OpenFlags.RDWR)) {
            ByteRangeLock my = ByteRangeLock.exclusive(1, "me");
            ByteRangeLock their = ByteRangeLock.exclusive(2, "them");
            assertTrue(mine.locks().tryLock(my));
            assertFalse(theirs.locks().tryLock(their));
            assertFalse(theirs.locks().tryLock(their, Duration.ofMillis(20)));
            assertTrue(theirs.locks().conflicting(their).isPresent());
            Background<Boolean> waiting = Background
                    .runVirtual(() -> theirs.locks().tryLock(their, Duration.ofSeconds(30)));
            mine.locks().unlock(my);
            assertTrue(waiting.get());
            assertFalse(mine.locks().tryLock(ByteRangeLock.shared(1, "me")));
            theirs.locks().unlock(their);
            assertTrue(mine.locks().tryLock(ByteRangeLock.shared(1, "me")));
            assertTrue(theirs.locks().tryLock(ByteRangeLock.shared(2, "them")));
        }
    }

    @Test
    void makesNodesWhereThatIsAllowed() throws Exception {
        names.mknod("pipe", 0010640, 0, 0);
        assertEquals(0010640,
                (int) Files.getAttribute(export.resolve("pipe"), "unix:mode", LinkOption.NOFOLLOW_LINKS));
        assertRefused(Errno.EEXIST, () -> names.mknod("pipe", 0010640, 0, 0));
    }
}
