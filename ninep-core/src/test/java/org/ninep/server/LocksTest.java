package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.Errno;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Tmessage.*;

/** Record locks of two clients on one file; fid 1 of each is open for reading and writing. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LocksTest {
    private static final int READ = Tlock.RDLCK;
    private static final int WRITE = Tlock.WRLCK;
    private static final int NONE = Tlock.UNLCK;

    @TempDir
    Path dir;

    private Server server;
    private RawClient ann;
    private RawClient bob;

    @BeforeEach
    void serve() throws IOException {
        Files.writeString(dir.resolve("file"), "hello");
        Files.writeString(dir.resolve("another"), "hello");
        server = Server.builder().export("/", DirectoryTree.builder(dir).readWrite().build()).build();
        ann = client();
        bob = client();
    }

    private RawClient client() throws IOException {
        RawClient client = RawClient.attached(server.transport("client"), "/");
        open(client, 1, "file", Tlopen.RDWR);
        return client;
    }

    private static void open(RawClient client, int fid, String name, int flags) throws IOException {
        client.walk(0, fid, name);
        client.call(new Tlopen(fid, flags), Rlopen.class);
    }

    @AfterEach
    void close() throws IOException {
        ann.close();
        bob.close();
        server.close();
    }

    private static int lock(RawClient client, int fid, int type, long start, long length, int process)
            throws IOException {
        return client.call(new Tlock(fid, type, Tlock.BLOCK, start, length, process, "host"), Rlock.class).status();
    }

    private static int lock(RawClient client, int type, long start, long length) throws IOException {
        return lock(client, 1, type, start, length, 1);
    }

    @Test
    void oneMayWriteOrManyMayRead() throws IOException {
        assertEquals(Rlock.SUCCESS, lock(ann, READ, 0, 10));
        assertEquals(Rlock.SUCCESS, lock(bob, READ, 5, 10));
        assertEquals(Rlock.BLOCKED, lock(bob, WRITE, 9, 1));
        assertEquals(Rlock.SUCCESS, lock(bob, WRITE, 10, 1));
        assertEquals(Rlock.BLOCKED, lock(ann, READ, 0, 0));
        assertEquals(Rlock.SUCCESS, lock(bob, NONE, 10, 1));
        assertEquals(Rlock.SUCCESS, lock(ann, READ, 0, 0));
        open(ann, 2, "another", Tlopen.RDWR);
        open(bob, 2, "another", Tlopen.RDWR);
        assertEquals(Rlock.SUCCESS, lock(ann, 2, WRITE, 0, 0, 1));
        assertEquals(Rlock.BLOCKED, lock(bob, 2, WRITE, 0, 0, 1));
    }

    @Test
    void whoWasBlockedGetsTheLockWhenItAsksAgain() throws IOException {
        assertEquals(Rlock.SUCCESS, lock(ann, WRITE, 0, 0));
        assertEquals(Rlock.BLOCKED, lock(bob, WRITE, 100, 1));
        assertEquals(Rlock.SUCCESS, lock(ann, NONE, 0, 0));
        assertEquals(Rlock.SUCCESS, lock(bob, WRITE, 100, 1));
    }

    @Test
    void ownLocksAreReplacedAndSplit() throws IOException {
        assertEquals(Rlock.SUCCESS, lock(ann, WRITE, 0, 100));
        assertEquals(Rlock.SUCCESS, lock(ann, READ, 40, 20));
        assertEquals(Rlock.SUCCESS, lock(bob, READ, 40, 20));
        assertEquals(Rlock.BLOCKED, lock(bob, READ, 39, 1));
        assertEquals(Rlock.BLOCKED, lock(bob, READ, 60, 1));
        assertEquals(Rlock.SUCCESS, lock(ann, NONE, 60, 0));
        assertEquals(Rlock.SUCCESS, lock(bob, WRITE, 60, 0));
    }

    @Test
    void processesOfOneClientAreDifferentOwnersAndFidsAreNot() throws IOException {
        open(ann, 2, "file", Tlopen.RDWR);
        assertEquals(Rlock.SUCCESS, lock(ann, 1, WRITE, 0, 10, 1));
        assertEquals(Rlock.SUCCESS, lock(ann, 2, WRITE, 5, 10, 1));
        assertEquals(Rlock.BLOCKED, lock(ann, 2, WRITE, 0, 10, 2));
        assertEquals(Rlock.BLOCKED, lock(bob, 1, WRITE, 0, 10, 1));
    }

    @Test
    void tellsWhoIsInTheWay() throws IOException {
        lock(ann, 1, READ, 10, 5, 42);
        lock(ann, 1, READ, 5, 2, 43);
        assertEquals(new Rgetlock(READ, 5, 2, 43, "host"),
                bob.call(new Tgetlock(1, WRITE, 0, 0, 7, "bob"), Rgetlock.class));
        assertEquals(new Rgetlock(NONE, 0, 0, 7, "bob"),
                bob.call(new Tgetlock(1, READ, 0, 0, 7, "bob"), Rgetlock.class));
        assertEquals(new Rgetlock(READ, 5, 2, 43, "host"),
                bob.call(new Tgetlock(1, NONE, 0, 0, 7, "bob"), Rgetlock.class), "as Linux' client asks");
        assertEquals(new Rgetlock(NONE, 20, 9, 7, "bob"),
                bob.call(new Tgetlock(1, WRITE, 20, 9, 7, "bob"), Rgetlock.class));
    }

    @Test
    void locksEndWithTheFidThatTookThem() throws IOException {
        open(ann, 2, "file", Tlopen.RDWR);
        lock(ann, 1, WRITE, 0, 10, 1);
        lock(ann, 2, WRITE, 20, 10, 1);
        ann.call(new Tclunk(1), Rclunk.class);
        assertEquals(Rlock.SUCCESS, lock(bob, WRITE, 0, 10));
        assertEquals(Rlock.BLOCKED, lock(bob, WRITE, 20, 10));
        ann.call(new Tremove(2), Rremove.class);
        assertEquals(Rlock.SUCCESS, lock(bob, WRITE, 20, 10));
    }

    @Test
    void locksEndWithTheSession() throws IOException {
        lock(ann, WRITE, 0, 0);
        ann.call(new Tversion(8192, "9P2000.L"), Rversion.class);
        assertEquals(Rlock.SUCCESS, lock(bob, WRITE, 0, 0));
    }

    @Test
    void wantsAnOpenFileOfTheRightMode() throws IOException {
        ann.walk(0, 5, "file");
        assertEquals(Errno.EBADF, ann.refused(new Tlock(5, READ, 0, 0, 0, 1, "h")));
        ann.call(new Tlopen(5, Tlopen.RDONLY), Rlopen.class);
        assertEquals(Errno.EBADF, ann.refused(new Tlock(5, WRITE, 0, 0, 0, 1, "h")));
        assertEquals(Rlock.SUCCESS, lock(ann, 5, READ, 0, 0, 1));
        open(ann, 6, "file", Tlopen.WRONLY);
        assertEquals(Errno.EBADF, ann.refused(new Tlock(6, READ, 0, 0, 0, 1, "h")));
        assertEquals(Errno.EBADF, ann.refused(new Tlock(0, READ, 0, 0, 0, 1, "h")));
        assertEquals(Errno.EBADF, ann.refused(new Tlock(99, READ, 0, 0, 0, 1, "h")));
    }

    @Test
    void refusesWhatIsNoLock() throws IOException {
        for (Tlock wrong : List.of(new Tlock(1, 3, 0, 0, 0, 1, "h"), new Tlock(1, READ, 4, 0, 0, 1, "h"),
                new Tlock(1, READ, 0, -1, 0, 1, "h"), new Tlock(1, READ, 0, 0, -1, 1, "h"),
                new Tlock(1, READ, 0, Long.MAX_VALUE, 1, 1, "h"))) {
            assertEquals(Errno.EINVAL, ann.refused(wrong), wrong::toString);
        }
        assertEquals(Errno.EINVAL, ann.refused(new Tgetlock(1, 3, 0, 0, 1, "h")));
        assertEquals(Rlock.ERROR,
                ann.call(new Tlock(1, READ, Tlock.RECLAIM, 0, 0, 1, "h"), Rlock.class).status());
    }

    @Test
    void aClientHasOnlySoManyLocks() throws IOException {
        assertEquals(Rlock.SUCCESS, lock(ann, WRITE, 0, 0));
        int locks = 1;
        while (locks < Limits.LOCKS) {
            assertEquals(Rlock.SUCCESS, lock(ann, NONE, 2L * locks++, 1));
        }
        assertEquals(Errno.ENOLCK, ann.refused(new Tlock(1, NONE, 0, 2L * locks, 1, 1, "host")));
        open(ann, 2, "another", Tlopen.RDWR);
        assertEquals(Errno.ENOLCK, ann.refused(new Tlock(2, READ, 0, 0, 1, 1, "host")));
        assertEquals(Rlock.SUCCESS, lock(ann, NONE, 0, 0));
        assertEquals(Rlock.SUCCESS, lock(bob, WRITE, 0, 0));
    }
}
