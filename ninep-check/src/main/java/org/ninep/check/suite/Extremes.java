package org.ninep.check.suite;

import static org.ninep.check.bench.Observed.require;
import static org.ninep.check.suite.Hostile.TAG;
import static org.ninep.check.suite.Hostile.answer;
import static org.ninep.check.suite.Hostile.survived;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ninep.ConnectionLostException;
import org.ninep.RequestTimeoutException;
import org.ninep.check.bench.Case;
import org.ninep.check.bench.RawConnection;
import org.ninep.check.bench.Session;
import org.ninep.check.bench.Subject;
import org.ninep.message.Attr;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.Rattach;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Rmessage.Rread;
import org.ninep.message.Rmessage.Rreaddir;
import org.ninep.message.Rmessage.Rversion;
import org.ninep.message.Rmessage.Rwalk;
import org.ninep.message.Rmessage.Rwrite;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.Tattach;
import org.ninep.message.Tmessage.Tflush;
import org.ninep.message.Tmessage.Tgetattr;
import org.ninep.message.Tmessage.Tread;
import org.ninep.message.Tmessage.Treaddir;
import org.ninep.message.Tmessage.Tversion;
import org.ninep.message.Tmessage.Twalk;
import org.ninep.message.Tmessage.Twrite;

/** Requests that decode, and ask for what no client rightly asks for. */
final class Extremes {
    private static final String OVERFLOW = "trap: count + IOHDRSZ overflows near 2^32";
    private static final int[] COUNTS = {-1, -8, -11, -16, -24, -25, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 30};
    private static final long[] OFFSETS = {1L << 32, Long.MAX_VALUE, Long.MIN_VALUE, -1, -4096};

    private Extremes() {}

    static List<Case> cases() {
        return List.of(
                new Case("extreme.read-counts", "Tread with counts near 2^32 and 2^31 brings what fits, or an error",
                        OVERFLOW, survived(Extremes::readCounts)),
                new Case("extreme.read-over-msize", "Tread with counts from msize - 23 on brings what fits",
                        "read(5); trap: diod answers EIO", survived(Extremes::readOverMsize)),
                new Case("extreme.readdir-counts",
                        "Treaddir with counts near 2^32 and 2^31 brings what fits, or an error",
                        OVERFLOW, survived(Extremes::readdirCounts)),
                new Case("extreme.read-offsets", "Tread at offsets up to 2^64 - 1 brings 0 bytes, or an error",
                        "read(5)",
                        survived(Extremes::readOffsets)),
                new Case("extreme.readdir-offsets",
                        "Treaddir at offsets that it never gave brings entries, or an error",
                        "getdents(2)", survived(Extremes::readdirOffsets)),
                new Case("extreme.names", "Names that hold a slash or a NUL, or are empty, are not walked to",
                        "intro(5)",
                        survived(Extremes::names)),
                new Case("extreme.nofid", "NOFID is not taken for a fid", "attach(5)", survived(Extremes::nofid)),
                new Case("extreme.msize",
                        "Tversion with an msize of 0 to 24, or 2^32 - 1, agrees on none that is larger",
                        "version(5)", survived(Extremes::msize)),
                new Case("extreme.no-version", "Tattach before any Tversion is not carried out", "version(5)",
                        survived(Extremes::noVersion)),
                new Case("extreme.notag", "A request under NOTAG harms nobody", "version(5)",
                        survived(Extremes::notag)),
                new Case("extreme.tag-in-use", "Two requests with one tag harm nobody", "intro(5)",
                        survived(Extremes::tagInUse)),
                new Case("extreme.flush-itself", "Tflush of its own tag, and of NOTAG, harms nobody", "flush(5)",
                        survived(Extremes::flushItself)));
    }

    /** A server that does not heed how a fid is open writes: only where it can. */
    static List<Case> writing() {
        return List.of(new Case("extreme.write-counts",
                "Twrite whose count is not what follows is refused, on a fid that is open for reading", OVERFLOW,
                survived(Extremes::writeCounts)));
    }

    private static Session opened(Subject server, int fid) throws IOException {
        Session session = server.attach();
        int file = session.walk(Session.HOME, server.file());
        session.call(new Twalk(file, fid, List.of()), Rwalk.class);
        session.open(fid);
        return session;
    }

    private static @Nullable Rmessage ask(Session session, Tmessage request) throws IOException {
        return answer(session, RawConnection.bytes(TAG, request));
    }

    private static void readCounts(Subject server) throws IOException {
        for (int count : COUNTS) {
            ask(opened(server, 5), new Tread(5, 0, count));
        }
    }

    private static void readOverMsize(Subject server) throws IOException {
        Session session = opened(server, 5);
        for (int count : new int[]{session.msize() - 23, session.msize() - 11, session.msize() - 10, session.msize(),
                2 * session.msize()}) {
            Rmessage answer = ask(session, new Tread(5, 0, count));
            if (answer instanceof Rread(var data)) {
                require(data.hasRemaining(), "a count of " + count + " brings no byte of a file with content");
            } else {
                session.differs("with msize " + session.msize() + " a count of " + count + " brings "
                        + (answer == null ? "the end of the connection" : answer));
                return;
            }
        }
    }

    private static Session listing(Subject server, int fid) throws IOException {
        Session session = server.inDirectory();
        session.call(new Twalk(Session.HOME, fid, List.of()), Rwalk.class);
        session.open(fid);
        return session;
    }

    private static void readdirCounts(Subject server) throws IOException {
        for (int count : COUNTS) {
            ask(listing(server, 5), new Treaddir(5, 0, count));
        }
    }

    private static void writeCounts(Subject server) throws IOException {
        for (int count : COUNTS) {
            Session session = opened(server, 5);
            ByteBuffer frame = RawConnection.bytes(TAG, new Twrite(5, 0, ByteBuffer.allocate(16)));
            Rmessage answer = answer(session, frame.putInt(19, count));
            require(!(answer instanceof Rwrite), "16 bytes with count " + Integer.toUnsignedString(count)
                    + " are answered with " + answer);
        }
    }

    private static void readOffsets(Subject server) throws IOException {
        Session session = opened(server, 5);
        for (long offset : OFFSETS) {
            Rmessage answer = ask(session, new Tread(5, offset, 100));
            require(!(answer instanceof Rread(var data) && data.hasRemaining()),
                    "at offset " + Long.toUnsignedString(offset) + " there are bytes");
            session = answer == null ? opened(server, 5) : session;
        }
    }

    private static void readdirOffsets(Subject server) throws IOException {
        Session session = listing(server, 5);
        for (long offset : OFFSETS) {
            Rmessage answer = ask(session, new Treaddir(5, offset, 1000));
            require(answer == null || answer instanceof Rlerror || answer instanceof Rreaddir, String.valueOf(answer));
            session = answer == null ? listing(server, 5) : session;
        }
    }

    private static void names(Subject server) throws IOException {
        Session session = server.inDirectory();
        String below = server.directory().getFirst();
        if (ask(session, new Twalk(Session.HOME, session.newFid(), List.of(""))) instanceof Rwalk) {
            session.differs("the empty name is walked to");
        }
        List<String> walked = new ArrayList<>();
        for (String name : List.of("/", "../..", below + "/..", "/" + below, below + "/", below + "\0",
                "\0" + below)) {
            Rmessage answer = ask(session, new Twalk(Session.HOME, session.newFid(), List.of(name)));
            if (answer instanceof Rwalk(var qids) && !qids.isEmpty()) {
                walked.add('"' + name.replace("\0", "\\0") + '"');
            }
            session = answer == null ? server.inDirectory() : session;
        }
        require(walked.isEmpty(), "these names are walked to: " + String.join(", ", walked));
    }

    private static void nofid(Subject server) throws IOException {
        Session session = server.attach();
        if (ask(session, new Twalk(Session.HOME, Protocol.NOFID, List.of())) instanceof Rwalk) {
            session.differs("Twalk makes NOFID a fid");
        }
        Session other = server.versioned(server.target().msize());
        if (ask(other, new Tattach(Protocol.NOFID, Protocol.NOFID, server.target().uname(), server.target().aname(),
                server.target().uid())) instanceof Rattach) {
            other.differs("Tattach makes NOFID a fid");
        }
    }

    private static void msize(Subject server) throws IOException {
        for (int msize : new int[]{0, 1, 7, 11, 23, 24, -1, Integer.MIN_VALUE}) {
            RawConnection connection = server.connect();
            connection.send(Protocol.NOTAG, new Tversion(msize, Protocol.VERSION_9P2000_L));
            try {
                Rmessage answer = connection.receive().message();
                require(!(answer instanceof Rversion(int agreed, _) && Integer.compareUnsigned(agreed, msize) > 0),
                        "msize " + Integer.toUnsignedString(msize) + " is answered with " + answer);
            } catch (ConnectionLostException closed) {
                // as it may
            }
        }
    }

    private static void noVersion(Subject server) throws IOException {
        RawConnection connection = server.connect();
        connection.send(TAG, new Tattach(Session.ROOT, Protocol.NOFID, server.target().uname(),
                server.target().aname(), server.target().uid()));
        try {
            if (connection.receive().message() instanceof Rattach) {
                server.differs("Tattach is carried out before any Tversion");
            }
        } catch (ConnectionLostException closed) {
            // as it may
        }
    }

    private static void notag(Subject server) throws IOException {
        answer(server.attach(),
                RawConnection.bytes(Protocol.NOTAG, new Tgetattr(Session.HOME, Attr.BASIC)));
    }

    private static void tagInUse(Subject server) throws IOException {
        Session session = opened(server, 5);
        ByteBuffer both = ByteBuffer.allocate(100)
                .put(RawConnection.bytes(TAG, new Tread(5, 0, session.count())))
                .put(RawConnection.bytes(TAG, new Tgetattr(Session.HOME, Attr.BASIC))).flip();
        if (answer(session, both) != null) {
            try {
                session.connection().receive(server.moment());
            } catch (RequestTimeoutException | ConnectionLostException one) {
                // one answer, or none, is as good
            }
        }
    }

    private static void flushItself(Subject server) throws IOException {
        answer(server.attach(), RawConnection.bytes(TAG, new Tflush(TAG)));
        answer(server.attach(), RawConnection.bytes(TAG, new Tflush(Protocol.NOTAG)));
    }
}
