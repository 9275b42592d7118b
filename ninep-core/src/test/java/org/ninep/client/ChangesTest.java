package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ninep.client.Messages.assertBegins;
import static org.ninep.client.Messages.assertContains;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.RequestTimeoutException;
import org.ninep.message.Rmessage.Rclunk;
import org.ninep.message.Rmessage.Rflush;
import org.ninep.message.Rmessage.Rfsync;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Rmessage.Rsetattr;
import org.ninep.message.Rmessage.Rversion;
import org.ninep.message.Rmessage.Rwrite;
import org.ninep.message.Rmessage.Rxattrcreate;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.Tclunk;
import org.ninep.message.Tmessage.Tflush;
import org.ninep.message.Tmessage.Tfsync;
import org.ninep.message.Tmessage.Tsetattr;
import org.ninep.message.Tmessage.Tversion;
import org.ninep.message.Tmessage.Twalk;
import org.ninep.message.Tmessage.Twrite;
import org.ninep.message.Tmessage.Txattrcreate;
import org.ninep.testkit.FakeClock;
import org.ninep.testkit.ScriptedPeer;

/** Attributes, extended attributes and fsync. */
@Timeout(120)
class ChangesTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Timespec THEN = new Timespec(1234, 567);

    private final FakeClock clock = new FakeClock();
    private final ScriptedPeer peer = ScriptedPeer.inProcess("h:564").serving(new byte[10]).answering(Tversion.class,
            t -> new Rversion(4096, t.version()));
    private final ByteArrayOutputStream value = new ByteArrayOutputStream();
    private Client client;
    private RemoteFile file;
    private int fid;

    @BeforeEach
    void open() throws IOException {
        client = Client.builder(peer.transport()).timeSource(clock).requestTimeout(LONG).connect();
        file = client.attach("", "", 0).walk("f");
        fid = peer.received(Twalk.class).getFirst().newfid();
        peer.answering(Txattrcreate.class, _ -> new Rxattrcreate());
        peer.answering(Twrite.class, t -> {
            byte[] some = new byte[Math.min(1000, t.data().remaining())];
            t.data().duplicate().get(some);
            value.writeBytes(some);
            return new Rwrite(some.length);
        });
    }

    @AfterEach
    void close() {
        client.close();
        peer.close();
    }

    private Tsetattr sent(SetAttr changes) throws IOException {
        file.setattr(changes);
        return peer.received(Tsetattr.class).getLast();
    }

    private static RemoteException refused(Errno errno, org.junit.jupiter.api.function.Executable work) {
        RemoteException e = assertThrows(RemoteException.class, work);
        assertEquals(errno, e.errno());
        return e;
    }

    // Tsetattr.

    @Test
    void eachChangeSetsItsBitAndItsField() throws IOException {
        peer.answering(Tsetattr.class, _ -> new Rsetattr());
        SetAttr none = SetAttr.NOTHING;
        Timespec zero = Timespec.ZERO;
        assertEquals(new Tsetattr(fid, 0, 0, 0, 0, 0, zero, zero), sent(none));
        assertEquals(new Tsetattr(fid, 0x1, 0640, 0, 0, 0, zero, zero), sent(none.withMode(0640)));
        assertEquals(new Tsetattr(fid, 0x2, 0, 7, 0, 0, zero, zero), sent(none.withUid(7)));
        assertEquals(new Tsetattr(fid, 0x4, 0, 0, 8, 0, zero, zero), sent(none.withGid(8)));
        assertEquals(new Tsetattr(fid, 0x8, 0, 0, 0, 9, zero, zero), sent(none.withSize(9)));
        assertEquals(new Tsetattr(fid, 0x90, 0, 0, 0, 0, THEN, zero), sent(none.withAtime(THEN)));
        assertEquals(new Tsetattr(fid, 0x10, 0, 0, 0, 0, zero, zero), sent(none.withAtimeNow()));
        assertEquals(new Tsetattr(fid, 0x120, 0, 0, 0, 0, zero, THEN), sent(none.withMtime(THEN)));
        assertEquals(new Tsetattr(fid, 0x20, 0, 0, 0, 0, zero, zero), sent(none.withMtimeNow()));
        assertEquals(new Tsetattr(fid, 0x40, 0, 0, 0, 0, zero, zero), sent(none.withCtimeNow()));
        assertEquals(new Tsetattr(fid, 0x1ff, 1, 2, 3, 4, THEN, THEN), sent(
                none.withCtimeNow().withMtime(THEN).withAtime(THEN).withSize(4).withGid(3).withUid(2).withMode(1)));
        assertEquals(new Tsetattr(fid, 0x30, 0, 0, 0, 0, zero, zero),
                sent(none.withMtime(THEN).withAtime(THEN).withMtimeNow().withAtimeNow()));
    }

    @Test
    void refusesChangesThatMeanNothing() {
        assertThrows(IllegalArgumentException.class, () -> SetAttr.NOTHING.withSize(-1));
        assertThrows(IllegalArgumentException.class, () -> SetAttr.NOTHING.withAtime(new Timespec(0, 1_000_000_000)));
        assertThrows(IllegalArgumentException.class, () -> SetAttr.NOTHING.withMtime(new Timespec(0, -1)));
        for (int valid : new int[]{0x200, 0x80, 0x100, -1}) {
            assertThrows(IllegalArgumentException.class,
                    () -> new SetAttr(valid, 0, 0, 0, 0, Timespec.ZERO, Timespec.ZERO));
        }
    }

    @Test
    void aRefusedChangeSaysSo() {
        peer.answering(Tsetattr.class, _ -> new Rlerror(Errno.EPERM));
        assertBegins("h:564: Tsetattr /f: ",
                refused(Errno.EPERM, () -> file.setattr(SetAttr.NOTHING.withUid(0))));
    }

    // Tfsync.

    @Test
    void fsyncSaysWhetherTheDataIsEnough() throws IOException {
        peer.answering(Tfsync.class, _ -> new Rfsync());
        file.fsync(false);
        file.fsync(true);
        assertEquals(List.of(new Tfsync(fid, 0), new Tfsync(fid, 1)), peer.received(Tfsync.class));
        peer.answering(Tfsync.class, _ -> new Rlerror(Errno.EIO));
        assertBegins("h:564: Tfsync /f: ", refused(Errno.EIO, () -> file.fsync(false)));
    }

    // Txattrcreate.

    private List<Tmessage> since(int index) {
        List<Tmessage> all = peer.received();
        return all.subList(index, all.size());
    }

    @Test
    void setsAnExtendedAttributeThroughAFidOfItsOwn() throws IOException {
        int before = peer.received().size();
        byte[] bytes = Bytes.random(10_000, 6);
        file.setXattr("user.x", ByteBuffer.wrap(bytes), RemoteFile.XATTR_CREATE);
        List<Tmessage> sent = since(before);
        int clone = ((Twalk) sent.getFirst()).newfid();
        assertEquals(new Twalk(fid, clone, List.of()), sent.getFirst());
        assertEquals(new Txattrcreate(clone, "user.x", 10_000, 1), sent.get(1));
        assertEquals(new Tclunk(clone), sent.getLast());
        assertTrue(sent.subList(2, sent.size() - 1).stream().allMatch(t -> t instanceof Twrite w && w.fid() == clone));
        assertEquals(10_000, value.size());
        file.setXattr("user.x", ByteBuffer.wrap(bytes, 0, 1000), 0);
        assertArrayEquals(Bytes.range(bytes, 0, 1000), Bytes.range(value.toByteArray(), 10_000, 1000));
    }

    @Test
    void whatTheClunkAnswersIsTheResult() throws IOException {
        peer.answering(Tclunk.class, _ -> new Rlerror(Errno.ENOSPC));
        RemoteException e = refused(Errno.ENOSPC, () -> file.setXattr("user.x", ByteBuffer.allocate(3), 0));
        assertBegins("h:564: Tclunk /f xattr user.x: ", e);
        int clone = peer.received(Tclunk.class).getFirst().fid();
        file.walk("g");
        assertEquals(clone, peer.received(Twalk.class).getLast().newfid(), "the fid is free whatever the answer");
        assertEquals(1, peer.received(Tclunk.class).size());
    }

    @Test
    void aRefusedOrBrokenAttributeGivesItsFidBack() throws IOException {
        peer.answering(Twrite.class, _ -> new Rlerror(Errno.EDQUOT));
        refused(Errno.EDQUOT, () -> file.setXattr("user.x", ByteBuffer.allocate(3), 0));
        file.statfs();
        assertEquals(1, peer.received(Tclunk.class).size());
        peer.answering(Txattrcreate.class, _ -> new Rlerror(Errno.EOPNOTSUPP));
        assertBegins("h:564: Txattrcreate /f xattr user.x: ",
                refused(Errno.EOPNOTSUPP, () -> file.setXattr("user.x", ByteBuffer.allocate(3), 0)));
        file.statfs();
        assertEquals(2, peer.received(Tclunk.class).size());
    }

    @Test
    void aClunkThatTimesOutIsAskedForAgainIfItWasNotCarriedOut() throws Exception {
        peer.holding(Tclunk.class).holding(Tflush.class);
        Background<Void> setting = Background.run(() -> {
            file.setXattr("user.x", ByteBuffer.allocate(3), 0);
            return null;
        });
        var clunk = peer.expect(Tclunk.class);
        clock.advance(LONG);
        setting.failure(RequestTimeoutException.class);
        peer.expect(Tflush.class).answer(new Rflush());
        peer.expect(Tclunk.class, t -> t.equals(clunk.message())).answer(new Rclunk());
    }

    @Test
    void removesAnAttributeByAValueOfSizeNothing() throws IOException {
        file.removeXattr("user.x");
        assertEquals("user.x", peer.received(Txattrcreate.class).getFirst().name());
        assertEquals(0, peer.received(Txattrcreate.class).getFirst().size());
        assertEquals(RemoteFile.XATTR_REPLACE, peer.received(Txattrcreate.class).getFirst().flags());
        assertTrue(peer.received(Twrite.class).isEmpty());
        assertEquals(1, peer.received(Tclunk.class).size());
    }

    @Test
    void refusesValuesThatCannotBeSet() {
        assertContains("would remove it", assertThrows(IllegalArgumentException.class,
                () -> file.setXattr("user.x", ByteBuffer.allocate(0), 0)));
        assertContains("65537 bytes", assertThrows(IllegalArgumentException.class,
                () -> file.setXattr("user.x", ByteBuffer.allocate(65537), 0)));
        assertTrue(peer.received(Txattrcreate.class).isEmpty());
    }
}
