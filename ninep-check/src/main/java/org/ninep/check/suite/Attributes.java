package org.ninep.check.suite;

import static org.ninep.check.bench.Observed.require;
import static org.ninep.check.bench.Observed.same;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.ninep.Errno;
import org.ninep.check.bench.Case;
import org.ninep.check.bench.Session;
import org.ninep.check.bench.Subject;
import org.ninep.message.Attr;
import org.ninep.message.FileSystemStatus;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage.Rfsync;
import org.ninep.message.Rmessage.Rgetattr;
import org.ninep.message.Rmessage.Rgetlock;
import org.ninep.message.Rmessage.Rreadlink;
import org.ninep.message.Rmessage.Rstatfs;
import org.ninep.message.Rmessage.Rxattrwalk;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage.Tfsync;
import org.ninep.message.Tmessage.Tgetattr;
import org.ninep.message.Tmessage.Tgetlock;
import org.ninep.message.Tmessage.Tlock;
import org.ninep.message.Tmessage.Treadlink;
import org.ninep.message.Tmessage.Tstatfs;
import org.ninep.message.Tmessage.Txattrwalk;

/** What is said of files, without reading or changing them. */
final class Attributes {
    private static final int LARGEST_LIST = 1 << 16;

    private Attributes() {}

    static List<Case> cases() {
        return List.of(
                new Case("getattr.mask",
                        "Rgetattr marks as valid what was asked for, for each basic bit alone and for all",
                        "diod's protocol.md", Attributes::mask),
                new Case("getattr.kinds", "The type in mode, and the qid's type, are the file's kind",
                        "diod's protocol.md", Attributes::kinds),
                new Case("getattr.honest", "What Rgetattr marks as valid is filled: btime is not 1970",
                        "trap: diod marks what it does not fill", Attributes::honest),
                new Case("getattr.qids", "Two files have two qids, and one file has one, however it is walked to",
                        "intro(5)", Attributes::qids),
                new Case("statfs.plausible", "Rstatfs has a block size, a longest name, and no more free than there is",
                        "statfs(2)", Attributes::statfs),
                new Case("readlink.target", "Treadlink gives the target, as long as the size says", "readlink(2)",
                        Attributes::readlink),
                new Case("readlink.no-link", "Treadlink of what is no link is refused with EINVAL", "readlink(2)",
                        Attributes::noLink),
                new Case("xattrwalk.list",
                        "Txattrwalk without a name gives a fid to read the names from, each ended by a NUL",
                        "diod's protocol.md", Attributes::xattrs),
                new Case("xattrwalk.missing",
                        "Txattrwalk to a missing attribute is refused with ENODATA, and makes no newfid",
                        "getxattr(2)", Attributes::missingXattr),
                new Case("fsync.datasync", "Tfsync with datasync, 0 and 1, is carried out",
                        "trap: Tfsync carries datasync[4]", Attributes::fsync),
                new Case("getlock.free", "Tgetlock where nobody holds a lock gives UNLCK", "diod's protocol.md",
                        Attributes::getlock));
    }

    private static List<Integer> fids(Subject server, Session session) throws IOException {
        List<Integer> fids = new ArrayList<>(List.of(Session.HOME));
        fids.add(session.walk(Session.HOME, server.file()));
        return fids;
    }

    private static void mask(Subject server) throws IOException {
        Session session = server.attach();
        for (int fid : fids(server, session)) {
            for (long mask = 1; mask < Attr.BASIC; mask <<= 1) {
                requireValid(session, fid, mask);
            }
            requireValid(session, fid, 0);
            requireValid(session, fid, Attr.BASIC);
            session.call(new Tgetattr(fid, Attr.ALL), Rgetattr.class);
        }
    }

    private static void requireValid(Session session, int fid, long mask) throws IOException {
        Attr attr = session.call(new Tgetattr(fid, mask), Rgetattr.class).attr();
        require((attr.valid() & mask) == mask, "0x" + Long.toHexString(mask) + " is asked for, 0x"
                + Long.toHexString(attr.valid()) + " is valid");
    }

    private static void kinds(Subject server) throws IOException {
        Session session = server.attach();
        Attr file = session.attr(session.walk(Session.HOME, server.file()));
        require(file.isRegular() && !file.qid().isDirectory(), "a file has mode 0" + Integer.toOctalString(file.mode())
                + " and " + file.qid());
        Attr home = session.attr(Session.HOME);
        require(home.isDirectory() == home.qid().isDirectory(),
                "mode 0" + Integer.toOctalString(home.mode()) + " and " + home.qid());
        for (Timespec time : List.of(file.atime(), file.mtime(), file.ctime())) {
            require(time.nanoseconds() >= 0 && time.nanoseconds() < 1_000_000_000, "a time has " + time);
        }
    }

    private static void honest(Subject server) throws IOException {
        Session session = server.attach();
        int fid = session.walk(Session.HOME, server.file());
        Attr attr = session.call(new Tgetattr(fid, Attr.ALL), Rgetattr.class).attr();
        if ((attr.valid() & Attr.BTIME) != 0 && attr.btime().equals(Timespec.ZERO)) {
            server.differs("BTIME is marked as valid, and is 0");
        }
        if ((attr.valid() & Attr.DATA_VERSION) != 0 && attr.dataVersion() == 0) {
            server.differs("DATA_VERSION is marked as valid, and is 0");
        }
    }

    private static void qids(Subject server) throws IOException {
        Session session = server.inDirectory();
        Qid file = session.qid(session.walk(Session.HOME, server.file()));
        Qid directory = session.qid(session.walk(Session.HOME, server.directory()));
        require(file.path() != directory.path(), "a file and a directory have the same qid path");
        Session other = server.attach();
        same(file.path(), other.qid(other.walk(Session.HOME, server.file())).path(),
                "the qid path on another connection");
    }

    private static void statfs(Subject server) throws IOException {
        Session session = server.attach();
        FileSystemStatus status = session.call(new Tstatfs(Session.HOME), Rstatfs.class).status();
        require(status.bsize() > 0 && status.namelen() > 0, status.toString());
        require(Long.compareUnsigned(status.bfree(), status.blocks()) <= 0
                && Long.compareUnsigned(status.ffree(), status.files()) <= 0, status.toString());
    }

    private static void readlink(Subject server) throws IOException {
        Session session = server.attach();
        int fid = session.walk(Session.HOME, server.link());
        String target = session.call(new Treadlink(fid), Rreadlink.class).target();
        require(!target.isEmpty(), "the target is empty");
        long length = target.getBytes(StandardCharsets.UTF_8).length;
        if (session.attr(fid).size() != length) {
            server.differs("the target has " + length + " bytes, the size is " + session.attr(fid).size());
        }
    }

    private static void noLink(Subject server) throws IOException {
        Session session = server.attach();
        session.refused(new Treadlink(session.walk(Session.HOME, server.file())), Errno.EINVAL);
    }

    private static void xattrs(Subject server) throws IOException {
        Session session = server.attach();
        int fid = session.newFid();
        long size = session.call(new Txattrwalk(session.walk(Session.HOME, server.file()), fid, ""), Rxattrwalk.class)
                .size();
        require(size >= 0 && size <= LARGEST_LIST, "the list of names has " + size + " bytes");
        byte[] list = session.readFully(fid, 0, (int) size, session.count());
        same((int) size, list.length, "the bytes that can be read");
        same(0, session.read(fid, size, 100).length, "the bytes behind the end");
        require(list.length == 0 || list[list.length - 1] == 0, "the list does not end with a NUL");
        session.clunk(fid);
    }

    private static void missingXattr(Subject server) throws IOException {
        Session session = server.attach();
        int fid = session.newFid();
        session.refused(new Txattrwalk(session.walk(Session.HOME, server.file()), fid, "user.ninep-check-none"),
                Errno.ENODATA);
        require(!session.exists(fid), "newfid is in use although Txattrwalk was refused");
    }

    private static void fsync(Subject server) throws IOException {
        Session session = server.attach();
        int fid = session.walk(Session.HOME, server.file());
        session.open(fid);
        session.call(new Tfsync(fid, 0), Rfsync.class);
        session.call(new Tfsync(fid, 1), Rfsync.class);
    }

    private static void getlock(Subject server) throws IOException {
        Session session = server.attach();
        int fid = session.walk(Session.HOME, server.file());
        session.open(fid);
        Rgetlock free = session.call(new Tgetlock(fid, Tlock.RDLCK, 0, 0, 1, "ninep-check"), Rgetlock.class);
        same(Tlock.UNLCK, free.type(), "the type of the lock that is in the way");
    }
}
