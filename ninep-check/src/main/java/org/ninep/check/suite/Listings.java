package org.ninep.check.suite;

import static org.ninep.check.bench.Observed.require;
import static org.ninep.check.bench.Observed.same;

import java.io.IOException;
import java.util.List;
import org.ninep.Errno;
import org.ninep.check.bench.Case;
import org.ninep.check.bench.Session;
import org.ninep.check.bench.Subject;
import org.ninep.codec.DirectoryEntries;
import org.ninep.codec.Names;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Rmessage.Rreaddir;
import org.ninep.message.Rmessage.Rwalk;
import org.ninep.message.Tmessage.Treaddir;
import org.ninep.message.Tmessage.Twalk;

/** Treaddir. */
final class Listings {
    private static final int LOOKED_AT = 32;
    /** qid, offset, type and the length of the name. */
    private static final int ENTRY = Qid.BYTES + 8 + 1 + 2;

    private Listings() {}

    static List<Case> cases() {
        return List.of(
                new Case("readdir.names", "Each name is listed once, and can be walked to", "diod's protocol.md",
                        Listings::names),
                new Case("readdir.type", "An entry's qid and type are the file's", "diod's protocol.md",
                        Listings::types),
                new Case("readdir.small-counts", "With counts that take one entry at a time the listing is the same",
                        "getdents(2)", Listings::smallCounts),
                new Case("readdir.too-small",
                        "A count too small for one entry is refused with EINVAL, not answered as the end",
                        "getdents(2)", Listings::tooSmall),
                new Case("readdir.offsets", "From the offset of any entry the listing goes on behind it",
                        "diod's protocol.md", Listings::offsets),
                new Case("readdir.rewind", "Offset 0 begins anew, also half-way and at the end", "diod's protocol.md",
                        Listings::rewind),
                new Case("readdir.small-msize", "With an msize of 4096 no reply is longer, and the names are the same",
                        "version(5)", Listings::smallMsize),
                new Case("readdir.file", "Treaddir of an open file is refused with ENOTDIR", "getdents(2)",
                        Listings::file),
                new Case("readdir.not-open", "Treaddir of a fid that is not open is refused with EBADF",
                        "diod's protocol.md", Listings::notOpen));
    }

    private static int opened(Session session) throws IOException {
        int fid = session.walk();
        session.open(fid);
        return fid;
    }

    private static void names(Subject server) throws IOException {
        Session session = server.inDirectory();
        for (String name : some(session)) {
            Rwalk walked = session.call(new Twalk(Session.HOME, session.newFid(), List.of(name)), Rwalk.class);
            same(1, walked.qids().size(), "qids in Rwalk to \"" + name + "\"");
        }
    }

    private static List<String> some(Session session) throws IOException {
        List<String> all = Session.names(session.list(opened(session), 0, session.count()));
        return all.subList(0, Math.min(all.size(), LOOKED_AT));
    }

    /** A directory that something is mounted on has two qids. */
    private static void types(Subject server) throws IOException {
        Session session = server.inDirectory();
        List<DirectoryEntry> all = session.list(opened(session), 0, session.count());
        for (DirectoryEntry entry : all.subList(0, Math.min(all.size(), LOOKED_AT))) {
            if (Session.names(List.of(entry)).isEmpty()) {
                continue;
            }
            int fid = session.walk(entry.name());
            Qid qid = session.qid(fid);
            int type = session.attr(fid).mode() >> 12 & 0xf;
            same(qid.type(), entry.qid().type(), "the qid's type of \"" + entry.name() + "\"");
            require(entry.type() == type || entry.type() == DirectoryEntry.DT_UNKNOWN,
                    "\"" + entry.name() + "\" is listed with type " + entry.type() + ", but its mode has " + type);
            if (qid.path() != entry.qid().path()) {
                session.differs("\"" + entry.name() + "\" is listed with another qid's path than it has");
            }
        }
    }

    private static int oneEntry(List<DirectoryEntry> entries) {
        return ENTRY + entries.stream().mapToInt(entry -> Names.encode(entry.name()).length).max().orElse(0);
    }

    private static void smallCounts(Subject server) throws IOException {
        Session session = server.inDirectory();
        int fid = opened(session);
        List<DirectoryEntry> all = session.list(fid, 0, session.count());
        List<DirectoryEntry> one = session.list(fid, 0, oneEntry(all));
        same(Session.names(all), Session.names(one), "the names with a count of " + oneEntry(all));
    }

    private static void tooSmall(Subject server) throws IOException {
        Session session = server.inDirectory();
        Treaddir request = new Treaddir(opened(session), 0, ENTRY);
        Rmessage answer = session.call(request);
        require(!(answer instanceof Rreaddir(var data) && !data.hasRemaining()),
                "a count of " + ENTRY + " bytes is answered as the end of a directory that has entries");
        if (answer instanceof Rlerror(Errno errno) && !errno.equals(Errno.EINVAL)) {
            session.differs("refused with " + errno + ", not with EINVAL");
        }
        if (answer instanceof Rreaddir(var data)) {
            DirectoryEntries.decode(data);
            require(data.remaining() <= ENTRY, data.remaining() + " bytes where " + ENTRY + " were asked for");
        }
    }

    private static void offsets(Subject server) throws IOException {
        Session session = server.inDirectory();
        int fid = opened(session);
        List<DirectoryEntry> all = session.list(fid, 0, session.count());
        for (int i = 0; i < Math.min(all.size(), LOOKED_AT); i++) {
            List<DirectoryEntry> rest = session.list(fid, all.get(i).offset(), session.count());
            same(Session.names(all.subList(i + 1, all.size())), Session.names(rest),
                    "the names behind \"" + all.get(i).name() + "\"");
        }
    }

    private static void rewind(Subject server) throws IOException {
        Session session = server.inDirectory();
        int fid = opened(session);
        List<String> all = Session.names(session.list(fid, 0, session.count()));
        session.entries(fid, 0, 512);
        same(all, Session.names(session.list(fid, 0, session.count())), "the names at the second reading");
    }

    private static void smallMsize(Subject server) throws IOException {
        Session large = server.inDirectory();
        List<String> expected = Session.names(large.list(opened(large), 0, large.count()));
        Session small = server.attach(Subject.SMALL_MSIZE);
        same(expected, Session.names(small.list(opened(small), 0, small.count())), "the names");
    }

    private static void file(Subject server) throws IOException {
        Session session = server.attach();
        int fid = session.walk(Session.HOME, server.file());
        session.open(fid);
        session.refused(new Treaddir(fid, 0, 512), Errno.ENOTDIR);
    }

    private static void notOpen(Subject server) throws IOException {
        Session session = server.inDirectory();
        session.refused(new Treaddir(session.walk(), 0, 512), Errno.EBADF);
    }
}
