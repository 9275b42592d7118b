package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ninep.Errno;
import org.ninep.message.Attr;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.*;

/**
 * Attempts to change what lies outside of a writable directory: through links in it, through directories that somebody
 * moves out, and while they take turns at one name. Fids hold descriptors, or stand for places (0 descriptors).
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WriteConfinementTest {
    private static final Timespec T = Timespec.ZERO;

    @TempDir
    Path dir;

    private Path export;
    private Path outside;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Map<String, String> before = Map.of();

    @BeforeEach
    void make() throws IOException {
        outside = Files.createDirectory(dir.resolve("outside"));
        export = Files.createDirectory(dir.resolve("export"));
        for (Path sub : List.of(outside, Files.createDirectory(export.resolve("sub")))) {
            Files.writeString(sub.resolve("file"), "content");
            Files.createDirectory(sub.resolve("deep"));
            Files.writeString(sub.resolve("deep/file"), "content");
        }
        before = snapshot(outside);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    private RawClient serve(int descriptors) throws IOException {
        FileTree tree = DirectoryTree.builder(export).readWrite().maxHeldDescriptors(descriptors).build();
        Server server = Server.builder().export("/", tree).build();
        opened.add(server);
        RawClient client = RawClient.versioned(server.transport("test"), 1 << 16);
        opened.add(client);
        client.call(new Tattach(0, Protocol.NOFID, "", "/", 0), Rattach.class);
        return client;
    }

    /** All that is there, with what a change would leave. */
    private static Map<String, String> snapshot(Path root) throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.toList()) {
                Map<String, Object> a = Files.readAttributes(path, "unix:mode,uid,gid,nlink,size,lastModifiedTime,ino",
                        LinkOption.NOFOLLOW_LINKS);
                String content = Files.isRegularFile(path) ? Files.readString(path) : "";
                all.put(root.relativize(path).toString(), new TreeMap<>(a) + content);
            }
        }
        return all;
    }

    private static List<Tmessage> changesIn(int fid) {
        return List.of(new Tmkdir(fid, "made", 0700, 0), new Tsymlink(fid, "made", "x", 0),
                new Tmknod(fid, "made", 0100600, 0, 0, 0), new Tunlinkat(fid, "file", 0),
                new Trenameat(fid, "file", fid, "moved"), new Trenameat(fid, "file", 0, "stolen"),
                new Trenameat(0, "mine", fid, "given"), new Tunlinkat(fid, "deep", Tunlinkat.REMOVEDIR),
                new Tsetattr(fid, Tsetattr.MODE, 0777, 0, 0, 0, T, T), new Tlcreate(fid, "file", 0x201, 0600, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000})
    void nothingIsChangedThroughALink(int descriptors) throws IOException {
        RawClient client = serve(descriptors);
        Files.createSymbolicLink(export.resolve("dirlink"), outside);
        Files.createSymbolicLink(export.resolve("filelink"), outside.resolve("file"));
        Files.createSymbolicLink(export.resolve("newlink"), outside.resolve("new"));
        Files.writeString(export.resolve("mine"), "m");
        client.walk(0, 1, "dirlink");
        client.walk(0, 2, "filelink");
        for (Tmessage change : changesIn(1)) {
            assertInstanceOf(Rlerror.class, client.call(change), change::toString);
        }
        assertInstanceOf(Rlerror.class, client.call(new Tlopen(2, 0x202)));
        assertInstanceOf(Rlerror.class, client.call(new Tsetattr(2, Tsetattr.SIZE, 0, 0, 0, 0, T, T)));
        assertInstanceOf(Rlerror.class, client.call(new Tsetattr(2, Tsetattr.MODE, 0, 0, 0, 0, T, T)));
        client.call(new Tsetattr(2, 0x1f0, 0, 0, 0, 0, T, T), Rsetattr.class);
        for (String name : List.of("filelink", "newlink", "dirlink")) {
            client.walk(0, 3);
            assertInstanceOf(Rlerror.class, client.call(new Tlcreate(3, name, 0x202, 0600, 0)), name);
            client.call(new Tclunk(3), Rclunk.class);
        }
        client.call(new Tunlinkat(0, "dirlink", 0), Runlinkat.class);
        client.call(new Tremove(2), Rremove.class);
        assertEquals(before, snapshot(outside));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000})
    void nothingIsChangedInADirectoryThatWasMovedOut(int descriptors) throws IOException {
        RawClient client = serve(descriptors);
        Files.writeString(export.resolve("mine"), "m");
        client.walk(0, 1, "sub");
        client.walk(0, 2, "sub", "file");
        client.walk(0, 3, "sub", "deep");
        Path moved = Files.move(export.resolve("sub"), dir.resolve("moved"));
        Files.createSymbolicLink(export.resolve("sub"), outside);
        Map<String, String> movedBefore = snapshot(moved);
        List<Tmessage> changes = new ArrayList<>(changesIn(1));
        changes.addAll(changesIn(3));
        changes.addAll(List.of(new Tlopen(2, 0x202), new Tsetattr(2, Tsetattr.SIZE, 0, 0, 0, 0, T, T),
                new Tlink(0, 2, "stolen"), new Trename(2, 0, "stolen"), new Trename(3, 0, "stolen"),
                new Twalk(3, 9, List.of("..")), new Tremove(2), new Tremove(3), new Tremove(1)));
        for (Tmessage change : changes) {
            boolean staysInside = change instanceof Twalk && descriptors == 0;
            assertTrue(staysInside || client.call(change) instanceof Rlerror, change::toString);
        }
        assertEquals(before, snapshot(outside));
        assertEquals(movedBefore, snapshot(moved));
    }

    /** Who has a directory that has left cannot ask by walking what names there are in it. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000})
    void aDirectoryThatWasMovedOutTellsNotWhatIsInIt(int descriptors) throws IOException {
        RawClient client = serve(descriptors);
        client.walk(0, 1, "sub");
        client.walk(0, 2, "sub", "deep");
        Path moved = Files.move(export.resolve("sub"), dir.resolve("moved"));
        Errno gone = descriptors == 0 ? Errno.ENOENT : Errno.ESTALE;
        assertNothingIsFound(client, 1, "file", gone);
        assertNothingIsFound(client, descriptors == 1 ? 1 : 2, "file", gone);
        Files.move(moved, export.resolve("sub"));
        assertEquals(1, client.walk(1, 9, "file").size());
        assertEquals(Errno.ENOENT, client.refused(new Twalk(1, 8, List.of("nothing"))));
        assertEquals(Errno.ENOENT, client.refused(new Twalk(0, 8, List.of("nothing"))));
    }

    private static void assertNothingIsFound(RawClient client, int fid, String there, Errno reason)
            throws IOException {
        for (String name : List.of(there, "nothing", "n".repeat(256))) {
            assertEquals(reason, client.refused(new Twalk(fid, 9, List.of(name))), name);
            assertEquals(reason, client.refused(new Twalk(fid, 9, List.of(name, "more"))), name);
        }
        assertEquals(reason, client.refused(new Tgetattr(fid, Attr.ALL)));
    }

    /** So are files that it had, and its own root, when another directory has taken its place. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000})
    void whatIsInAnExportThatWasMovedIsNoLongerFound(int descriptors) throws IOException {
        RawClient client = serve(descriptors);
        client.walk(0, 1, "sub");
        client.walk(0, 2, "sub", "file");
        Files.move(export, dir.resolve("old"));
        Files.createDirectories(export.resolve("sub"));
        Files.writeString(export.resolve("sub/file"), "another");
        Files.writeString(export.resolve("only-new"), "another");
        assertNothingIsFound(client, 0, "sub", Errno.ESTALE);
        assertNothingIsFound(client, 0, "only-new", Errno.ESTALE);
        assertNothingIsFound(client, 1, "file", Errno.ESTALE);
        assertEquals(Errno.ESTALE, client.refused(new Tgetattr(2, Attr.ALL)));
        assertEquals(Errno.ESTALE, client.refused(new Tlopen(2, 0)));
        assertEquals(Errno.ESTALE, client.refused(new Twalk(1, 9, List.of(".."))));
    }

    @Test
    void whatIsMovedIntoTheDirectoryThatReplacesTheExportGoesOn() throws IOException {
        RawClient client = serve(1000);
        client.walk(0, 1, "sub");
        Path old = Files.move(export, dir.resolve("old"));
        Files.createDirectory(export);
        Files.move(old.resolve("sub"), export.resolve("other"));
        assertEquals(1, client.walk(1, 9, "file").size());
        assertEquals(Errno.ENOENT, client.refused(new Twalk(1, 8, List.of("nothing"))));
        assertEquals(Errno.ESTALE, client.refused(new Twalk(1, 8, List.of(".."))));
        assertEquals(Errno.ESTALE, client.refused(new Twalk(0, 8, List.of("other"))));
    }

    /** A directory and a link to the outside take turns at one name, as fast as they can, under a client that writes. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1000})
    void noRaceBetweenADirectoryAndALinkLeadsOut(int descriptors) throws Exception {
        RawClient client = serve(descriptors);
        whileSubIsSwapped(() -> {
            for (int i = 0; i < 1500; i++) {
                attempt(client, "made" + i);
            }
        });
        assertEquals(before, snapshot(outside));
        assertTrue(attempt(client, "last"), "a change is made when nothing moves");
    }

    /** Whether anything was changed. */
    private static boolean attempt(RawClient client, String name) throws IOException {
        boolean changed = false;
        if (client.call(new Twalk(0, 1, List.of("sub"))) instanceof Rwalk) {
            for (Tmessage change : List.of(new Tmkdir(1, name, 0700, 0), new Tsymlink(1, name + "l", "x", 0),
                    new Tmknod(1, name + "n", 0100600, 0, 0, 0), new Trenameat(1, name, 1, name + "r"),
                    new Tunlinkat(1, name + "r", Tunlinkat.REMOVEDIR), new Tunlinkat(1, name + "l", 0),
                    new Tlcreate(1, name + "n", Tlopen.RDWR, 0600, 0))) {
                changed |= !(client.call(change) instanceof Rlerror);
            }
            client.call(new Tclunk(1), Rclunk.class);
        }
        if (client.call(new Twalk(0, 1, List.of("sub", "file"))) instanceof Rwalk(var qids) && qids.size() == 2) {
            client.call(new Tsetattr(1, Tsetattr.MODE, 0644, 0, 0, 0, T, T));
            client.call(new Tlink(0, 1, "hard" + name));
            if (client.call(new Tlopen(1, 0x202)) instanceof Rlopen) {
                client.call(new Twrite(1, 0, ByteBuffer.wrap("written".getBytes(StandardCharsets.UTF_8))));
            }
            client.call(new Tclunk(1), Rclunk.class);
        }
        return changed;
    }

    private void whileSubIsSwapped(Swapping.Attempts attempts) throws Exception {
        Swapping.subOf(export, dir, outside, attempts);
    }
}
