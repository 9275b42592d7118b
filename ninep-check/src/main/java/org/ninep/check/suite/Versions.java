package org.ninep.check.suite;

import static org.ninep.check.bench.Observed.require;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.ninep.Errno;
import org.ninep.check.bench.Case;
import org.ninep.check.bench.Observed;
import org.ninep.check.bench.RawConnection;
import org.ninep.check.bench.Session;
import org.ninep.check.bench.Subject;
import org.ninep.message.Attr;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage.Rgetattr;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Rmessage.Rversion;
import org.ninep.message.Tmessage.Tgetattr;
import org.ninep.message.Tmessage.Tversion;

/** Opening a session, and frames. */
final class Versions {
    private static final int LARGE = 16 << 20;

    private Versions() {}

    static List<Case> cases() {
        return List.of(
                new Case("version.agree", "Tversion \"9P2000.L\" is answered with the same string, under NOTAG",
                        "version(5)", Versions::agree),
                new Case("version.msize", "An msize is agreed on that is not above the one offered, nor below 4096",
                        "version(5); v9fs takes no less than 4096", Versions::msize),
                new Case("version.unknown",
                        "A version that nobody speaks is answered with Rversion \"unknown\", and the connection stays",
                        "version(5); trap: diod answers Rlerror", Versions::unknown),
                new Case("version.dialect",
                        "\"9P2000\" is answered with \"9P2000\" or \"unknown\", and with no other dialect",
                        "version(5)", Versions::dialect),
                new Case("version.again", "A second Tversion forgets all fids of the connection", "version(5)",
                        Versions::again),
                new Case("frame.in-pieces", "A request that comes byte by byte is answered", "intro(5): a stream",
                        Versions::pieces));
    }

    private static void agree(Subject server) throws IOException {
        Rversion agreed = server.version(server.connect(), server.target().msize(), Protocol.VERSION_9P2000_L);
        Observed.same(Protocol.VERSION_9P2000_L, agreed.version(), "the version");
    }

    private static void msize(Subject server) throws IOException {
        for (int offered : new int[]{Subject.SMALL_MSIZE, Subject.SMALL_MSIZE + 1, 65536, LARGE}) {
            int msize = server.version(server.connect(), offered, Protocol.VERSION_9P2000_L).msize();
            require(Integer.compareUnsigned(msize, offered) <= 0,
                    Integer.toUnsignedString(msize) + " where " + offered + " was offered");
            require(msize >= Subject.SMALL_MSIZE, msize + " where " + offered + " was offered");
        }
    }

    private static void unknown(Subject server) throws IOException {
        RawConnection connection = server.connect();
        switch (server.offer(connection, new Tversion(server.target().msize(), "1X9.check"))) {
            case Rversion(_, String version) -> Observed.same(Protocol.VERSION_UNKNOWN, version, "the version");
            case Rlerror(Errno errno) -> server.differs("Rlerror " + errno + " instead of Rversion \"unknown\"");
            default -> throw new IllegalStateException("the session takes no other");
        }
        server.version(connection, server.target().msize(), Protocol.VERSION_9P2000_L);
    }

    private static void dialect(Subject server) throws IOException {
        switch (server.offer(server.connect(), new Tversion(server.target().msize(), "9P2000"))) {
            case Rversion(_, String version) -> require(List.of("9P2000", "unknown").contains(version),
                    "\"9P2000\" is answered with \"" + version + "\"");
            case Rlerror(Errno errno) -> server.differs("Rlerror " + errno + " instead of Rversion \"unknown\"");
            default -> throw new IllegalStateException("the session takes no other");
        }
    }

    private static void again(Subject server) throws IOException {
        Session session = server.attach();
        server.version(session.connection(), session.msize(), Protocol.VERSION_9P2000_L);
        session.refused(new Tgetattr(Session.ROOT, Attr.BASIC), Errno.EBADF);
        server.attach(session, Session.ROOT);
    }

    private static void pieces(Subject server) throws IOException {
        Session session = server.attach();
        int tag = session.newTag();
        Tgetattr request = new Tgetattr(Session.ROOT, Attr.BASIC);
        ByteBuffer bytes = RawConnection.bytes(tag, request);
        for (int i = 0; i < bytes.capacity(); i++) {
            session.connection().send(bytes.slice(i, 1));
        }
        require(session.answer(tag, request) instanceof Rgetattr, "Tgetattr of the root is refused");
    }
}
