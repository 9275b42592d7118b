package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.Errno;
import org.ninep.message.Attr;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage.*;
import org.ninep.posix.Accounts;

/** As whom a directory is served. Only root can act as others. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class IdentityTest {
    private static final int SOMEBODY = 4711;
    private static final int SOMEGROUP = 4712;
    private static final int RDWR = Tlopen.RDWR;

    @TempDir
    Path dir;

    private Path export;
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void make() throws IOException {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "not root: cannot act as others");
        export = Files.createDirectory(dir.resolve("export"));
        Files.setPosixFilePermissions(export, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    private RawClient serve(DirectoryTree tree) throws IOException {
        Server server = Server.builder().export("/", tree).build();
        opened.add(server);
        RawClient client = RawClient.versioned(server.transport("test"), 1 << 16);
        opened.add(client);
        return client;
    }

    private static void attach(RawClient client, int fid, int uid) throws IOException {
        client.call(new Tattach(fid, Protocol.NOFID, "", "/", uid), Rattach.class);
    }

    private RawClient squashed() throws IOException {
        RawClient client = serve(DirectoryTree.builder(export).readWrite().squashTo(SOMEBODY, SOMEGROUP).build());
        attach(client, 0, 0);
        return client;
    }

    private Path path(String name, String permissions, int uid, int gid) throws IOException {
        Path path = Files.createFile(export.resolve(name));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        Files.setAttribute(path, "unix:uid", uid);
        Files.setAttribute(path, "unix:gid", gid);
        return path;
    }

    private static Object of(Path path, String attribute) throws IOException {
        return Files.getAttribute(path, "unix:" + attribute, LinkOption.NOFOLLOW_LINKS);
    }

    private void assertOwner(String name, int uid, int gid) throws IOException {
        assertEquals(uid, of(export.resolve(name), "uid"), name);
        assertEquals(gid, of(export.resolve(name), "gid"), name);
    }

    @Test
    void whatASquashedUserMakesIsThatUsers() throws IOException {
        RawClient client = squashed();
        client.call(new Tmkdir(0, "directory", 0700, 0), Rmkdir.class);
        client.call(new Tsymlink(0, "link", "x", 0), Rsymlink.class);
        client.call(new Tmknod(0, "fifo", 0010600, 0, 0, 0), Rmknod.class);
        client.walk(0, 1);
        client.call(new Tlcreate(1, "file", RDWR, 0600, 0), Rlcreate.class);
        for (String name : List.of("directory", "link", "fifo", "file")) {
            assertOwner(name, SOMEBODY, SOMEGROUP);
        }
        assertEquals(Errno.EPERM, client.refused(new Tmknod(0, "device", 0020600, 1, 3, 0)));
    }

    @Test
    void aUserMayWhatItsPermissionsSay() throws IOException {
        path("theirs", "rw-------", SOMEBODY, 0);
        path("groups", "rw-r-----", 0, SOMEGROUP);
        path("roots", "rw-------", 0, 0);
        Path closed = Files.createDirectory(export.resolve("closed"));
        Files.createFile(closed.resolve("inner"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        RawClient client = squashed();
        client.walk(0, 1, "theirs");
        client.call(new Tlopen(1, RDWR), Rlopen.class);
        client.walk(0, 2, "groups");
        assertEquals(Errno.EACCES, client.refused(new Tlopen(2, RDWR)));
        client.open(2);
        client.walk(0, 3, "roots");
        assertEquals(Errno.EACCES, client.refused(new Tlopen(3, 0)));
        Timespec t = Timespec.ZERO;
        assertEquals(Errno.EPERM, client.refused(new Tsetattr(3, Tsetattr.MODE, 0777, 0, 0, 0, t, t)));
        assertEquals(Errno.EACCES, client.refused(new Tsetattr(3, Tsetattr.SIZE, 0, 0, 0, 0, t, t)));
        assertEquals(Errno.EPERM, client.refused(new Tsetattr(1, Tsetattr.UID, 0, 0, 0, 0, t, t)));
        client.walk(0, 4, "closed");
        assertEquals(Errno.EACCES, client.refused(new Twalk(4, 5, List.of("inner"))));
        assertEquals(Errno.EACCES, client.refused(new Tlopen(4, 0)));
        assertEquals(Errno.EACCES, client.refused(new Tmkdir(4, "x", 0700, 0)));
        assertEquals(Errno.EACCES, client.refused(new Tunlinkat(4, "inner", 0)));
        assertEquals(Errno.EACCES, client.refused(new Trenameat(4, "inner", 0, "outer")));
        assertEquals(0, client.call(new Tgetattr(4, Attr.ALL), Rgetattr.class).attr().uid());
    }

    @Test
    void writingTakesTheSetUidBitAway() throws IOException {
        Path program = path("program", "rwxrwxrwx", 0, 0);
        Files.setAttribute(program, "unix:mode", 04777);
        RawClient client = squashed();
        client.walk(0, 1, "program");
        client.call(new Tlopen(1, RDWR), Rlopen.class);
        client.call(new Twrite(1, 0, ByteBuffer.allocate(1)), Rwrite.class);
        assertEquals(0100777, of(program, "mode"));
    }

    @Test
    void theStickyBitHolds() throws IOException {
        Files.setAttribute(export, "unix:mode", 01777);
        path("roots", "rw-rw-rw-", 0, 0);
        RawClient client = squashed();
        assertEquals(Errno.EPERM, client.refused(new Tunlinkat(0, "roots", 0)));
        client.walk(0, 1, "roots");
        assertEquals(Errno.EPERM, client.refused(new Tremove(1)));
        assertTrue(Files.exists(export.resolve("roots")));
    }

    /** root, and the first other user of this machine: Debian's daemon. */
    @Test
    void actsAsEachAttachingUserOnOneConnection() throws IOException {
        RawClient client = serve(DirectoryTree.builder(export).readWrite().actAsAttachingUser().build());
        client.call(new Tattach(0, Protocol.NOFID, "root", "/", Protocol.NONUNAME), Rattach.class);
        attach(client, 1, 1);
        int daemons = Accounts.of(1).gid();
        client.call(new Tmkdir(0, "roots", 0700, 0), Rmkdir.class);
        client.call(new Tmkdir(1, "daemons", 0700, daemons), Rmkdir.class);
        client.call(new Tmkdir(0, "given", 0700, SOMEGROUP), Rmkdir.class);
        assertOwner("roots", 0, 0);
        assertOwner("daemons", 1, daemons);
        assertOwner("given", 0, SOMEGROUP);
        assertEquals(Errno.EPERM, client.refused(new Tmkdir(1, "foreign", 0700, SOMEGROUP)));
        client.walk(1, 2, "roots");
        assertEquals(Errno.EACCES, client.refused(new Tlopen(2, 0)));
        client.walk(0, 3, "daemons");
        client.open(3);
        assertEquals(Errno.EACCES, client.refused(new Trenameat(1, "daemons", 2, "x")));
        client.call(new Trenameat(0, "roots", 3, "x"), Rrenameat.class);
    }

    @Test
    void whoIsNoUserHereIsRefused() throws IOException {
        RawClient client = serve(DirectoryTree.builder(export).actAsAttachingUser().build());
        assertEquals(Errno.EPERM, client.refused(new Tattach(0, Protocol.NOFID, "", "/", 3_999_999)));
        assertEquals(Errno.EPERM, client.refused(new Tattach(0, Protocol.NOFID, "", "/", Protocol.NONUNAME)));
        assertEquals(Errno.EPERM,
                client.refused(new Tattach(0, Protocol.NOFID, "no user's name", "/", Protocol.NONUNAME)));
    }

    @Test
    void theThreadIsItselfAgainAfterEachRequest() throws Exception {
        DirectoryTree tree = DirectoryTree.builder(export).readWrite().squashTo(SOMEBODY, SOMEGROUP).build();
        try (FileNode root = tree.attach("/", new FileTree.User("", 0))) {
            root.makeDirectory("theirs", 0700, 0);
            Path own = Files.createFile(export.resolve("own"));
            assertEquals(0, of(own, "uid"));
            assertEquals(0, of(own, "gid"));
            assertThrows(IOException.class, () -> root.makeDirectory("theirs", 0700, 0));
            assertEquals(0, of(Files.createFile(export.resolve("own2")), "uid"));
            String status = Files.readString(Path.of("/proc/thread-self/status"));
            assertTrue(status.contains("Uid:\t0\t0\t0\t0\n"), status);
            assertTrue(status.contains("Gid:\t0\t0\t0\t0\n"), status);
        }
        assertOwner("theirs", SOMEBODY, SOMEGROUP);
    }

    @Test
    void otherThreadsKeepTheirUmask() throws IOException {
        DirectoryTree tree = DirectoryTree.builder(export).readWrite().build();
        String before = umask();
        try (FileNode root = tree.attach("/", new FileTree.User("", 0))) {
            root.makeDirectory("open", 0777, 0);
        }
        assertEquals(040777, of(export.resolve("open"), "mode"));
        assertEquals(before, umask());
    }

    private static String umask() throws IOException {
        return Files.readAllLines(Path.of("/proc/thread-self/status")).stream().filter(l -> l.startsWith("Umask"))
                .findFirst().orElseThrow();
    }

    @Test
    void aVirtualThreadCannotBeSomebody() throws Exception {
        DirectoryTree tree = DirectoryTree.builder(export).squashTo(SOMEBODY, SOMEGROUP).build();
        FutureTask<FileNode> attach = new FutureTask<>(() -> tree.attach("/", new FileTree.User("", 0)));
        Thread.ofVirtual().start(attach);
        ErrnoException refused = assertInstanceOf(ErrnoException.class,
                assertThrows(ExecutionException.class, attach::get).getCause());
        assertEquals(Errno.EPERM, refused.errno());
    }

    /** Two users of one connection, whose requests are held up until a third one's was carried out, on other threads. */
    @Test
    void eachThreadOfAClientIsTheRightUser() throws Exception {
        Semaphore begun = new Semaphore(0);
        Semaphore mayGoOn = new Semaphore(0);
        FileTree tree = DirectoryTree.builder(export).readWrite().actAsAttachingUser().build();
        Server server = Server.builder().export("/", new HeldUpTree(tree, "slow", begun, mayGoOn)).build();
        opened.add(server);
        RawClient client = RawClient.versioned(server.transport("test"), 1 << 16);
        opened.add(client);
        int other = Accounts.of("nobody").uid();
        int third = Accounts.of("daemon").uid();
        attach(client, 0, other);
        attach(client, 1, third);
        attach(client, 2, 0);
        client.send(1, new Tmkdir(0, "slow-nobody", 0777, Accounts.of(other).gid()));
        client.send(2, new Tmkdir(1, "slow-daemon", 0777, Accounts.of(third).gid()));
        assertTrue(begun.tryAcquire(2, 60, TimeUnit.SECONDS));
        client.call(new Tmkdir(2, "quick", 0777, 0), Rmkdir.class);
        mayGoOn.release(2);
        assertInstanceOf(Rmkdir.class, client.receive().message());
        assertInstanceOf(Rmkdir.class, client.receive().message());
        assertOwner("quick", 0, 0);
        assertOwner("slow-nobody", other, Accounts.of(other).gid());
        assertOwner("slow-daemon", third, Accounts.of(third).gid());
        for (String name : List.of("quick", "slow-nobody", "slow-daemon")) {
            assertEquals(0777, (int) of(export.resolve(name), "mode") & 07777, name);
        }
    }
}
