package org.ninep.check.suite;

import static org.ninep.check.suite.Hostile.TAG;
import static org.ninep.check.suite.Hostile.answer;
import static org.ninep.check.suite.Hostile.frame;
import static org.ninep.check.suite.Hostile.survived;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.ninep.ConnectionLostException;
import org.ninep.check.bench.Case;
import org.ninep.check.bench.RawConnection;
import org.ninep.check.bench.Session;
import org.ninep.check.bench.Subject;
import org.ninep.message.Attr;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.*;

/** Frames that are no requests. Each is answered with Rlerror, or the connection is closed; and nobody else is harmed. */
final class Frames {
    private static final String TRAP = "trap: diod crashed on these (#110, #136, #137)";
    private static final int RANDOM_FRAMES = 200;
    /** Of no file: what is malformed must not be carried out, but if it is, nothing is harmed. */
    private static final int NO_FID = 77;
    private static final int FSYNC = 50;

    private Frames() {}

    static List<Case> cases() {
        return List.of(
                new Case("malformed.reply-types", "R-messages sent to the server bring nobody down", TRAP,
                        survived(Frames::replyTypes)),
                new Case("malformed.unknown-types", "Types that 9P2000.L does not have bring nobody down", TRAP,
                        survived(Frames::unknownTypes)),
                new Case("malformed.too-short", "A size below 7 ends the connection, and nobody else's", TRAP,
                        survived(Frames::tooShort)),
                new Case("malformed.over-msize",
                        "A frame longer than msize, up to a size of 2^32 - 1, brings nobody down",
                        "version(5); " + TRAP, survived(Frames::overMsize)),
                new Case("malformed.truncated",
                        "Each request that changes nothing, cut off at several places, is refused", TRAP,
                        survived(server -> truncated(server, reading()))),
                new Case("malformed.trailing-bytes",
                        "Each request that changes nothing, with bytes behind its body, is refused",
                        "a frame is one message", survived(server -> trailing(server, reading()))),
                new Case("malformed.string-lengths", "A string that ends behind its frame is refused", TRAP,
                        survived(Frames::strings)),
                new Case("malformed.many-names", "Twalk with 17 names, or with a count of 65535, is refused", TRAP,
                        survived(Frames::manyNames)),
                new Case("malformed.old-fsync",
                        "Tfsync without datasync is carried out, refused, or ends the connection",
                        "trap: diod's protocol.md lacked datasync until 2024", survived(Frames::oldFsync)),
                new Case("malformed.random", RANDOM_FRAMES + " frames of random bytes bring nobody down", TRAP,
                        survived(Frames::random)));
    }

    /** A server that takes them for requests may change something: only where it can. */
    static List<Case> writing() {
        return List.of(
                new Case("malformed.truncated-changes",
                        "Each request that changes something, cut off at several places, is refused",
                        TRAP, survived(server -> truncated(server, changing()))),
                new Case("malformed.trailing-changes",
                        "Each request that changes something, with bytes behind its body, is refused",
                        "a frame is one message", survived(server -> trailing(server, changing()))));
    }

    /** Sends each on the connection that is there, as long as it lasts; those that are carried out are noted. */
    private static void sendAll(Subject server, List<ByteBuffer> frames) throws IOException {
        @Nullable
        Session session = null;
        int done = 0;
        for (ByteBuffer each : frames) {
            session = session == null ? server.attach() : session;
            Rmessage answer = answer(session, each);
            done += answer == null || answer instanceof Rlerror ? 0 : 1;
            if (answer == null && !server.differences().isEmpty()) {
                return;
            }
            session = answer == null ? null : session;
        }
        if (done > 0) {
            server.differs(done + " of " + frames.size() + " frames are carried out");
        }
    }

    private static void replyTypes(Subject server) throws IOException {
        List<ByteBuffer> frames = new ArrayList<>();
        List<Tmessage> requests = new ArrayList<>(reading());
        requests.addAll(changing());
        for (Tmessage request : requests) {
            ByteBuffer bytes = RawConnection.bytes(TAG, request);
            frames.add(bytes.put(4, (byte) (bytes.get(4) + 1)));
        }
        frames.add(frame(7, TAG, (byte) 5, (byte) 0, (byte) 0, (byte) 0));
        sendAll(server, frames);
    }

    private static void unknownTypes(Subject server) throws IOException {
        List<ByteBuffer> frames = new ArrayList<>();
        for (int type : new int[]{0, 1, 6, 10, 28, 34, 56, 78, 106, 112, 114, 124, 126, 127, 128, 200, 255}) {
            frames.add(frame(type, TAG));
            frames.add(frame(type, TAG, new byte[40]));
        }
        sendAll(server, frames);
    }

    private static void tooShort(Subject server) throws IOException {
        for (int size = 0; size < Protocol.HEADER_BYTES; size++) {
            Session session = server.attach();
            session.connection().send(frame(120, TAG, new byte[4]).putInt(0, size));
            if (!session.connection().endsWithin(server.moment())) {
                server.differs("the connection stays after a frame of size " + size);
                return;
            }
        }
    }

    private static void overMsize(Subject server) throws IOException {
        Session session = server.attach();
        ByteBuffer whole = frame(110, TAG, new byte[session.msize() - Protocol.HEADER_BYTES + 1]);
        try {
            session.connection().offer(whole, server.moment());
            session.connection().endsWithin(server.moment());
        } catch (ConnectionLostException closed) {
            // as it may
        }
        for (int size : new int[]{1 << 24, Integer.MAX_VALUE, Integer.MIN_VALUE, -1, -8}) {
            Session other = server.attach();
            other.connection().send(frame(110, TAG, new byte[100]).putInt(0, size));
            other.connection().endsWithin(server.moment());
        }
    }

    private static ByteBuffer cut(ByteBuffer whole, int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN).put(whole.slice(0, length)).putInt(0, length)
                .flip();
    }

    private static void truncated(Subject server, List<Tmessage> requests) throws IOException {
        List<ByteBuffer> frames = new ArrayList<>();
        for (Tmessage request : requests) {
            ByteBuffer whole = RawConnection.bytes(TAG, request);
            int body = whole.remaining() - Protocol.HEADER_BYTES;
            int last = request instanceof Tfsync ? 5 : 1;
            for (int length : new int[]{0, body / 2, body - last}) {
                frames.add(cut(whole, Protocol.HEADER_BYTES + length));
            }
        }
        sendAll(server, frames);
    }

    private static void trailing(Subject server, List<Tmessage> requests) throws IOException {
        List<ByteBuffer> frames = new ArrayList<>();
        for (Tmessage request : requests) {
            ByteBuffer whole = RawConnection.bytes(TAG, request);
            int length = whole.remaining() + 3;
            frames.add(ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN).put(whole).putInt(0, length)
                    .position(0));
        }
        sendAll(server, frames);
    }

    private static void strings(Subject server) throws IOException {
        List<ByteBuffer> frames = new ArrayList<>();
        for (short length : new short[]{(short) 0xffff, 0x7fff, 100}) {
            frames.add(RawConnection.bytes(TAG, new Twalk(Session.HOME, NO_FID, List.of("name"))).putShort(17, length));
            frames.add(RawConnection.bytes(TAG, new Tattach(NO_FID, Protocol.NOFID, "u", "a", 0)).putShort(15, length));
            frames.add(RawConnection.bytes(TAG, new Txattrwalk(Session.HOME, NO_FID, "user.x")).putShort(15, length));
            frames.add(RawConnection.bytes(TAG, new Tversion(8192, "9P2000.L")).putShort(11, length));
        }
        sendAll(server, frames);
    }

    private static void manyNames(Subject server) throws IOException {
        ByteBuffer seventeen = ByteBuffer.allocate(10 + 17 * 3).order(ByteOrder.LITTLE_ENDIAN).putInt(Session.HOME)
                .putInt(NO_FID).putShort((short) 17);
        while (seventeen.hasRemaining()) {
            seventeen.putShort((short) 1).put((byte) 'x');
        }
        ByteBuffer none = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).putInt(Session.HOME).putInt(NO_FID)
                .putShort((short) 0xffff);
        sendAll(server, List.of(frame(110, TAG, seventeen.array()), frame(110, TAG, none.array())));
    }

    private static void oldFsync(Subject server) throws IOException {
        Session session = server.attach();
        int fid = session.walk(Session.HOME, server.file());
        session.open(fid);
        answer(session, frame(FSYNC, TAG, (byte) fid, (byte) 0, (byte) 0, (byte) 0));
    }

    /** The same ones in every run. */
    private static void random(Subject server) throws IOException {
        Random random = new Random(9);
        @Nullable
        Session session = null;
        for (int i = 0; i < RANDOM_FRAMES; i++) {
            session = session == null ? server.attach() : session;
            byte[] body = new byte[random.nextInt(64)];
            random.nextBytes(body);
            boolean gone = answer(session, frame(readingType(random), TAG, body)) == null;
            session = gone ? null : session;
            if (!server.differences().isEmpty()) {
                return;
            }
        }
    }

    /** Any type but those of requests that change something, for some bytes may be right. */
    private static int readingType(Random random) {
        while (true) {
            int type = random.nextInt(256);
            if (!List.of(14, 16, 18, 20, 26, 32, 52, 70, 72, 74, 76, 118, 122).contains(type)) {
                return type;
            }
        }
    }

    /** Each request that changes nothing, on a fid that is not there. */
    private static List<Tmessage> reading() {
        return List.of(new Tversion(8192, "9P2000.L"), new Tauth(NO_FID, "u", "a", 0),
                new Tattach(NO_FID, Protocol.NOFID, "nobody", "/no/such", 0), new Tflush(TAG + 1),
                new Twalk(NO_FID, NO_FID + 1, List.of("x", "y")), new Tread(NO_FID, 0, 1), new Tclunk(NO_FID),
                new Tstatfs(NO_FID), new Tlopen(NO_FID, 0), new Treadlink(NO_FID), new Tgetattr(NO_FID, Attr.BASIC),
                new Txattrwalk(NO_FID, NO_FID + 1, "user.x"), new Treaddir(NO_FID, 0, 100), new Tfsync(NO_FID, 0),
                new Tgetlock(NO_FID, 0, 0, 0, 1, "x"));
    }

    /** Each of the others, on a fid that is not there. */
    private static List<Tmessage> changing() {
        Timespec time = Timespec.ZERO;
        return List.of(new Twrite(NO_FID, 0, ByteBuffer.allocate(4)), new Tremove(NO_FID),
                new Tlcreate(NO_FID, "x", 0, 0600, 0), new Tsymlink(NO_FID, "x", "y", 0),
                new Tmknod(NO_FID, "x", 0100600, 0, 0, 0), new Trename(NO_FID, NO_FID, "x"),
                new Tsetattr(NO_FID, 0, 0, 0, 0, 0, time, time), new Txattrcreate(NO_FID, "user.x", 1, 0),
                new Tlock(NO_FID, 0, 0, 0, 0, 1, "x"), new Tlink(NO_FID, NO_FID, "x"),
                new Tmkdir(NO_FID, "x", 0700, 0), new Trenameat(NO_FID, "x", NO_FID, "y"),
                new Tunlinkat(NO_FID, "x", 0));
    }
}
