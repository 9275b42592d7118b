package org.ninep.check.suite;

import static org.ninep.check.bench.Observed.require;
import static org.ninep.check.bench.Observed.same;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.ninep.Errno;
import org.ninep.check.bench.Case;
import org.ninep.check.bench.Session;
import org.ninep.check.bench.Subject;
import org.ninep.message.Protocol;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage.Rwalk;
import org.ninep.message.Tmessage.Twalk;

/** Twalk. */
final class Walks {
    static final String MISSING = "no-such-name-of-ninep-check";

    private Walks() {}

    static List<Case> cases() {
        return List.of(
                new Case("walk.clone", "Without names newfid is the same file, and outlives fid", "walk(5)",
                        Walks::cloned),
                new Case("walk.qid", "The last qid of Rwalk is the file's", "walk(5)", Walks::qid),
                new Case("walk.missing", "If not even the first name is there: ENOENT, and newfid is not made",
                        "walk(5)", Walks::missing),
                new Case("walk.partial", "If a later name is missing: the qids before it, and newfid is not made",
                        "walk(5)", Walks::partial),
                new Case("walk.partial-in-place", "A partial walk with newfid equal to fid leaves fid where it was",
                        "walk(5)", Walks::partialInPlace),
                new Case("walk.in-place", "With newfid equal to fid, fid moves", "walk(5)", Walks::inPlace),
                new Case("walk.newfid-in-use", "A newfid in use is refused, and stays what it is", "walk(5)",
                        Walks::newfidInUse),
                new Case("walk.sixteen", "A walk of 16 names is carried out", "walk(5): MAXWELEM", Walks::sixteen),
                new Case("walk.above-root", "\"..\" at the root stays there", "walk(5)", Walks::aboveRoot),
                new Case("walk.open-fid", "An open fid can be cloned, and the clone is not open",
                        "trap: Linux walks, and clones, fids that are open", Walks::openFid),
                new Case("walk.from-open-directory", "An open directory's fid can be walked from",
                        "trap: Linux walks, and clones, fids that are open", Walks::fromOpenDirectory),
                new Case("walk.from-file", "A name below what is no directory is refused with ENOTDIR", "walk(5)",
                        Walks::fromFile),
                new Case("walk.link", "A symbolic link is walked to as itself, and not through",
                        "9P2000.L: the client resolves links", Walks::link));
    }

    private static void cloned(Subject server) throws IOException {
        Session session = server.attach();
        int one = session.walk();
        int two = session.walk(one, List.of());
        same(session.qid(one), session.qid(two), "the clone's qid");
        session.clunk(one);
        require(session.exists(two), "clunking fid ended its clone");
    }

    private static void qid(Subject server) throws IOException {
        Session session = server.inDirectory();
        for (List<String> path : List.of(server.directory(), server.file())) {
            int fid = session.newFid();
            Qid qid = session.call(new Twalk(Session.HOME, fid, path), Rwalk.class).qids().getLast();
            same(session.qid(fid), qid, "the qid in Rwalk to " + path);
        }
    }

    private static void missing(Subject server) throws IOException {
        Session session = server.inDirectory();
        int fid = session.newFid();
        session.refused(new Twalk(Session.HOME, fid, List.of(MISSING)), Errno.ENOENT);
        require(!session.exists(fid), "newfid is in use although the walk was refused");
    }

    private static List<String> partialPath(Subject server) throws IOException {
        return List.of(server.directory().getFirst(), MISSING);
    }

    private static void partial(Subject server) throws IOException {
        Session session = server.inDirectory();
        int fid = session.newFid();
        Rwalk walked = session.call(new Twalk(Session.HOME, fid, partialPath(server)), Rwalk.class);
        same(1, walked.qids().size(), "the number of qids");
        require(!session.exists(fid), "newfid is in use although the walk stopped half-way");
    }

    private static void partialInPlace(Subject server) throws IOException {
        Session session = server.inDirectory();
        int fid = session.walk();
        session.call(new Twalk(fid, fid, partialPath(server)), Rwalk.class);
        require(session.exists(fid), "fid is gone");
        same(session.qid(Session.HOME), session.qid(fid), "the qid of fid after a walk that stopped half-way");
    }

    private static void inPlace(Subject server) throws IOException {
        Session session = server.inDirectory();
        int fid = session.walk();
        Rwalk walked = session.call(new Twalk(fid, fid, server.directory()), Rwalk.class);
        same(walked.qids().getLast(), session.qid(fid), "the qid of fid after the walk");
    }

    private static void newfidInUse(Subject server) throws IOException {
        Session session = server.inDirectory();
        int fid = session.walk();
        session.refused(new Twalk(Session.HOME, fid, server.directory()));
        same(session.qid(Session.HOME), session.qid(fid), "the qid of newfid after the refusal");
    }

    private static void sixteen(Subject server) throws IOException {
        Session session = server.inDirectory();
        List<String> names = new ArrayList<>();
        while (names.size() < Protocol.MAXWELEM) {
            names.add(server.directory().getFirst());
            names.add("..");
        }
        int fid = session.newFid();
        Rwalk walked = session.call(new Twalk(Session.HOME, fid, names), Rwalk.class);
        same(Protocol.MAXWELEM, walked.qids().size(), "the number of qids");
        same(session.qid(Session.HOME).path(), session.qid(fid).path(), "the path of the qid where it ends");
    }

    private static void aboveRoot(Subject server) throws IOException {
        Session session = server.inDirectory();
        int fid = session.newFid();
        Rwalk walked = session.call(new Twalk(Session.ROOT, fid, List.of("..")), Rwalk.class);
        Qid root = session.qid(Session.ROOT);
        same(root.path(), session.qid(fid).path(), "the path of the qid by Tgetattr");
        same(root.path(), walked.qids().getLast().path(), "the path of the qid in Rwalk");
    }

    private static void openFid(Subject server) throws IOException {
        Session session = server.attach();
        int fid = session.walk(Session.HOME, server.file());
        session.open(fid);
        int clone = session.walk(fid, List.of());
        same(session.qid(fid), session.qid(clone), "the clone's qid");
        session.open(clone);
        session.clunk(fid);
        require(session.read(clone, 0, 1).length == 1, "the clone reads nothing");
    }

    private static void fromOpenDirectory(Subject server) throws IOException {
        Session session = server.inDirectory();
        int fid = session.walk();
        session.open(fid);
        int below = session.walk(fid, server.file());
        same(session.qid(session.walk(Session.HOME, server.file())), session.qid(below), "the qid");
    }

    private static void fromFile(Subject server) throws IOException {
        Session session = server.attach();
        int fid = session.walk(Session.HOME, server.file());
        session.refused(new Twalk(fid, session.newFid(), List.of("x")), Errno.ENOTDIR);
    }

    private static void link(Subject server) throws IOException {
        Session session = server.inDirectory();
        int fid = session.newFid();
        Qid qid = session.call(new Twalk(Session.HOME, fid, server.link()), Rwalk.class).qids().getLast();
        require(qid.isSymlink() && session.attr(fid).isSymlink(), "the link has the qid " + qid);
        session.refused(new Twalk(fid, session.newFid(), List.of(".")));
        session.refused(new Twalk(fid, session.newFid(), List.of(MISSING)));
    }
}
