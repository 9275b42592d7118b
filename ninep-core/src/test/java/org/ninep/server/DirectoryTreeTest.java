package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.Errno;
import org.ninep.codec.DirectoryEntries;
import org.ninep.message.Attr;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.Protocol;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.*;
import org.ninep.peer.Tool;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DirectoryTreeTest {
    @TempDir
    Path dir;

    private Path export;
    private Server server;
    private RawClient client;

    @BeforeEach
    void serve() throws IOException {
        export = Files.createDirectory(dir.resolve("export"));
        Files.writeString(export.resolve("hello.txt"), "hello, world\n");
        Files.createDirectories(export.resolve("a/b"));
        Files.writeString(export.resolve("a/b/c"), "deep");
        server = Server.builder().export("/x", DirectoryTree.of(export)).build();
        client = RawClient.attached(server.transport("test"), "/x");
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    private Attr attr(int fid) throws IOException {
        return client.call(new Tgetattr(fid, Attr.ALL), Rgetattr.class).attr();
    }

    private Attr attr(String name) throws IOException {
        client.walk(0, 99, name);
        Attr attr = attr(99);
        client.call(new Tclunk(99), Rclunk.class);
        return attr;
    }

    @Test
    void servesFilesByTheirPath() throws IOException {
        client.open(1, "a", "b", "c");
        assertEquals("deep", client.text(1));
        assertEquals(Errno.ENOENT, client.refused(new Twalk(0, 2, List.of("nothing"))));
        assertEquals(Errno.ENOTDIR, client.refused(new Twalk(1, 2, List.of("x"))));
        assertEquals(Errno.ENAMETOOLONG, client.refused(new Twalk(0, 2, List.of("x".repeat(256)))));
    }

    @Test
    void readsALargeFileAsItIs() throws IOException {
        byte[] content = new byte[300_001];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 7 + i / 251);
        }
        Files.write(export.resolve("big"), content);
        client.open(1, "big");
        ByteBuffer got = ByteBuffer.allocate(content.length);
        while (got.hasRemaining()) {
            ByteBuffer some = client.read(1, got.position(), 50_000);
            assertTrue(some.hasRemaining());
            got.put(some);
        }
        assertEquals(ByteBuffer.wrap(content), got.flip());
        assertFalse(client.read(1, content.length, 10).hasRemaining());
    }

    @Test
    void tellsWhatStatTells() throws IOException {
        Path file = export.resolve("hello.txt");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x-w-"));
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_234_567_891_234L));
        Files.createLink(export.resolve("second"), file);
        Map<String, Object> stat = Files.readAttributes(file, "unix:*");
        Attr attr = attr("hello.txt");
        assertEquals(Attr.BASIC | Attr.DATA_VERSION, attr.valid() & ~Attr.BTIME);
        assertEquals(0100752, attr.mode());
        assertEquals(stat.get("uid"), attr.uid());
        assertEquals(stat.get("gid"), attr.gid());
        assertEquals(2, attr.nlink());
        assertEquals(13, attr.size());
        assertEquals(8, attr.blocks());
        assertEquals(stat.get("ino"), attr.qid().path());
        assertEquals(1_234_567_891_234L, attr.mtime().toInstant().toEpochMilli());
        assertEquals(stat.get("ctime"), FileTime.from(attr.ctime().toInstant()));
        assertEquals(stat.get("lastAccessTime"), FileTime.from(attr.atime().toInstant()));
        assertTrue(attr(0).isDirectory());
        assertEquals(attr.qid(), attr("second").qid());
    }

    @Test
    void theVersionChangesWithTheContentAndOnlyThen() throws IOException {
        Path file = export.resolve("hello.txt");
        Attr before = attr("hello.txt");
        assertEquals(before.qid(), attr("hello.txt").qid());
        FileTime time = Files.getLastModifiedTime(file);
        Files.writeString(file, "HELLO, WORLD\n");
        Files.setLastModifiedTime(file, FileTime.from(time.toInstant().plusNanos(1)));
        Attr after = attr("hello.txt");
        assertEquals(before.qid().path(), after.qid().path());
        assertNotEquals(before.qid().version(), after.qid().version());
        assertNotEquals(before.dataVersion(), after.dataVersion());
    }

    @Test
    void servesNamesThatAreNotUtf8() throws Exception {
        Tool.run("sh", "-c", "printf latin >\"$1/caf$(printf '\\351')\"; printf utf >\"$1/caf\u00e9\"", "sh",
                export.toString());
        client.call(new Tlopen(0, 0), Rlopen.class);
        Set<String> names = new HashSet<>(client.names(0, 10_000));
        assertEquals(Set.of(".", "..", "a", "hello.txt", "caf\u00e9", "caf\udce9"), names);
        assertEquals(Errno.ENOENT, client.refused(new Twalk(0, 2, List.of("caf\udce8"))));
        client.open(3, "caf\udce9");
        assertEquals("latin", client.text(3));
        client.open(4, "caf\u00e9");
        assertEquals("utf", client.text(4));
    }

    @Test
    void givesLinksAsTextByteForByte() throws Exception {
        List<String> targets = List.of("hello.txt", "/etc/passwd", "../../..", "a//b/", "gr\u00fc\u00dfe",
                "/gr\u00fc\u00dfe",
                "x".repeat(4000));
        for (int i = 0; i < targets.size(); i++) {
            Tool.run("ln", "-s", targets.get(i), export.resolve("link" + i).toString());
            assertTrue(client.walk(0, 1, "link" + i).getFirst().isSymlink());
            assertEquals(targets.get(i), client.call(new Treadlink(1), Rreadlink.class).target());
            client.call(new Tclunk(1), Rclunk.class);
        }
        assertEquals(Errno.EINVAL, client.refused(new Treadlink(0)));
    }

    @Test
    void listsEverythingOnceInPiecesOfAnySize() throws IOException {
        Set<String> expected = new HashSet<>(Set.of(".", "..", "a", "hello.txt"));
        for (int i = 0; i < 300; i++) {
            Files.createFile(export.resolve("file" + i));
            expected.add("file" + i);
        }
        client.call(new Tlopen(0, 0), Rlopen.class);
        List<String> whole = client.names(0, 60_000);
        assertEquals(whole.size(), new HashSet<>(whole).size());
        assertEquals(expected, new HashSet<>(whole));
        assertEquals(whole, client.names(0, 100));
        assertEquals(whole, client.names(0, 999));
    }

    @Test
    void offsetsStayWhatTheyAreWhileTheDirectoryChanges() throws IOException {
        for (int i = 0; i < 50; i++) {
            Files.createFile(export.resolve("file" + i));
        }
        client.call(new Tlopen(0, 0), Rlopen.class);
        List<DirectoryEntry> all = client.entries(0, 60_000);
        Files.delete(export.resolve(all.stream().map(DirectoryEntry::name).filter(n -> n.startsWith("file")).findFirst()
                .orElseThrow()));
        Files.createFile(export.resolve("later"));
        for (int i = 30; i < all.size(); i++) {
            long offset = all.get(i - 1).offset();
            Rreaddir rest = client.call(new Treaddir(0, offset, 60_000), Rreaddir.class);
            assertEquals(all.subList(i, all.size()).stream().map(DirectoryEntry::name).toList(),
                    DirectoryEntries.decode(rest.data()).stream().map(DirectoryEntry::name)
                            .filter(name -> !name.equals("later")).toList());
        }
    }

    @Test
    void goesBackInADirectoryOfManyNames() throws IOException {
        int files = 4596;
        for (int i = 0; i < files; i++) {
            Files.createFile(export.resolve("a").resolve("f" + i));
        }
        client.open(1, "a");
        List<DirectoryEntry> all = client.entries(1, 60_000);
        assertEquals(files + 3, all.stream().map(DirectoryEntry::name).distinct().count());
        for (int i : List.of(files, files - 400, 100, files - 10)) {
            Rreaddir rest = client.call(new Treaddir(1, all.get(i).offset(), 40), Rreaddir.class);
            assertEquals(all.get(i + 1), DirectoryEntries.decode(rest.data()).getFirst());
        }
    }

    @Test
    void entriesHaveTheQidsAndTypesOfTheirFiles() throws Exception {
        Files.createSymbolicLink(export.resolve("link"), Path.of("hello.txt"));
        Tool.run("mkfifo", export.resolve("fifo").toString());
        client.call(new Tlopen(0, 0), Rlopen.class);
        Map<String, Integer> types = Map.of(".", 4, "..", 4, "a", 4, "hello.txt", 8, "link", 10, "fifo", 1);
        List<DirectoryEntry> entries = client.entries(0, 60_000);
        assertEquals(types.size(), entries.size());
        for (DirectoryEntry entry : entries) {
            assertEquals(types.get(entry.name()), entry.type(), entry.name());
            if (entry.name().charAt(0) != '.') {
                assertEquals(client.walk(0, 1, entry.name()).getFirst(), entry.qid());
                client.call(new Tclunk(1), Rclunk.class);
            }
        }
    }

    @Test
    void specialFilesAreListedAndNotOpened() throws Exception {
        Tool.run("mkfifo", export.resolve("fifo").toString());
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(export.resolve("socket")));
            for (String name : List.of("fifo", "socket")) {
                client.walk(0, 1, name);
                assertEquals(Errno.ENXIO, client.refused(new Tlopen(1, 0)));
                assertEquals(Errno.ENOTDIR, client.refused(new Twalk(1, 2, List.of("x"))));
                client.call(new Tclunk(1), Rclunk.class);
            }
        }
    }

    @Test
    void aFifoInTheWayOfAWalkBlocksNothing() throws Exception {
        client.walk(0, 1, "a", "b");
        Files.move(export.resolve("a"), dir.resolve("away"));
        Tool.run("mkfifo", export.resolve("a").toString());
        assertEquals(Errno.ENOTDIR, client.refused(new Twalk(1, 2, List.of("c"))));
        assertEquals(Errno.ENOTDIR, client.refused(new Tlopen(1, 0)));
    }

    @Test
    void anOpenFileOutlivesItsName() throws IOException {
        client.open(1, "hello.txt");
        Attr before = attr(1);
        Files.writeString(export.resolve("new"), "something else");
        Files.move(export.resolve("new"), export.resolve("hello.txt"), StandardCopyOption.REPLACE_EXISTING);
        assertEquals("hello, world\n", client.text(1));
        assertEquals(before.qid(), attr(1).qid());
        assertEquals(13, attr(1).size());
        Files.delete(export.resolve("hello.txt"));
        assertEquals("hello, world\n", client.text(1));
        assertEquals(before.qid(), attr(1).qid());
        assertEquals(Errno.ENOENT, client.refused(new Twalk(0, 2, List.of("hello.txt"))));
    }

    @Test
    void openingTellsWhichFileItIsNow() throws IOException {
        Qid walked = client.walk(0, 1, "hello.txt").getFirst();
        Files.writeString(export.resolve("new"), "something else");
        Files.move(export.resolve("new"), export.resolve("hello.txt"), StandardCopyOption.REPLACE_EXISTING);
        assertNotEquals(walked.path(), client.open(1).qid().path());
        assertEquals("something else", client.text(1));
        assertEquals(14, attr(1).size());
    }

    @Test
    void servesASingleFile() throws IOException {
        Path image = export.resolve("hello.txt");
        try (Server single = Server.builder().export("image", DirectoryTree.of(image)).build();
                RawClient c = RawClient.versioned(single.transport("single"), 8192)) {
            assertFalse(c.attach(0, "image").qid().isDirectory());
            assertEquals(Errno.ENOTDIR, c.refused(new Twalk(0, 1, List.of("hello.txt"))));
            assertEquals(Errno.ENOTDIR, c.refused(new Twalk(0, 1, List.of(".."))));
            assertEquals(13, c.call(new Tgetattr(0, Attr.ALL), Rgetattr.class).attr().size());
            c.walk(0, 1);
            c.open(1);
            assertEquals("hello, world\n", c.text(1));
            assertEquals(255, c.call(new Tstatfs(0), Rstatfs.class).status().namelen());
        }
    }

    @Test
    void attachesToWhatIsAtThePathNow() throws IOException {
        Path link = Files.createSymbolicLink(dir.resolve("current"), Path.of("export/hello.txt"));
        try (Server s = Server.builder().export("image", DirectoryTree.of(link)).build();
                RawClient c = RawClient.versioned(s.transport("c"), 8192)) {
            c.attach(0, "image");
            c.open(0);
            Files.delete(link);
            Files.createSymbolicLink(link, Path.of("export/a/b/c"));
            c.attach(1, "image");
            c.open(1);
            assertEquals("hello, world\n", c.text(0));
            assertEquals("deep", c.text(1));
            Files.delete(link);
            assertEquals(Errno.ENOENT, c.refused(new Tattach(2, Protocol.NOFID, "", "image", 0)));
        }
    }

    @Test
    void aReplacedExportIsServedToThoseWhoAttachAnew() throws IOException {
        Files.move(export, dir.resolve("old"));
        Files.createDirectory(export);
        Files.writeString(export.resolve("hello.txt"), "new");
        assertEquals(Errno.ESTALE, client.refused(new Tgetattr(0, Attr.ALL)));
        assertEquals(Errno.ESTALE, client.refused(new Tlopen(0, 0)));
        client.attach(1, "/x");
        client.walk(1, 2, "hello.txt");
        client.open(2);
        assertEquals("new", client.text(2));
    }

    @Test
    void refusesToExportWhatIsNotThere() throws Exception {
        assertThrows(NoSuchFileException.class, () -> DirectoryTree.of(dir.resolve("nothing")));
        Tool.run("mkfifo", dir.resolve("fifo").toString());
        assertThrows(NoSuchFileException.class, () -> DirectoryTree.of(dir.resolve("fifo")));
    }

    @Test
    void holdsDescriptorsOnlyForWhatIsOpen() throws IOException {
        long before = descriptors();
        for (int fid = 100; fid < 300; fid++) {
            client.walk(0, fid, "a", "b");
        }
        assertEquals(before, descriptors());
        for (int fid = 100; fid < 110; fid++) {
            client.open(fid);
            client.entries(fid, 1000);
        }
        assertEquals(before + 10, descriptors());
        client.call(new Tversion(8192, "9P2000.L"), Rversion.class);
        assertEquals(before - 1, descriptors());
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(fd -> {
                try {
                    return Files.readSymbolicLink(fd).toString().contains("/export");
                } catch (IOException closedMeanwhile) {
                    return false;
                }
            }).count();
        }
    }

    @Test
    void whoAttachesIsToldHowTheRootIsNowWhileOthersAreAttachedSinceLongAgo() throws IOException {
        Files.setLastModifiedTime(export, FileTime.fromMillis(1_234_567_891_234L));
        assertEquals(attr(0).qid(), client.attach(1, "/x").qid());
    }

    @Test
    void tellsTheFileSystemsRoom() throws IOException {
        var status = client.call(new Tstatfs(0), Rstatfs.class).status();
        assertEquals(Files.getFileStore(export).getTotalSpace() / status.bsize(), status.blocks());
    }

    @Test
    void changesNothingUnlessToldThatItMay() throws IOException {
        Timespec t = Timespec.ZERO;
        client.walk(0, 1, "hello.txt");
        for (Tmessage change : List.of(new Tlcreate(0, "new", 0, 0644, 0), new Tsymlink(0, "new", "target", 0),
                new Tmknod(0, "new", 0100644, 0, 0, 0), new Trename(1, 0, "new"), new Tlink(0, 1, "new"),
                new Tsetattr(1, Tsetattr.MODE, 0777, 0, 0, 0, t, t), new Tsetattr(1, Tsetattr.SIZE, 0, 0, 0, 0, t, t),
                new Txattrcreate(1, "user.x", 1, 0), new Tmkdir(0, "new", 0755, 0),
                new Trenameat(0, "hello.txt", 0, "new"), new Tunlinkat(0, "hello.txt", 0),
                new Tunlinkat(0, "a", Tunlinkat.REMOVEDIR), new Tlopen(1, Tlopen.RDWR), new Tlopen(1, Tlopen.TRUNC),
                new Tremove(1))) {
            assertEquals(Errno.EROFS, client.refused(change), change::toString);
        }
        assertEquals("hello, world\n", Files.readString(export.resolve("hello.txt")));
    }
}
