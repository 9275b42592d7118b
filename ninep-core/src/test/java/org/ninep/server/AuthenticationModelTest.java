package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;
import org.ninep.message.Protocol;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.*;
import org.ninep.server.FileTree.User;
import org.ninep.testkit.FakeClock;
import org.slf4j.helpers.NOPLogger;

/** In whatever order requests come, those attach who have proved who they are, and nobody else. */
class AuthenticationModelTest {
    private static final String CLOSED = "/closed";
    private static final String OPEN = "/open";
    private static final int FID = 50;

    /** A byte that is the uid that it proves; others prove nothing. */
    private static int verify(ByteBuffer credential) throws IOException {
        if (credential.remaining() != 1 || credential.get(0) > 2) {
            throw new IOException("no credential");
        }
        return credential.get(0);
    }

    /** What the rules say, in sets and maps; refusals have no names here. */
    private static final class Model {
        private record Auth(User user, String written, boolean used) {}

        private final Map<Integer, Auth> afids = new HashMap<>();
        private final Set<Integer> verified = new HashSet<>();
        private int failures;

        private boolean taken(int number) {
            return afids.containsKey(number);
        }

        /** Null if it is refused. */
        @Nullable
        User attach(Tattach m) {
            if (m.afid() != Protocol.NOFID) {
                return taken(m.fid()) ? null : withAfid(m);
            }
            if (taken(m.fid())) {
                return null;
            }
            if (m.aname().equals(OPEN)) {
                return new User(m.uname(), m.nUname());
            }
            if (verified.contains(0) && (m.nUname() != Protocol.NONUNAME || !m.uname().isEmpty())) {
                return new User(m.uname(), m.nUname());
            }
            if (m.nUname() == Protocol.NONUNAME) {
                return verified.size() == 1 ? new User("", verified.iterator().next()) : null;
            }
            return verified.contains(m.nUname()) ? new User("", m.nUname()) : null;
        }

        private @Nullable User withAfid(Tattach m) {
            Auth auth = afids.get(m.afid());
            if (auth == null || auth.used()) {
                return null;
            }
            afids.put(m.afid(), new Auth(auth.user(), auth.written(), true));
            if (!m.aname().equals(CLOSED) || !auth.user().equals(new User(m.uname(), m.nUname()))) {
                return null;
            }
            if (failures >= Limits.CREDENTIALS) {
                return null;
            }
            failures++;
            int uid = auth.written().length() == 1 ? auth.written().charAt(0) : 9;
            if (uid > 2 || (m.nUname() != Protocol.NONUNAME && m.nUname() != uid)) {
                return null;
            }
            failures = 0;
            verified.add(uid);
            return new User("", uid);
        }

        void auth(Tauth m) {
            if (m.aname().equals(CLOSED) && !taken(m.afid()) && m.afid() != FID && afids.size() < Limits.AFIDS
                    && failures < Limits.CREDENTIALS) {
                afids.put(m.afid(), new Auth(new User(m.uname(), m.nUname()), "", false));
            }
        }

        void write(Twrite m) {
            afids.computeIfPresent(m.fid(), (_, a) -> a.used() || a.written().length() != m.offset()
                    ? a
                    : new Auth(a.user(), a.written() + (char) m.data().get(0), false));
        }
    }

    private final Visitors closed = new Visitors();
    private final Visitors open = new Visitors();

    private Session session() {
        Exports exports = new Exports(Map.of(CLOSED, new Exports.Listed(closed, true, null), OPEN,
                new Exports.Listed(open, false, null)), (_, credential) -> verify(credential), closed);
        RateLimitedLog log = new RateLimitedLog(NOPLogger.NOP_LOGGER, new FakeClock());
        return new Session(exports, new Limits(8192, 10, 10), new Authentication("peer", log), new LockTable());
    }

    private static boolean carriesOut(Session session, Tmessage request) {
        try {
            if (request instanceof Twrite m) {
                session.writable(m.fid()).write(m.offset(), m.data().duplicate());
            } else {
                session.answer(request);
            }
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static boolean isAttached(Session session, int fid) {
        return carriesOut(session, new Tgetattr(fid, 1));
    }

    @Property(tries = 5000)
    void whoAttachesIsWhomTheRulesLetIn(@ForAll("requests") List<Tmessage> requests) {
        Session session = session();
        Model model = new Model();
        session(session, new Tversion(8192, Protocol.VERSION_9P2000_L));
        for (Tmessage request : requests) {
            int seen = closed.users().size() + open.users().size();
            boolean done = carriesOut(session, request);
            switch (request) {
                case Tauth m -> model.auth(m);
                case Twrite m -> model.write(m);
                case Tclunk m -> model.afids.remove(m.fid());
                case Tversion _ -> model.afids.clear();
                case Tattach m -> {
                    User expected = model.attach(m);
                    assertEquals(expected != null, done, () -> m + " after " + requests);
                    if (expected != null) {
                        Visitors tree = m.aname().equals(OPEN) ? open : closed;
                        assertEquals(expected, tree.users().getLast());
                        session(session, new Tclunk(m.fid()));
                    }
                    assertEquals(seen + (done ? 1 : 0), closed.users().size() + open.users().size());
                }
                default -> throw new AssertionError(request);
            }
            assertEquals(model.verified, new HashSet<>(session.verified()));
            assertEquals(model.afids.size(), session.fids());
        }
    }

    private static void session(Session session, Tmessage request) {
        assertEquals(true, carriesOut(session, request), request::toString);
        assertEquals(false, isAttached(session, FID));
    }

    @Provide
    static Arbitrary<List<Tmessage>> requests() {
        Arbitrary<Integer> afid = Arbitraries.integers().between(1, 3);
        Arbitrary<Integer> uid = Arbitraries.frequency(Tuple.of(3, 1), Tuple.of(2, 2), Tuple.of(1, 0),
                Tuple.of(1, Protocol.NONUNAME));
        Arbitrary<String> name = Arbitraries.frequency(Tuple.of(5, ""), Tuple.of(1, "root"));
        Arbitrary<String> aname = Arbitraries.frequency(Tuple.of(6, CLOSED), Tuple.of(1, OPEN));
        Arbitrary<Integer> afidOrNone = Arbitraries.frequencyOf(Tuple.of(3, afid),
                Tuple.of(2, Arbitraries.just(Protocol.NOFID)));
        Arbitrary<Integer> fid = Arbitraries.frequencyOf(Tuple.of(12, Arbitraries.just(FID)), Tuple.of(1, afid));
        Arbitrary<Byte> credential = Arbitraries.frequency(Tuple.of(3, (byte) 1), Tuple.of(2, (byte) 2),
                Tuple.of(1, (byte) 0), Tuple.of(1, (byte) 7));
        Arbitrary<Long> offset = Arbitraries.frequency(Tuple.of(8, 0L), Tuple.of(1, 1L));
        return Arbitraries.<Tmessage>frequencyOf(
                Tuple.of(6, Combinators.combine(afid, name, aname, uid).as(Tauth::new)),
                Tuple.of(6, Combinators.combine(afid, offset, credential)
                        .as((f, o, c) -> new Twrite(f, o, ByteBuffer.wrap(new byte[]{c})))),
                Tuple.of(8, Combinators.combine(fid, afidOrNone, name, aname, uid).as(Tattach::new)),
                Tuple.of(3, afid.map(Tclunk::new)),
                Tuple.of(1, Arbitraries.just(new Tversion(8192, Protocol.VERSION_9P2000_L)))).list().ofMaxSize(40);
    }
}
