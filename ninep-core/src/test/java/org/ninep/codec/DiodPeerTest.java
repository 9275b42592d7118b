package org.ninep.codec;

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
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.Errno;
import org.ninep.message.Attr;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.Protocol;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.*;
import org.ninep.peer.Diod;

/**
 * Every request that we encode, as a real diod understands it: by what it prints of it, by what it answers and by what it
 * does to the disk. What diod 1.0.24 does not print is Tfsync's datasync.
 */
@Tag("peer")
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DiodPeerTest {
    private static final String[] NO_AUTHENTICATION_ALL_AS_ROOT = {"-n", "-S", "-U", "root"};

    private record Exchange(Tmessage request, String printed, Rmessage reply) {}

    @TempDir
    Path directory = Path.of("set by JUnit");

    private final List<Exchange> exchanges = new ArrayList<>();

    @Test
    void understandsEveryRequestAndItsRepliesDecodeToWhatItPrints() throws Exception {
        Path export = export();
        List<String> log;
        try (Diod diod = Diod.start(directory, export, NO_AUTHENTICATION_ALL_AS_ROOT)) {
            try (RawClient client = new RawClient(diod.connect())) {
                askForEverything(client, export);
            }
            log = closed(diod);
        }
        assertEquals(lines(exchanges, "T"),
                log.stream().filter(line -> line.startsWith("P9_T")).map(DiodPrint::comparable).toList());
        assertEquals(lines(exchanges, "R"), log.stream().filter(line -> line.startsWith("P9_R"))
                .map(DiodPrint::comparable).toList());
        assertEquals(Set.of(Tmessage.class.getPermittedSubclasses()),
                exchanges.stream().map(e -> e.request().getClass()).collect(Collectors.toSet()));
    }

    private static List<String> closed(Diod diod) throws IOException {
        diod.close();
        return diod.log();
    }

    /** One line for each exchange, as diod prints it. */
    private static List<String> lines(List<Exchange> exchanges, String kind) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < exchanges.size(); i++) {
            Exchange e = exchanges.get(i);
            String what = kind.equals("T") ? e.printed().strip() : DiodPrint.of(e.reply());
            String name = (kind.equals("T") ? e.request() : e.reply()).getClass().getSimpleName()
                    .toUpperCase(Locale.ROOT);
            lines.add(("P9_" + name + " tag " + tag(i, e.request()) + " " + what).strip());
        }
        return lines;
    }

    private static int tag(int index, Tmessage request) {
        return request instanceof Tversion ? Protocol.NOTAG : 0x8000 + index;
    }

    private Rmessage ask(RawClient client, Tmessage request, String printed) throws IOException {
        Rmessage reply = client.ask(tag(exchanges.size(), request), request);
        exchanges.add(new Exchange(request, printed, reply));
        return reply;
    }

    private void askForEverything(RawClient c, Path export) throws IOException {
        ask(c, new Tversion(65536, "9P2000.L"), "msize 65536 version '9P2000.L'");
        assertEquals(new Rlerror(Errno.ENOENT), ask(c, new Tauth(77, "ünam", export.toString(), 4711),
                "afid 77 uname 'ünam' aname '" + export + "' n_uname 4711"));
        ask(c, new Tattach(1, Protocol.NOFID, "ünam", export.toString(), 4712),
                "fid 1 afid -1 uname 'ünam' aname '" + export + "' n_uname 4712");
        ask(c, new Tstatfs(1), "fid 1");
        ask(c, new Tmkdir(1, "d ☃", 0751, 3), "fid 1 name 'd ☃' mode 0751 gid 3");
        ask(c, new Twalk(1, 2, List.of("d ☃")), "fid 1 newfid 2 nwname 1 'd ☃'");
        askForAFile(c);
        askForOtherKinds(c);
        askForAttributesAndLocks(c);
        askForNames(c);
        ask(c, new Tflush(9999), "oldtag 9999");
        ask(c, new Tclunk(3), "fid 3");
    }

    private void askForAFile(RawClient c) throws IOException {
        ask(c, new Twalk(2, 3, List.of()), "fid 2 newfid 3 nwname 0");
        ask(c, new Tlcreate(3, "file", 0x42, 0640, 5), "fid 3 name 'file' flags 0x42 mode 0640 gid 5");
        ask(c, new Twrite(3, 10, bytes("hello")), "fid 3 offset 10 count 5");
        ask(c, new Tfsync(3, 1), "fid 3");
        assertEquals(new Rread(bytes("\0\0hello")), ask(c, new Tread(3, 8, 9), "fid 3 offset 8 count 9"));
        ask(c, new Tlock(3, Tlock.WRLCK, 0, 100, 200, 1234, "cl"),
                "fid 3 type P9_LOCK_TYPE_WRLCK flags 0 start 100 length 200 proc_id 1234 client_id 'cl'");
        ask(c, new Tgetlock(3, Tlock.RDLCK, 101, 202, 1235, "other"),
                "fid 3 type P9_LOCK_TYPE_RDLCK start 101 length 202 proc_id 1235 client_id 'other'");
        ask(c, new Tclunk(3), "fid 3");
        ask(c, new Twalk(2, 3, List.of("file")), "fid 2 newfid 3 nwname 1 'file'");
    }

    private void askForOtherKinds(RawClient c) throws IOException {
        ask(c, new Tsymlink(2, "sym", "some/target", 8), "fid 2 name 'sym' symtgt 'some/target' gid 8");
        ask(c, new Twalk(2, 4, List.of("sym")), "fid 2 newfid 4 nwname 1 'sym'");
        assertEquals(new Rreadlink("some/target"), ask(c, new Treadlink(4), "fid 4"));
        ask(c, new Tmknod(2, "node", 0020600, 5, 7, 9), "fid 2 name 'node' mode 020600 major 5 minor 7 gid 9");
        ask(c, new Tlink(2, 3, "hard"), "dfid 2 fid 3 name 'hard'");
    }

    private void askForAttributesAndLocks(RawClient c) throws IOException {
        ask(c, new Tgetattr(3, Attr.ALL), "fid 3 request_mask 0x3fff");
        int what = Tsetattr.MODE | Tsetattr.UID | Tsetattr.GID | Tsetattr.SIZE | Tsetattr.ATIME | Tsetattr.MTIME
                | Tsetattr.ATIME_SET | Tsetattr.MTIME_SET;
        ask(c, new Tsetattr(3, what, 0604, 6, 7, 4097, new Timespec(0, 111_000_000), new Timespec(1, 222_000_000)),
                "fid 3 valid 0x1bf mode 0604 uid 6 gid 7 size 4097");
        ask(c, new Tgetattr(3, Attr.BASIC), "fid 3 request_mask 0x7ff");
        ask(c, new Txattrwalk(3, 9, "user.none"), "fid 3 attrfid 9 name 'user.none'");
        ask(c, new Txattrcreate(3, "user.x", 3, 1), "fid 3 name 'user.x' size 3 flag 1");
    }

    private void askForNames(RawClient c) throws IOException {
        ask(c, new Twalk(2, 5, List.of()), "fid 2 newfid 5 nwname 0");
        ask(c, new Tlopen(5, Tlopen.DIRECTORY), "fid 5 flags 0200000");
        ask(c, new Treaddir(5, 0, 500), "fid 5 offset 0 count 500");
        ask(c, new Trenameat(2, "node", 1, "node2"), "olddirfid 2 oldname 'node' newdirfid 1 newname 'node2'");
        ask(c, new Tunlinkat(2, "hard", Tunlinkat.REMOVEDIR), "dirfid 2 name 'hard' flags 512");
        ask(c, new Trename(4, 1, "moved"), "fid 4 dfid1 name 'moved'");
        ask(c, new Twalk(2, 6, List.of("hard")), "fid 2 newfid 6 nwname 1 'hard'");
        ask(c, new Tremove(6), "fid 6");
    }

    @Test
    void doesToTheDiskWhatTheRequestsSay() throws Exception {
        Path export = export();
        try (Diod diod = Diod.start(directory, export, NO_AUTHENTICATION_ALL_AS_ROOT);
                RawClient client = new RawClient(diod.connect())) {
            askForEverything(client, export);
        }
        Path made = export.resolve("d ☃");
        assertEquals(0751, stat(made, "mode") & 07777);
        assertEquals(3, stat(made, "gid"));
        assertEquals(0100604, stat(made.resolve("file"), "mode"));
        assertEquals(6, stat(made.resolve("file"), "uid"));
        assertEquals(7, stat(made.resolve("file"), "gid"));
        assertEquals(4097, Files.size(made.resolve("file")));
        assertEquals(1_222, Files.getLastModifiedTime(made.resolve("file")).toMillis());
        assertEquals(0020600, stat(made.resolve("node"), "mode"));
        assertEquals(5 << 8 | 7, stat(made.resolve("node"), "rdev"));
        assertEquals("some/target", Files.readSymbolicLink(export.resolve("moved")).toString());
        assertEquals(Set.of("file", "node"), names(made));
    }

    @Test
    void attributesAndEntriesAreThoseOfTheDisk() throws Exception {
        Path export = export();
        Path file = Files.writeString(export.resolve("caf\u00e9"), "some text");
        Files.createSymbolicLink(export.resolve("link"), file);
        Files.createDirectory(export.resolve("dir"));
        try (Diod diod = Diod.start(directory, export, NO_AUTHENTICATION_ALL_AS_ROOT);
                RawClient c = new RawClient(diod.connect())) {
            c.ask(Protocol.NOTAG, new Tversion(65536, "9P2000.L"));
            c.ask(0, new Tattach(1, Protocol.NOFID, "", export.toString(), 0));
            c.ask(0, new Twalk(1, 2, List.of("café")));
            Attr attr = assertInstanceOf(Rgetattr.class, c.ask(0, new Tgetattr(2, Attr.BASIC))).attr();
            assertAttributes(file, attr);
            c.ask(0, new Tlopen(1, Tlopen.RDONLY));
            Rreaddir read = assertInstanceOf(Rreaddir.class, c.ask(0, new Treaddir(1, 0, 4096)));
            assertEntries(export, DirectoryEntries.decode(read.data()));
        }
    }

    private static void assertAttributes(Path file, Attr attr) throws IOException {
        assertEquals(Attr.BASIC, attr.valid());
        assertEquals(stat(file, "ino"), attr.qid().path());
        assertEquals(stat(file, "mode"), attr.mode());
        assertEquals(stat(file, "uid"), attr.uid());
        assertEquals(stat(file, "gid"), attr.gid());
        assertEquals(stat(file, "nlink"), attr.nlink());
        assertEquals(9, attr.size());
        assertEquals(Files.getLastModifiedTime(file).toInstant(), attr.mtime().toInstant());
        assertTrue(attr.isRegular());
    }

    private static void assertEntries(Path export, List<DirectoryEntry> entries) throws IOException {
        List<String> expected = new ArrayList<>(List.of(". 4 128", ".. 4 128"));
        for (String name : List.of("café 8 0", "dir 4 128", "link 10 2")) {
            expected.add(name + " " + stat(export.resolve(name.split(" ", 2)[0]), "ino"));
        }
        assertEquals(expected, entries.stream().map(DiodPeerTest::described).sorted().toList());
        assertEquals(entries.size(), new HashSet<>(entries.stream().map(DirectoryEntry::offset).toList()).size());
    }

    /** Name, d_type, type of the qid, and inode number but for the dots. */
    private static String described(DirectoryEntry entry) {
        String text = entry.name() + " " + entry.type() + " " + entry.qid().type();
        return entry.name().startsWith(".") ? text : text + " " + entry.qid().path();
    }

    @Test
    void readsBackAnExtendedAttributeThatItWrote() throws Exception {
        Path export = export();
        Files.writeString(export.resolve("file"), "x");
        try (Diod diod = Diod.start(directory, export, NO_AUTHENTICATION_ALL_AS_ROOT);
                RawClient c = new RawClient(diod.connect())) {
            c.ask(Protocol.NOTAG, new Tversion(65536, "9P2000.L"));
            c.ask(0, new Tattach(1, Protocol.NOFID, "", export.toString(), 0));
            c.ask(0, new Twalk(1, 2, List.of("file")));
            c.ask(0, new Twalk(1, 3, List.of("file")));
            assertEquals(new Rxattrcreate(), c.ask(0, new Txattrcreate(2, "user.colour", 4, 0)));
            assertEquals(new Rwrite(4), c.ask(0, new Twrite(2, 0, bytes("blue"))));
            assertEquals(new Rclunk(), c.ask(0, new Tclunk(2)));
            assertEquals(new Rxattrwalk(4), c.ask(0, new Txattrwalk(3, 4, "user.colour")));
            assertEquals(new Rread(bytes("blue")), c.ask(0, new Tread(4, 0, 100)));
        }
    }

    @Test
    void answersTauthWithAQidWhereItAuthenticates() throws Exception {
        Path export = export();
        try (Diod diod = Diod.start(directory, export); RawClient c = new RawClient(diod.connect())) {
            c.ask(Protocol.NOTAG, new Tversion(65536, "9P2000.L"));
            Rauth reply = assertInstanceOf(Rauth.class, c.ask(0, new Tauth(1, "", export.toString(), 0)));
            assertEquals(Qid.AUTH, reply.aqid().type());
        }
    }

    private Path export() throws IOException {
        Assumptions.assumeTrue(stat(directory, "uid") == 0, "only root may make devices and give files away");
        return Files.createDirectory(directory.resolve("export"));
    }

    private static Set<String> names(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    private static long stat(Path path, String attribute) throws IOException {
        return ((Number) Files.getAttribute(path, "unix:" + attribute, LinkOption.NOFOLLOW_LINKS)).longValue();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
