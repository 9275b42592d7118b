package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ninep.client.Messages.assertBegins;
import static org.ninep.client.Messages.assertContains;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ninep.Errno;
import org.ninep.ProtocolException;
import org.ninep.RemoteException;
import org.ninep.codec.DirectoryEntries;
import org.ninep.message.Attr;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.FileSystemStatus;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.Rgetattr;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Rmessage.Rlopen;
import org.ninep.message.Rmessage.Rread;
import org.ninep.message.Rmessage.Rreaddir;
import org.ninep.message.Rmessage.Rreadlink;
import org.ninep.message.Rmessage.Rsetattr;
import org.ninep.message.Rmessage.Rversion;
import org.ninep.message.Rmessage.Rxattrwalk;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage.Tclunk;
import org.ninep.message.Tmessage.Tgetattr;
import org.ninep.message.Tmessage.Tlopen;
import org.ninep.message.Tmessage.Tread;
import org.ninep.message.Tmessage.Treaddir;
import org.ninep.message.Tmessage.Treadlink;
import org.ninep.message.Tmessage.Tsetattr;
import org.ninep.message.Tmessage.Tversion;
import org.ninep.message.Tmessage.Twalk;
import org.ninep.message.Tmessage.Txattrwalk;
import org.ninep.testkit.ScriptedPeer;

@Timeout(120)
class RemoteFileTest {
    private static final int MSIZE = 4096;

    private final ScriptedPeer peer = ScriptedPeer.inProcess("h:564").serving(new byte[1000]).answering(Tversion.class,
            t -> new Rversion(MSIZE, t.version()));
    private Client client;
    private RemoteFile file;
    private int fid;

    @BeforeEach
    void walk() throws IOException {
        client = Client.builder(peer.transport()).connect();
        file = client.attach("", "", 0).walk("f");
        fid = peer.received(Twalk.class).getFirst().newfid();
    }

    @AfterEach
    void close() {
        client.close();
        peer.close();
    }

    @Test
    void getattrAsksForWhatStatKnowsOrForWhatItIsTold() throws IOException {
        assertEquals(1000, file.getattr().size());
        file.getattr(Attr.ALL);
        assertEquals(List.of(new Tgetattr(fid, Attr.BASIC), new Tgetattr(fid, Attr.ALL)),
                peer.received(Tgetattr.class));
    }

    @Test
    void statfsTellsOfTheFileSystem() throws IOException {
        assertEquals(new FileSystemStatus(0x01021997, 4096, 1, 2, 3, 4, 5, 6, 255), file.statfs());
    }

    @Test
    void readlinkGivesTheTarget() throws IOException {
        peer.answering(Treadlink.class, _ -> new Rreadlink("../elsewhere"));
        assertEquals("../elsewhere", file.readlink());
    }

    @Test
    void opensForReadingAndTakesTheServersIounit() throws IOException {
        assertEquals(MSIZE - 24, file.maxCount());
        for (int iounit : new int[]{512, 0, -1, MSIZE - 24, MSIZE}) {
            peer.answering(Tlopen.class, _ -> new Rlopen(file.qid(), iounit));
            file.open();
            assertEquals(iounit == 512 ? 512 : MSIZE - 24, file.maxCount());
        }
        assertEquals(new Tlopen(fid, Tlopen.RDONLY), peer.received(Tlopen.class).getFirst());
    }

    @Test
    void cutsAFileThatTheServerHasOpenedWithoutCuttingIt() throws IOException {
        peer.answering(Tsetattr.class, _ -> new Rsetattr());
        file.open(OpenFlags.WRONLY | OpenFlags.TRUNC);
        assertEquals(List.of(new Tgetattr(fid, Attr.SIZE)), peer.received(Tgetattr.class));
        assertEquals(List.of(SetAttr.NOTHING.withSize(0).request(fid)), peer.received(Tsetattr.class));
        file.open(OpenFlags.WRONLY);
        assertEquals(1, peer.received(Tgetattr.class).size());
    }

    @Test
    void leavesAFileAloneThatTheServerHasCut() throws IOException {
        peer.answering(Tgetattr.class, _ -> new Rgetattr(new Attr(Attr.SIZE, file.qid(), 0, 0, 0, 0, 0, 0, 0,
                0, Timespec.ZERO, Timespec.ZERO, Timespec.ZERO, Timespec.ZERO, 0, 0)));
        file.open(OpenFlags.RDWR | OpenFlags.TRUNC);
        assertEquals(List.of(), peer.received(Tsetattr.class));
    }

    @Test
    void aRefusalSaysWhoRefusedWhatOfWhichFile() {
        peer.answering(Tlopen.class, _ -> new Rlerror(new Errno(13)));
        assertBegins("h:564: Tlopen /f: ", assertThrows(RemoteException.class, file::open));
        peer.answering(Tlopen.class, _ -> new Rlerror(new Errno(4711)));
        assertEquals(4711, assertThrows(RemoteException.class, file::open).errno().number());
    }

    // Directories.

    private static List<DirectoryEntry> entries(int count) {
        List<DirectoryEntry> entries = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            // offsets are opaque: they need not grow
            entries.add(new DirectoryEntry(new Qid(0, 0, i), (long) i * 0x9e3779b97f4a7c15L, DirectoryEntry.DT_REG,
                    "file " + i));
        }
        return entries;
    }

    private static Rreaddir from(List<DirectoryEntry> entries, Treaddir request) {
        ByteBuffer data = ByteBuffer.allocate(request.count());
        boolean reached = request.offset() == 0;
        for (DirectoryEntry entry : entries) {
            if (reached && !DirectoryEntries.encode(entry, data)) {
                break;
            }
            reached |= entry.offset() == request.offset();
        }
        return new Rreaddir(data.flip());
    }

    @Test
    void readsADirectoryInAsManyMessagesAsItTakes() throws IOException {
        List<DirectoryEntry> entries = entries(1000);
        peer.answering(Treaddir.class, t -> from(entries, t));
        assertEquals(entries, file.readdir());
        List<Treaddir> sent = peer.received(Treaddir.class);
        assertTrue(sent.size() > 5);
        assertTrue(sent.stream().allMatch(t -> t.count() == MSIZE - 24));
        assertEquals(0, sent.getFirst().offset());
        assertEquals(entries.getLast().offset(), sent.getLast().offset());
    }

    @Test
    void readsAnEmptyDirectory() throws IOException {
        peer.answering(Treaddir.class, _ -> new Rreaddir(ByteBuffer.allocate(0)));
        assertEquals(List.of(), file.readdir());
    }

    @Test
    void aDirectoryThatComesBackToWhereItWasEndsTheConnection() {
        List<DirectoryEntry> entries = entries(3);
        peer.answering(Treaddir.class,
                t -> from(List.of(entries.get(t.offset() == entries.get(0).offset() ? 1 : 0)),
                        new Treaddir(0, 0, 500)));
        ProtocolException e = assertThrows(ProtocolException.class, file::readdir);
        assertContains("/f comes back to offset", e);
        peer.connection().awaitClosedByClient();
    }

    @Test
    void aTornDirectoryEntryEndsTheConnection() {
        peer.answering(Treaddir.class, _ -> new Rreaddir(ByteBuffer.allocate(23)));
        assertBegins("h:564: /f: ", assertThrows(ProtocolException.class, file::readdir));
        peer.connection().awaitClosedByClient();
    }

    @Test
    void moreOfADirectoryThanWasAskedForEndsTheConnection() {
        peer.answering(Treaddir.class, t -> new Rreaddir(ByteBuffer.allocate(t.count() + 1)));
        assertThrows(ProtocolException.class, file::readdir);
        peer.connection().awaitClosedByClient();
    }

    // Extended attributes.

    private void serveXattr(byte[] value) {
        peer.answering(Txattrwalk.class, t -> t.name().equals("user.none")
                ? (Rmessage) new Rlerror(Errno.ENODATA)
                : new Rxattrwalk(value.length));
        peer.answering(Tread.class, t -> Bytes.answer(value, t, 700));
    }

    @Test
    void readsTheValueOfAnExtendedAttributeAndGivesItsFidBack() throws IOException {
        byte[] value = Bytes.random(10_000, 3);
        serveXattr(value);
        assertArrayEquals(value, file.xattr("user.x"));
        Txattrwalk walk = peer.received(Txattrwalk.class).getFirst();
        assertEquals(new Txattrwalk(fid, walk.newfid(), "user.x"), walk);
        file.statfs();
        assertEquals(List.of(new Tclunk(walk.newfid())), peer.received(Tclunk.class));
    }

    @Test
    void readsAnEmptyValue() throws IOException {
        serveXattr(new byte[0]);
        assertArrayEquals(new byte[0], file.xattr("user.x"));
    }

    @Test
    void listsTheNamesOfExtendedAttributes() throws IOException {
        serveXattr("user.a\0security.selinux\0".getBytes(StandardCharsets.UTF_8));
        assertEquals(List.of("user.a", "security.selinux"), file.xattrs());
        assertEquals("", peer.received(Txattrwalk.class).getFirst().name());
        serveXattr(new byte[0]);
        assertEquals(List.of(), file.xattrs());
    }

    @Test
    void saysThatThereIsNoSuchAttribute() {
        serveXattr(new byte[0]);
        assertEquals(Errno.ENODATA, assertThrows(RemoteException.class, () -> file.xattr("user.none")).errno());
    }

    @Test
    void refusesAnAttributeThatIsTooLargeWithoutReadingIt() throws IOException {
        for (long size : new long[]{65537, Long.MAX_VALUE, -1}) {
            peer.answering(Txattrwalk.class, _ -> new Rxattrwalk(size));
            RemoteException e = assertThrows(RemoteException.class, () -> file.xattr("user.x"));
            assertEquals(Errno.E2BIG, e.errno());
            assertContains(Long.toUnsignedString(size) + " bytes", e);
        }
        file.statfs();
        assertEquals(3, peer.received(Tclunk.class).size());
        assertTrue(peer.received(Tread.class).isEmpty());
    }

    @Test
    void anAttributeShorterThanAnnouncedIsAnError() {
        serveXattr(new byte[10]);
        peer.answering(Txattrwalk.class, _ -> new Rxattrwalk(11));
        assertThrows(EOFException.class, () -> file.xattr("user.x"));
        assertTrue(client.isOpen());
    }

    @Test
    void anAttributeLongerThanAnnouncedIsCut() throws IOException {
        serveXattr(new byte[10]);
        peer.answering(Txattrwalk.class, _ -> new Rxattrwalk(9));
        peer.answering(Tread.class, t -> new Rread(ByteBuffer.allocate(t.count())));
        assertEquals(9, file.xattr("user.x").length);
        assertFalse(peer.received(Tread.class).isEmpty());
    }
}
