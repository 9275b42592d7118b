package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
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
import org.ninep.message.Rmessage.*;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage.*;

/** What becomes of fids, open files and listings of a writable directory while it changes. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WritableFidsTest {
    private static final int RDWR = Tlopen.RDWR;
    private static final int EXCL = 0200;

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
        server = Server.builder().export("/", DirectoryTree.builder(export).readWrite().build()).build();
        client = RawClient.versioned(server.transport("test"), 1 << 16);
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

    @Test
    void whatIsUnlinkedGoesOnForWhoHasItsFid() throws IOException {
        client.walk(0, 1, "file");
        client.call(new Tlopen(1, RDWR), Rlopen.class);
        client.walk(0, 2, "file");
        client.call(new Tunlinkat(0, "file", 0), Runlinkat.class);
        write(1, 5, ", world");
        assertEquals("hello, world", client.text(1));
        assertEquals(0, attr(2).nlink());
        assertEquals(12, attr(2).size());
        client.call(new Tsetattr(2, Tsetattr.SIZE, 0, 0, 0, 4, Timespec.ZERO, Timespec.ZERO), Rsetattr.class);
        assertEquals("hell", client.text(1));
        client.open(2);
        assertEquals("hell", client.text(2));
        assertEquals(Errno.ENOENT, client.refused(new Tremove(2)));
        assertFalse(Files.exists(export.resolve("file")));
    }

    @Test
    void readsADirectoryThatChangesAndMissesNothingThatStayed() throws IOException {
        for (int i = 0; i < 400; i++) {
            Files.createFile(export.resolve("sub/stays" + i));
            Files.createFile(export.resolve("sub/goes" + i));
        }
        client.walk(0, 1, "sub");
        client.open(2, "sub");
        Set<String> seen = new HashSet<>();
        long offset = 0;
        int round = 0;
        while (true) {
            List<DirectoryEntry> some = DirectoryEntries
                    .decode(client.call(new Treaddir(2, offset, 1000), Rreaddir.class).data());
            if (some.isEmpty()) {
                break;
            }
            for (DirectoryEntry entry : some) {
                assertTrue(seen.add(entry.name()), entry.name());
            }
            offset = some.getLast().offset();
            for (int i = 0; i < 20 && round * 20 + i < 400; i++) {
                client.call(new Tunlinkat(1, "goes" + (round * 20 + i), 0), Runlinkat.class);
            }
            client.call(new Tmkdir(1, "new" + round++, 0700, 0), Rmkdir.class);
        }
        for (int i = 0; i < 400; i++) {
            assertTrue(seen.contains("stays" + i), "stays" + i);
        }
        assertEquals(0, seen.stream().filter(name -> name.startsWith(".")).filter(name -> name.length() > 2).count());
    }

    @Test
    void fidsBeyondTheHeldDescriptorsStandForPlaces() throws IOException {
        FileTree tree = DirectoryTree.builder(export).readWrite().maxHeldDescriptors(1).build();
        try (Server small = Server.builder().export("/", tree).build();
                RawClient c = RawClient.attached(small.transport("c"), "/")) {
            c.walk(0, 1, "sub");
            c.walk(0, 2, "file");
            c.call(new Tmkdir(1, "deeper", 0700, 0), Rmkdir.class);
            c.walk(1, 3, "deeper");
            c.call(new Tmkdir(3, "deepest", 0700, 0), Rmkdir.class);
            c.call(new Trename(2, 3, "moved"), Rrename.class);
            assertEquals(5, c.call(new Tgetattr(2, Attr.ALL), Rgetattr.class).attr().size());
            c.walk(3, 4, "..");
            c.walk(4, 5, "..", "..", "..");
            assertEquals(c.call(new Tgetattr(0, Attr.ALL), Rgetattr.class).attr().qid().path(),
                    c.call(new Tgetattr(5, Attr.ALL), Rgetattr.class).attr().qid().path());
            Files.delete(export.resolve("sub/deeper/moved"));
            assertEquals(Errno.ENOENT, c.refused(new Tgetattr(2, Attr.ALL)));
            c.call(new Tclunk(1), Rclunk.class);
            c.call(new Tclunk(2), Rclunk.class);
            c.walk(0, 1, "sub");
            Files.move(export.resolve("sub"), export.resolve("elsewhere"));
            assertTrue(c.call(new Tgetattr(1, Attr.ALL), Rgetattr.class).attr().isDirectory());
        }
    }

    @Test
    void eachFidHoldsADescriptorAndGivesItBack() throws IOException {
        long before = descriptors();
        for (int fid = 100; fid < 200; fid++) {
            client.walk(0, fid, "sub");
        }
        client.walk(100, 300);
        assertEquals(before + 100, descriptors(), "twins share theirs");
        client.walk(0, 400);
        client.call(new Tlcreate(400, "new", RDWR, 0600, 0), Rlcreate.class);
        assertEquals(before + 102, descriptors());
        client.call(new Twalk(100, 401, List.of("..", "file", "nothing")), Rwalk.class);
        assertEquals(Errno.EEXIST, client.refused(new Tmkdir(0, "sub", 0700, 0)));
        client.walk(0, 402);
        assertEquals(Errno.EEXIST, client.refused(new Tlcreate(402, "new", RDWR | EXCL, 0600, 0)));
        assertEquals(before + 102, descriptors());
        client.call(new Tremove(400), Rremove.class);
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
}
