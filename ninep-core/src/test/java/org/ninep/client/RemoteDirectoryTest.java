package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ninep.client.Messages.assertBegins;
import static org.ninep.client.Messages.assertContains;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.RequestTimeoutException;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage.Rclunk;
import org.ninep.message.Rmessage.Rflush;
import org.ninep.message.Rmessage.Rlcreate;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Rmessage.Rlink;
import org.ninep.message.Rmessage.Rmkdir;
import org.ninep.message.Rmessage.Rmknod;
import org.ninep.message.Rmessage.Rremove;
import org.ninep.message.Rmessage.Rrename;
import org.ninep.message.Rmessage.Rrenameat;
import org.ninep.message.Rmessage.Rsymlink;
import org.ninep.message.Rmessage.Runlinkat;
import org.ninep.message.Rmessage.Rwalk;
import org.ninep.message.Rmessage.Rwrite;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.Tclunk;
import org.ninep.message.Tmessage.Tflush;
import org.ninep.message.Tmessage.Tlcreate;
import org.ninep.message.Tmessage.Tlink;
import org.ninep.message.Tmessage.Tmkdir;
import org.ninep.message.Tmessage.Tmknod;
import org.ninep.message.Tmessage.Tremove;
import org.ninep.message.Tmessage.Trename;
import org.ninep.message.Tmessage.Trenameat;
import org.ninep.message.Tmessage.Tsetattr;
import org.ninep.message.Tmessage.Tsymlink;
import org.ninep.message.Tmessage.Tunlinkat;
import org.ninep.message.Tmessage.Twalk;
import org.ninep.message.Tmessage.Twrite;
import org.ninep.testkit.FakeClock;
import org.ninep.testkit.ScriptedPeer;

/** What goes over the wire when names are made, moved and removed, and what becomes of the fids. */
@Timeout(120)
class RemoteDirectoryTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final int GID = 44;
    private static final Qid MADE = new Qid(Qid.FILE, 0, 99);
    private static final Qid DIRECTORY = new Qid(Qid.DIRECTORY, 0, 98);

    private final FakeClock clock = new FakeClock();
    private final ScriptedPeer peer = ScriptedPeer.inProcess("h:564").serving(new byte[10]);
    private Client client;
    private RemoteFile dir;
    private RemoteDirectory names;
    private int fid;

    @BeforeEach
    void open() throws IOException {
        client = Client.builder(peer.transport()).timeSource(clock).requestTimeout(LONG).connect();
        dir = client.attach("", "", 0).walk("d");
        fid = peer.received(Twalk.class).getFirst().newfid();
        names = dir.directory(GID);
    }

    @AfterEach
    void close() {
        client.close();
        peer.close();
        assertEquals(0, clock.watchers());
    }

    private <T extends Tmessage> T only(Class<T> type) {
        List<T> all = peer.received(type);
        assertEquals(1, all.size(), all::toString);
        return all.getFirst();
    }

    private static RemoteException refused(Errno errno, Executable work) {
        RemoteException e = assertThrows(RemoteException.class, work);
        assertEquals(errno, e.errno());
        return e;
    }

    /** Walks lead to a directory, and no further than to one name. */
    private void walksLeadTo(Qid qid) {
        peer.answering(Twalk.class, t -> new Rwalk(t.names().isEmpty() ? List.of() : List.of(qid)));
    }

    /** By the first answer all that came before it is dealt with, and what that sends goes out before the second request. */
    private void assertClunked(int fid) throws IOException {
        dir.statfs();
        dir.statfs();
        assertTrue(peer.received(Tclunk.class).contains(new Tclunk(fid)), "fid " + fid + " is given back");
    }

    // Tlcreate.

    @Test
    void createsOnACloneOfTheDirectoryWhichBecomesTheFile() throws IOException {
        peer.answering(Tlcreate.class, _ -> new Rlcreate(MADE, 512));
        peer.answering(Twrite.class, t -> new Rwrite(t.data().remaining()));
        RemoteFile file = names.create("new", OpenFlags.RDWR | OpenFlags.EXCL, 0640);
        Twalk clone = peer.received(Twalk.class).getLast();
        assertEquals(new Twalk(fid, clone.newfid(), List.of()), clone);
        assertEquals(new Tlcreate(clone.newfid(), "new", 0xc2, 0640, GID), only(Tlcreate.class));
        assertEquals(MADE, file.qid());
        assertEquals("/d/new", file.path());
        assertEquals(512, file.maxCount());
        file.write(ByteBuffer.allocate(1), 0);
        assertEquals(clone.newfid(), only(Twrite.class).fid());
        file.close();
        assertClunked(clone.newfid());
    }

    @Test
    void cutsAFileThatWasThereAndClosesItIfThatFails() throws IOException {
        peer.answering(Tlcreate.class, _ -> new Rlcreate(MADE, 0));
        peer.answering(Tsetattr.class, _ -> new Rlerror(Errno.EACCES));
        refused(Errno.EACCES, () -> names.create("new", OpenFlags.RDWR | OpenFlags.TRUNC, 0640));
        int created = only(Tlcreate.class).fid();
        assertEquals(SetAttr.NOTHING.withSize(0).request(created), only(Tsetattr.class));
        assertClunked(created);
    }

    @Test
    void aRefusedCreateGivesTheCloneBack() throws IOException {
        peer.answering(Tlcreate.class, _ -> new Rlerror(Errno.EEXIST));
        RemoteException e = refused(Errno.EEXIST, () -> names.create("new", OpenFlags.RDWR, 0640));
        assertBegins("h:564: Tlcreate /d/new: ", e);
        assertClunked(only(Tlcreate.class).fid());
    }

    @Test
    void aCreateThatTimesOutGivesTheFidBackOnceItIsOver() throws Exception {
        peer.holding(Tlcreate.class).holding(Tflush.class);
        Background<RemoteFile> creating = Background.run(() -> names.create("new", OpenFlags.RDWR, 0640));
        var request = peer.expect(Tlcreate.class);
        clock.advance(LONG);
        creating.failure(RequestTimeoutException.class);
        assertTrue(peer.received(Tclunk.class).isEmpty());
        request.answer(new Rlcreate(MADE, 0));
        peer.expect(Tflush.class).answer(new Rflush());
        assertClunked(request.message().fid());
    }

    // The others that make something.

    @Test
    void makesDirectoriesNodesLinksAndSymbolicLinks() throws IOException {
        peer.answering(Tmkdir.class, _ -> new Rmkdir(DIRECTORY)).answering(Tmknod.class, _ -> new Rmknod(MADE))
                .answering(Tsymlink.class, _ -> new Rsymlink(MADE)).answering(Tlink.class, _ -> new Rlink());
        assertEquals(DIRECTORY, names.mkdir("sub", 0751));
        assertEquals(new Tmkdir(fid, "sub", 0751, GID), only(Tmkdir.class));
        assertEquals(MADE, names.mknod("dev", 0020600, 5, 7));
        assertEquals(new Tmknod(fid, "dev", 0020600, 5, 7, GID), only(Tmknod.class));
        assertEquals(MADE, names.symlink("sym", "../any where"));
        assertEquals(new Tsymlink(fid, "sym", "../any where", GID), only(Tsymlink.class));
        try (RemoteFile file = dir.walk("f")) {
            names.link(file, "hard");
            assertEquals(new Tlink(fid, peer.received(Twalk.class).getLast().newfid(), "hard"), only(Tlink.class));
        }
    }

    @Test
    void eachRefusalNamesRequestAndPath() throws IOException {
        Rlerror no = new Rlerror(Errno.EROFS);
        peer.answering(Tmkdir.class, _ -> no).answering(Tmknod.class, _ -> no).answering(Tsymlink.class, _ -> no)
                .answering(Tlink.class, _ -> no).answering(Trenameat.class, _ -> no)
                .answering(Tunlinkat.class, _ -> no);
        assertBegins("h:564: Tmkdir /d/n: ", refused(Errno.EROFS, () -> names.mkdir("n", 0755)));
        assertBegins("h:564: Tmknod /d/n: ", refused(Errno.EROFS, () -> names.mknod("n", 0010600, 0, 0)));
        assertBegins("h:564: Tsymlink /d/n: ", refused(Errno.EROFS, () -> names.symlink("n", "x")));
        assertBegins("h:564: Trenameat /d/n: ", refused(Errno.EROFS, () -> names.rename("n", names, "m")));
        assertBegins("h:564: Tunlinkat /d/n: ", refused(Errno.EROFS, () -> names.unlink("n")));
        try (RemoteFile file = dir.walk("f")) {
            assertBegins("h:564: Tlink /d/n: ", refused(Errno.EROFS, () -> names.link(file, "n")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "/", "a\0"})
    void refusesWhatIsNoName(String name) throws IOException {
        int before = peer.received().size();
        List<Executable> all = List.of(() -> names.create(name, 0, 0), () -> names.mkdir(name, 0),
                () -> names.mknod(name, 0, 0, 0), () -> names.symlink(name, "t"), () -> names.link(dir, name),
                () -> names.rename(name, names, "x"), () -> names.rename("x", names, name), () -> names.unlink(name),
                () -> names.rmdir(name), () -> dir.rename(names, name));
        for (Executable each : all) {
            assertContains("is not a name", assertThrows(IllegalArgumentException.class, each));
        }
        dir.statfs();
        assertEquals(before + 1, peer.received().size());
    }

    @Test
    void refusesFilesOfAnotherConnectionAndOnesThatAreClosed() throws IOException {
        try (Client other = Client.builder(peer.transport()).connect(); RemoteFile far = other.attach("", "", 0)) {
            assertThrows(IllegalArgumentException.class, () -> names.link(far, "n"));
            assertThrows(IllegalArgumentException.class, () -> names.rename("n", far.directory(), "m"));
            assertThrows(IllegalArgumentException.class, () -> far.rename(names, "n"));
        }
        RemoteFile closed = dir.walk("f");
        closed.close();
        assertContains("/d/f is closed", assertThrows(ClosedChannelException.class, () -> names.link(closed, "n")));
        assertThrows(ClosedChannelException.class, () -> names.rename("n", closed.directory(), "m"));
        assertThrows(ClosedChannelException.class, () -> closed.directory().mkdir("n", 0));
        assertTrue(peer.received(Tlink.class).isEmpty());
    }

    // Moving.

    @Test
    void renamesByTrenameat() throws IOException {
        peer.answering(Trenameat.class, _ -> new Rrenameat());
        try (RemoteFile target = dir.walk("t")) {
            int to = peer.received(Twalk.class).getLast().newfid();
            names.rename("a", target.directory(), "b");
            assertEquals(new Trenameat(fid, "a", to, "b"), only(Trenameat.class));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {95, 38})
    void renamesByTrenameWhereTheServerLacksTrenameatAndRemembersThat(int errno) throws IOException {
        peer.answering(Trenameat.class, _ -> new Rlerror(new Errno(errno)));
        peer.answering(Trename.class, _ -> new Rrename());
        names.rename("a", names, "b");
        Twalk walk = peer.received(Twalk.class).getLast();
        assertEquals(new Twalk(fid, walk.newfid(), List.of("a")), walk);
        assertEquals(new Trename(walk.newfid(), fid, "b"), only(Trename.class));
        assertClunked(walk.newfid());
        names.rename("c", names, "d");
        assertEquals(1, peer.received(Trenameat.class).size());
        assertEquals(2, peer.received(Trename.class).size());
        peer.answering(Trename.class, _ -> new Rlerror(Errno.EXDEV));
        assertBegins("h:564: Trename /d/e: ", refused(Errno.EXDEV, () -> names.rename("e", names, "f")));
        assertClunked(peer.received(Trename.class).getLast().fid());
        refused(Errno.EXDEV, () -> names.rename("e", names, "f"));
    }

    @Test
    void anotherRefusalIsNoReasonToTryAnotherWay() throws IOException {
        peer.answering(Trenameat.class, _ -> new Rlerror(Errno.EPERM));
        peer.answering(Tunlinkat.class, _ -> new Rlerror(Errno.EPERM));
        for (int i = 1; i <= 2; i++) {
            refused(Errno.EPERM, () -> names.rename("a", names, "b"));
            refused(Errno.EPERM, () -> names.unlink("a"));
            assertEquals(i, peer.received(Trenameat.class).size());
            assertEquals(i, peer.received(Tunlinkat.class).size());
        }
    }

    @Test
    void movesAFileByItsFidWhichStaysUsable() throws IOException {
        peer.answering(Trename.class, _ -> new Rrename());
        RemoteFile file = dir.walk("f");
        int moved = peer.received(Twalk.class).getLast().newfid();
        file.rename(names, "g");
        assertEquals(new Trename(moved, fid, "g"), only(Trename.class));
        file.open();
        file.rename(names, "h");
        int clone = peer.received(Twalk.class).getLast().newfid();
        assertEquals(new Trename(clone, fid, "h"), peer.received(Trename.class).getLast());
        assertNotEquals(moved, clone, "a fid that is open is not used");
        assertClunked(clone);
        assertEquals(10, file.getattr().size());
    }

    // Removing.

    @Test
    void removesByTunlinkat() throws IOException {
        peer.answering(Tunlinkat.class, _ -> new Runlinkat());
        names.unlink("a");
        names.rmdir("b");
        assertEquals(List.of(new Tunlinkat(fid, "a", 0), new Tunlinkat(fid, "b", 0x200)),
                peer.received(Tunlinkat.class));
    }

    @ParameterizedTest
    @ValueSource(ints = {95, 38})
    void removesByTremoveWhereTheServerLacksTunlinkatAndRemembersThat(int errno) throws IOException {
        peer.answering(Tunlinkat.class, _ -> new Rlerror(new Errno(errno)));
        peer.answering(Tremove.class, _ -> new Rremove());
        walksLeadTo(MADE);
        names.unlink("a");
        Twalk walk = peer.received(Twalk.class).getLast();
        assertEquals(new Twalk(fid, walk.newfid(), List.of("a")), walk);
        assertEquals(new Tremove(walk.newfid()), only(Tremove.class));
        assertBegins("h:564: Tremove /d/a: ", refused(Errno.ENOTDIR, () -> names.rmdir("a")));
        walksLeadTo(DIRECTORY);
        assertBegins("h:564: Tremove /d/a: ", refused(Errno.EISDIR, () -> names.unlink("a")));
        assertEquals(1, peer.received(Tremove.class).size());
        names.rmdir("a");
        assertEquals(2, peer.received(Tremove.class).size());
        peer.answering(Tremove.class, _ -> new Rlerror(Errno.ENOTEMPTY));
        refused(Errno.ENOTEMPTY, () -> names.rmdir("a"));
        dir.statfs();
        assertEquals(2, peer.received(Tclunk.class).size(), "what Tremove was asked of is clunked by it");
        assertEquals(1, peer.received(Tunlinkat.class).size());
    }

    @Test
    void removeClosesTheFileWhateverTheAnswer() throws Exception {
        for (boolean granted : new boolean[]{true, false}) {
            peer.answering(Tremove.class, _ -> granted ? new Rremove() : new Rlerror(Errno.EACCES));
            RemoteFile file = dir.walk("f");
            int removed = peer.received(Twalk.class).getLast().newfid();
            if (granted) {
                file.remove();
            } else {
                assertBegins("h:564: Tremove /d/f: ", refused(Errno.EACCES, file::remove));
            }
            assertThrows(ClosedChannelException.class, file::getattr);
            assertThrows(ClosedChannelException.class, file::remove);
            file.close();
            try (RemoteFile next = dir.walk("g")) {
                assertEquals(removed, peer.received(Twalk.class).getLast().newfid(), "the fid is free");
                assertEquals("/d/g", next.path());
            }
            // by then the clunk has been answered
            dir.statfs();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRemoveThatTimesOutKeepsTheFidUntilItIsKnownToBeGone(boolean carriedOut) throws Exception {
        peer.holding(Tremove.class).holding(Tflush.class).holding(Tclunk.class);
        RemoteFile file = dir.walk("f");
        Background<Void> removing = Background.run(() -> {
            file.remove();
            return null;
        });
        var request = peer.expect(Tremove.class);
        clock.advance(LONG);
        removing.failure(RequestTimeoutException.class);
        if (carriedOut) {
            request.answer(new Rremove());
        }
        peer.expect(Tflush.class).answer(new Rflush());
        if (!carriedOut) {
            peer.expect(Tclunk.class, t -> t.fid() == request.message().fid()).answer(new Rclunk());
        }
        dir.statfs();
        assertTrue(peer.held().isEmpty());
        try (RemoteFile next = dir.walk("g")) {
            assertEquals(request.message().fid(), peer.received(Twalk.class).getLast().newfid());
            assertEquals("/d/g", next.path());
        }
    }
}
