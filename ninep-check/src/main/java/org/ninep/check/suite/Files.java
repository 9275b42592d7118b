package org.ninep.check.suite;

import static org.ninep.check.bench.Observed.require;
import static org.ninep.check.bench.Observed.same;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.ninep.Errno;
import org.ninep.check.bench.Case;
import org.ninep.check.bench.Session;
import org.ninep.check.bench.Subject;
import org.ninep.message.Attr;
import org.ninep.message.Rmessage.Rfsync;
import org.ninep.message.Rmessage.Rlcreate;
import org.ninep.message.Rmessage.Rremove;
import org.ninep.message.Rmessage.Rwrite;
import org.ninep.message.Tmessage.Tfsync;
import org.ninep.message.Tmessage.Tlcreate;
import org.ninep.message.Tmessage.Tlopen;
import org.ninep.message.Tmessage.Tread;
import org.ninep.message.Tmessage.Tremove;
import org.ninep.message.Tmessage.Twrite;

/** Making files and writing them. */
final class Files {
    private Files() {}

    static List<Case> cases() {
        return List.of(
                new Case("create.file", "Tlcreate makes fid, a directory, the new open file, with the mode asked for",
                        "diod's protocol.md", Files::create),
                new Case("create.exists",
                        "Tlcreate with O_EXCL of a name that exists is refused with EEXIST; fid stays",
                        "open(2)", Files::exists),
                new Case("create.iounit", "Rlcreate's iounit is 0, or such that Twrite of so much fits into msize",
                        "open(5)", Files::iounit),
                new Case("write.offsets", "What is written at an offset is read there; what lies between is zero",
                        "write(5)", Files::offsets),
                new Case("write.large",
                        "A Twrite of msize - 24 bytes is taken, all or in part, and nothing else changes",
                        "write(5)", Files::large),
                new Case("write.nothing", "A Twrite of no bytes is answered with 0", "write(5)", Files::nothing),
                new Case("write.other-connection", "What is written is read on another connection at once", "write(5)",
                        Files::otherConnection),
                new Case("write.not-open-for-it",
                        "A fid open for reading is not written, one open for writing not read: EBADF",
                        "write(2), read(2)", Files::notOpenForIt),
                new Case("write.fsync", "Tfsync of what was written is carried out", "fsync(2)", Files::fsync),
                new Case("open.truncate", "Tlopen with O_TRUNC empties the file", "open(2)", Files::truncate),
                new Case("open.directory-for-writing", "Tlopen of a directory for writing is refused with EISDIR",
                        "open(2)",
                        Files::directoryForWriting),
                new Case("open.unlinked",
                        "An open file whose name is removed can be read and written until it is clunked",
                        "unlink(2)", Files::unlinked),
                new Case("open.renamed", "An open file that is renamed stays open", "rename(2)", Files::renamed));
    }

    private static void create(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.file("create.file");
        made.session().write(fid, 0, Made.TEXT);
        same("0123456789", made.text(fid), "what was written");
        Attr attr = made.session().attr(fid);
        require(attr.isRegular() && attr.size() == 10,
                "mode 0" + Integer.toOctalString(attr.mode()) + ", size " + attr.size());
        same(attr.qid(), made.session().qid(made.session().walk("create.file")), "the qid of the name");
        if ((attr.mode() & 07777) != 0640) {
            server.differs("made with mode 0640, it has 0" + Integer.toOctalString(attr.mode() & 07777));
        }
    }

    private static void exists(Subject server) throws IOException {
        Made made = Made.in(server);
        made.session().clunk(made.file("create.exists"));
        int fid = made.session().walk();
        made.session().refused(new Tlcreate(fid, "create.exists", Tlopen.RDWR | Made.EXCLUSIVE, 0600, made.gid()),
                Errno.EEXIST);
        same(made.session().qid(Session.HOME), made.session().qid(fid), "the qid of fid after the refusal");
    }

    private static void iounit(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.session().walk();
        int iounit = made.session()
                .call(new Tlcreate(fid, "create.iounit", Tlopen.RDWR, 0600, made.gid()), Rlcreate.class).iounit();
        require(iounit >= 0 && iounit <= made.session().msize() - 23,
                "iounit " + Integer.toUnsignedString(iounit) + " where msize is " + made.session().msize());
    }

    private static void offsets(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.file("write.offsets");
        made.session().write(fid, 5, Made.TEXT);
        same("\0\0\0\0\0" + "0123456789", made.text(fid), "after ten bytes at offset 5");
        made.session().write(fid, 7, Arrays.copyOf(Made.TEXT, 2));
        same("\0\0\0\0\0" + "0101456789", made.text(fid), "after two bytes at offset 7");
    }

    private static void large(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.file("write.large");
        byte[] data = new byte[made.session().count()];
        Arrays.fill(data, (byte) 'x');
        int count = made.session().call(new Twrite(fid, 0, ByteBuffer.wrap(data)), Rwrite.class).count();
        require(count > 0 && count <= data.length, "Rwrite with count " + Integer.toUnsignedString(count));
        same((long) count, made.session().attr(fid).size(), "the size of the file");
    }

    private static void nothing(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.file("write.nothing");
        same(0, made.session().call(new Twrite(fid, 100, ByteBuffer.allocate(0)), Rwrite.class).count(), "the count");
        same(0L, made.session().attr(fid).size(), "the size of the file");
    }

    private static void otherConnection(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.file("write.other-connection");
        Made other = Made.in(server);
        int reading = other.session().walk("write.other-connection");
        other.session().open(reading);
        made.session().write(fid, 0, Made.TEXT);
        same("0123456789", other.text(reading), "what another connection reads");
    }

    private static void notOpenForIt(Subject server) throws IOException {
        Made made = Made.in(server);
        int reading = made.closed("write.not-open-for-it");
        int writing = made.session().walk(reading, List.of());
        made.session().open(reading, Tlopen.RDONLY);
        made.session().open(writing, Tlopen.WRONLY);
        made.session().refused(new Twrite(reading, 0, ByteBuffer.wrap(Made.TEXT)), Errno.EBADF);
        made.session().refused(new Tread(writing, 0, 1), Errno.EBADF);
    }

    private static void fsync(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.file("write.fsync");
        made.session().write(fid, 0, Made.TEXT);
        made.session().call(new Tfsync(fid, 1), Rfsync.class);
        made.session().call(new Tfsync(fid, 0), Rfsync.class);
    }

    private static void truncate(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.closed("open.truncate");
        made.session().open(fid, Tlopen.RDWR | Tlopen.TRUNC);
        same(0L, made.session().attr(fid).size(), "the size of the file");
        same("", made.text(fid), "the content");
    }

    private static void directoryForWriting(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.directory("open.directory-for-writing");
        made.session().refused(new Tlopen(fid, Tlopen.WRONLY), Errno.EISDIR);
        made.session().refused(new Tlopen(fid, Tlopen.RDWR), Errno.EISDIR);
    }

    private static void unlinked(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.file("open.unlinked");
        made.session().write(fid, 0, Made.TEXT);
        made.session().call(new Tremove(made.session().walk("open.unlinked")), Rremove.class);
        require(!made.has("open.unlinked"), "the name is still there");
        same("0123456789", made.text(fid), "what it holds");
        made.session().write(fid, 10, Made.TEXT);
        same("01234567890123456789", made.text(fid), "what it holds after a write");
        same(20L, made.session().attr(fid).size(), "its size");
        made.session().clunk(fid);
    }

    private static void renamed(Subject server) throws IOException {
        Made made = Made.in(server);
        int fid = made.file("open.renamed");
        made.session().write(fid, 0, Made.TEXT);
        Moves.rename(made, "open.renamed", "open.renamed.new");
        same("0123456789", made.text(fid), "what it holds");
        made.session().write(fid, 0, Arrays.copyOf(Made.TEXT, 1));
    }
}
