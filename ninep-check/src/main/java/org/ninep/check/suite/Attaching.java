package org.ninep.check.suite;

import static org.ninep.check.bench.Observed.require;
import static org.ninep.check.bench.Observed.same;

import java.io.IOException;
import java.util.List;
import org.ninep.Errno;
import org.ninep.check.bench.Case;
import org.ninep.check.bench.Observed;
import org.ninep.check.bench.Session;
import org.ninep.check.bench.Subject;
import org.ninep.message.Protocol;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.Rattach;
import org.ninep.message.Rmessage.Rauth;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Rmessage.Rwalk;
import org.ninep.message.Tmessage.Tattach;
import org.ninep.message.Tmessage.Tauth;
import org.ninep.message.Tmessage.Twalk;

/** Who may come in, and where to. */
final class Attaching {
    private static final String NOBODYS = "/no/such/export/of/ninep-check";

    private Attaching() {}

    static List<Case> cases() {
        return List.of(
                new Case("attach.root", "Tattach gives the root, and Tgetattr of its fid has the same qid", "attach(5)",
                        Attaching::root),
                new Case("attach.path", "The URI's path can be attached, walked to and looked into",
                        "what most other checks begin with", Subject::find),
                new Case("attach.second", "A second Tattach on the connection gives a second, independent fid",
                        "attach(5); trap: v9fs with access=user", Attaching::second),
                new Case("attach.fid-in-use", "Tattach with a fid in use is refused, and the fid stays what it is",
                        "attach(5)", Attaching::fidInUse),
                new Case("attach.unknown-aname", "Tattach to an aname that is not exported is refused", "attach(5)",
                        Attaching::unknownAname),
                new Case("attach.two-connections", "The same fid on two connections is two fids", "intro(5)",
                        Attaching::twoConnections),
                new Case("auth.not-needed", "Where no authentication is wanted, Tauth is refused with ENOENT",
                        "trap: Rlerror ENOENT to Tauth means no authentication needed", Attaching::notNeeded),
                new Case("auth.needed", "Where authentication is wanted, Tattach without it is refused",
                        "attach(5)", Attaching::needed),
                new Case("auth.unknown-afid", "Tattach with an afid that nobody made is refused", "attach(5)",
                        Attaching::unknownAfid));
    }

    private static void root(Subject server) throws IOException {
        Session session = server.versioned(server.target().msize());
        Qid root = server.attach(session, Session.ROOT).qid();
        same(root, session.qid(Session.ROOT), "the qid by Tgetattr");
        if (!root.isDirectory()) {
            server.differs("the root is no directory, but has qid type 0x" + Integer.toHexString(root.type()));
        }
    }

    private static void second(Subject server) throws IOException {
        Session session = server.attach();
        int fid = session.newFid();
        same(session.qid(Session.ROOT), server.attach(session, fid).qid(), "the root of the second attach");
        session.clunk(Session.ROOT);
        require(session.exists(fid), "clunking the first root ended the second");
    }

    private static void fidInUse(Subject server) throws IOException {
        Session session = server.attach();
        Qid home = session.qid(Session.HOME);
        session.refused(attach(server, Session.HOME, Protocol.NOFID, server.target().aname()));
        same(home, session.qid(Session.HOME), "the fid's qid");
    }

    private static Tattach attach(Subject server, int fid, int afid, String aname) {
        return new Tattach(fid, afid, server.target().uname(), aname, server.target().uid());
    }

    private static void unknownAname(Subject server) throws IOException {
        Session session = server.versioned(server.target().msize());
        if (session.call(attach(server, Session.ROOT, Protocol.NOFID, NOBODYS)) instanceof Rattach) {
            server.differs("the aname \"" + NOBODYS + "\" is served; some servers export one tree under any name");
        }
    }

    private static void twoConnections(Subject server) throws IOException {
        Session one = server.attach();
        Session other = server.attach();
        one.clunk(Session.HOME);
        require(other.exists(Session.HOME), "clunking a fid on one connection ended it on another");
    }

    private static void notNeeded(Subject server) throws IOException {
        if (server.target().credentials() != null) {
            throw Observed.skipped("the URI asks for authentication");
        }
        Session session = server.versioned(server.target().msize());
        int afid = session.newFid();
        switch (session.call(new Tauth(afid, server.target().uname(), server.target().aname(),
                server.target().uid()))) {
            case Rauth _ -> server.differs("Tauth is answered with Rauth, although Tattach needs no afid");
            case Rlerror(Errno errno) when errno.equals(Errno.ENOENT) -> {}
            case Rlerror(Errno errno) -> server.differs("Tauth is refused with " + errno + ", not with ENOENT");
            case Rmessage other -> throw new IllegalStateException("the session takes no " + other);
        }
        server.attach(session, Session.ROOT);
    }

    private static void needed(Subject server) throws IOException {
        if (server.target().credentials() == null) {
            throw Observed.skipped("the URI does not ask for authentication (auth=munge)");
        }
        Session session = server.versioned(server.target().msize());
        int afid = session.newFid();
        if (session.call(new Tauth(afid, server.target().uname(), server.target().aname(),
                server.target().uid())) instanceof Rlerror) {
            throw Observed.skipped("the server wants no authentication");
        }
        session.refused(attach(server, Session.ROOT, Protocol.NOFID, server.target().aname()));
        session.refused(attach(server, Session.ROOT, afid, server.target().aname()));
    }

    private static void unknownAfid(Subject server) throws IOException {
        Session session = server.versioned(server.target().msize());
        Rmessage answer = session.call(attach(server, Session.ROOT, session.newFid(), server.target().aname()));
        require(answer instanceof Rlerror || server.target().credentials() == null,
                "Tattach with an unknown afid is carried out");
        if (answer instanceof Rattach) {
            server.differs("an afid that nobody made is let through, where none is needed");
        } else {
            require(!(session.call(new Twalk(Session.ROOT, session.newFid(), List.of())) instanceof Rwalk),
                    "Tattach is refused, and yet its fid can be walked");
        }
    }
}
