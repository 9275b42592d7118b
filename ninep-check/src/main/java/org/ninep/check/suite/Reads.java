package org.ninep.check.suite;

import static org.ninep.check.bench.Observed.require;
import static org.ninep.check.bench.Observed.same;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.ninep.Errno;
import org.ninep.check.bench.Case;
import org.ninep.check.bench.Observed;
import org.ninep.check.bench.Session;
import org.ninep.check.bench.Subject;
import org.ninep.message.Attr;
import org.ninep.message.Rmessage.Rlopen;
import org.ninep.message.Rmessage.Rread;
import org.ninep.message.Tmessage.Tlopen;
import org.ninep.message.Tmessage.Tread;

/** Tlopen and Tread. */
final class Reads {
    /** Files up to this length are read whole; of others the beginning. */
    private static final int MOST = 1 << 20;
    /** What Rread has before its data. */
    private static final int RREAD = 11;

    private Reads() {}

    static List<Case> cases() {
        return List.of(
                new Case("open.qid", "Rlopen has the qid that the walk had", "open(5)", Reads::qid),
                new Case("open.iounit", "iounit is 0, or such that Rread of so much fits into msize",
                        "open(5); trap: diod's iounit is 0", Reads::iounit),
                new Case("open.twice", "Tlopen of an open fid is refused", "open(5)", Reads::twice),
                new Case("open.missing-directory-flag", "Tlopen of a file with O_DIRECTORY is refused with ENOTDIR",
                        "open(2)", Reads::notADirectory),
                new Case("read.whole",
                        "Reading on brings as many bytes as the size says, then 0; short reads are legal",
                        "read(5)", Reads::whole),
                new Case("read.same-bytes", "Reads of any length at any offset bring the same bytes", "read(5)",
                        Reads::sameBytes),
                new Case("read.safe-count", "A count of iounit, or msize - 24, is answered with data",
                        "trap: msize - 24 is the largest safe count", Reads::safeCount),
                new Case("read.small-msize", "With an msize of 4096 no reply is longer, and the bytes are the same",
                        "version(5)", Reads::smallMsize),
                new Case("read.at-end", "At the end of the file, and 1 MiB behind it, 0 bytes are read", "read(5)",
                        Reads::atEnd),
                new Case("read.nothing", "A count of 0 is answered with 0 bytes", "read(5)", Reads::nothing),
                new Case("read.not-open", "Tread of a fid that is not open is refused with EBADF", "read(5)",
                        Reads::notOpen),
                new Case("read.directory", "Tread of an open directory is refused with EISDIR",
                        "9P2000.L: directories are read by Treaddir", Reads::directory));
    }

    private static int opened(Subject server, Session session) throws IOException {
        int fid = session.walk(Session.HOME, server.file());
        session.open(fid);
        return fid;
    }

    private static void qid(Subject server) throws IOException {
        Session session = server.attach();
        int fid = session.walk(Session.HOME, server.file());
        same(session.qid(fid), session.open(fid).qid(), "the qid in Rlopen");
    }

    private static void iounit(Subject server) throws IOException {
        Session session = server.attach();
        int iounit = session.open(session.walk(Session.HOME, server.file())).iounit();
        require(iounit >= 0 && iounit <= session.msize() - RREAD,
                "iounit " + Integer.toUnsignedString(iounit) + " where msize is " + session.msize());
    }

    private static void twice(Subject server) throws IOException {
        Session session = server.attach();
        int fid = opened(server, session);
        session.refused(new Tlopen(fid, Tlopen.RDONLY));
        require(session.read(fid, 0, 1).length == 1, "the fid reads nothing any more");
    }

    private static void notADirectory(Subject server) throws IOException {
        Session session = server.attach();
        int fid = session.walk(Session.HOME, server.file());
        if (session.call(new Tlopen(fid, Tlopen.DIRECTORY)) instanceof Rlopen) {
            server.differs("a file is opened although O_DIRECTORY was asked for");
        }
    }

    private static byte[] beginning(Session session, int fid) throws IOException {
        int length = (int) Math.min(session.attr(fid).size(), MOST);
        return session.readFully(fid, 0, length, session.count());
    }

    private static void whole(Subject server) throws IOException {
        Session session = server.attach();
        int fid = opened(server, session);
        long size = session.attr(fid).size();
        same((int) Math.min(size, MOST), beginning(session, fid).length, "the number of bytes up to the end");
        same(0, session.read(fid, size, session.count()).length, "the number of bytes at the end");
    }

    private static void sameBytes(Subject server) throws IOException {
        Session session = server.attach();
        int fid = opened(server, session);
        byte[] all = beginning(session, fid);
        for (int offset : new int[]{0, 1, all.length / 3, all.length / 2, all.length - 1}) {
            for (int count : new int[]{1, 7, 512, 4096, 4097}) {
                int length = Math.min(count, all.length - offset);
                byte[] some = session.readFully(fid, offset, length, count);
                require(Arrays.equals(some, Arrays.copyOfRange(all, offset, offset + length)),
                        "other bytes by reads of " + count + " at " + offset + " than by the first reading");
            }
        }
    }

    private static void safeCount(Subject server) throws IOException {
        Session session = server.attach();
        int fid = session.walk(Session.HOME, server.file());
        int iounit = session.open(fid).iounit();
        require(session.read(fid, 0, iounit > 0 ? iounit : session.count()).length > 0,
                "no byte of a file with content");
    }

    private static void smallMsize(Subject server) throws IOException {
        Session large = server.attach();
        byte[] expected = beginning(large, opened(server, large));
        Session small = server.attach(Subject.SMALL_MSIZE);
        byte[] seen = beginning(small, opened(server, small));
        require(Arrays.equals(expected, seen), "other bytes than with an msize of " + large.msize());
    }

    private static void atEnd(Subject server) throws IOException {
        Session session = server.attach();
        int fid = opened(server, session);
        Attr attr = session.attr(fid);
        for (long offset : new long[]{attr.size(), attr.size() + 1, attr.size() + (1 << 20)}) {
            same(0, session.read(fid, offset, 4096).length, "the number of bytes at offset " + offset);
        }
    }

    private static void nothing(Subject server) throws IOException {
        Session session = server.attach();
        int fid = opened(server, session);
        same(0, session.read(fid, 0, 0).length, "the number of bytes");
        require(session.read(fid, 0, 1).length == 1, "the fid reads nothing any more");
    }

    private static void notOpen(Subject server) throws IOException {
        Session session = server.attach();
        session.refused(new Tread(session.walk(Session.HOME, server.file()), 0, 1), Errno.EBADF);
    }

    private static void directory(Subject server) throws IOException {
        Session session = server.inDirectory();
        int fid = session.walk();
        session.open(fid);
        if (session.call(new Tread(fid, 0, 1)) instanceof Rread) {
            throw Observed.failed("Tread of a directory is carried out");
        }
        session.refused(new Tread(fid, 0, 1), Errno.EISDIR);
    }
}
