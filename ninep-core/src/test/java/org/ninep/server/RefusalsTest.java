package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ninep.Errno;
import org.ninep.message.Protocol;
import org.ninep.message.Tmessage.*;
import org.ninep.testkit.FakeClock;

/** What an administrator reads of those who may not attach. */
class RefusalsTest {
    private final RecordedLog recorded = new RecordedLog();
    private final Tickets tickets = new Tickets();
    private final AtomicReference<String> reason = new AtomicReference<>("");
    private final FakeClock time = new FakeClock();
    private final RateLimitedLog log = new RateLimitedLog(recorded.logger(), time);
    private final Session session = session("10.0.0.1:4711", (claim, credential) -> {
        if (credential.remaining() == 1) {
            throw new IllegalStateException("a bug");
        }
        if (credential.remaining() == 2) {
            throw new IOException(reason.get());
        }
        return tickets.verify(claim, credential);
    });

    private Session session(String peer, Verifier verifier) {
        Exports exports = new Exports(Map.of("/", new Exports.Listed(new Visitors(), false, verifier)), null,
                new Visitors());
        return new Session(exports, new Limits(8192, 10, 10), new Authentication(peer, log),
                new LockTable());
    }

    @BeforeEach
    void agreeOnAVersion() throws IOException {
        session.answer(new Tversion(8192, Protocol.VERSION_9P2000_L));
    }

    private void refused(Tattach request) {
        ErrnoException e = assertThrows(ErrnoException.class, () -> session.answer(request));
        assertEquals(Errno.EPERM, e.errno());
    }

    private void refused(String uname, int uid, ByteBuffer credential) throws IOException {
        session.answer(new Tauth(1, uname, "/", uid));
        session.writable(1).write(0, credential);
        refused(new Tattach(0, 1, uname, "/", uid));
        session.answer(new Tclunk(1));
    }

    @Test
    void tellWhoWantedWhatAndWhyNot() throws IOException {
        refused("", 1000, ByteBuffer.allocate(5));
        refused("joe", Protocol.NONUNAME, ByteBuffer.allocate(0));
        refused("joe", -2, tickets.issue(7));
        refused("", 1000, ByteBuffer.allocate(1));
        refused(new Tattach(0, Protocol.NOFID, "", "/", 1000));
        session.answer(new Tauth(1, "", "/", 7));
        session.writable(1).write(0, tickets.issue(7));
        session.answer(new Tattach(5, 1, "", "/", 7));
        refused(new Tattach(0, 1, "", "/", 7));
        refused(new Tattach(0, Protocol.NOFID, "", "/elsewhere", 8));
        session.answer(new Tauth(2, "ann", "/", 7));
        refused(new Tattach(0, 2, "", "/", 7));
        assertEquals(List.of("10.0.0.1:4711: uid 1000 may not attach to \"/\": not a ticket",
                "10.0.0.1:4711: \"joe\" (no uid) may not attach to \"/\": not a ticket",
                "10.0.0.1:4711: \"joe\" (uid 4294967294) may not attach to \"/\": its credential is that of uid 7",
                "10.0.0.1:4711: the verifier failed: java.lang.IllegalStateException: a bug",
                "10.0.0.1:4711: uid 1000 may not attach to \"/\": the verifier failed: java.lang.IllegalStateException: a bug",
                "10.0.0.1:4711: uid 1000 may not attach to \"/\": it has not authenticated",
                "10.0.0.1:4711: verified as uid 7 for \"/\"",
                "10.0.0.1:4711: uid 7 may not attach to \"/\": its afid was used before",
                "10.0.0.1:4711: uid 8 may not attach to \"/elsewhere\": its connection is that of uid 7",
                "10.0.0.1:4711: uid 7 may not attach to \"/\": its afid is for \"ann\" (uid 7) and \"/\""),
                recorded.lines());
    }

    @Test
    void areOneLineEachOfBoundedLengthWhateverTheClientSends() {
        refused(new Tattach(0, Protocol.NOFID, "joe\nWARN forged \u001b[2J\u2028", "x".repeat(8000), 1000));
        List<String> lines = recorded.lines();
        assertEquals(1, lines.size());
        assertTrue(lines.getFirst().matches("\\p{Print}{0,500}"), lines::toString);
        assertTrue(lines.getFirst().contains("\"joe?WARN forged ?[2J?\" (uid 1000)"), lines::toString);
    }

    /** What to do comes last, and stands nowhere else: the client learns no more than EPERM. */
    @Test
    void haveAVerifiersReasonToItsEnd() throws IOException {
        String found = "this server's munged at /run/munge/munge.socket.2: the credential is expired: it was made at "
                + "2026-01-01T00:00:00Z for 300 s, and it is 2026-01-01T02:00:00Z, 6900 s after its end.";
        String advice = " Make a new one; if this one is new, the clocks of the two hosts differ: synchronize them";
        reason.set(found + advice + "\n" + "x".repeat(600));
        refused("", 1000, ByteBuffer.allocate(2));
        assertEquals(List.of("10.0.0.1:4711: uid 1000 may not attach to \"/\": " + found + advice + "?"
                + "x".repeat(600)), recorded.lines());
    }

    @Test
    void haveNoVerifiersReasonWithoutBound() throws IOException {
        reason.set("x".repeat(100_000));
        refused("", 1000, ByteBuffer.allocate(2));
        assertEquals(List.of("10.0.0.1:4711: uid 1000 may not attach to \"/\": " + "x".repeat(1000) + "..."),
                recorded.lines());
    }

    @Test
    void doNotFloodTheLog() {
        for (int i = 0; i < 1000; i++) {
            refused(new Tattach(0, Protocol.NOFID, "", "/", 1000));
        }
        int lines = recorded.lines().size();
        assertEquals(RateLimitedLog.LINES_OF_A_HOST, lines);
    }

    /** An attempt from elsewhere, on a connection of its own. */
    private void refused(String peer) throws IOException {
        Session other = session(peer, tickets);
        other.answer(new Tversion(8192, Protocol.VERSION_9P2000_L));
        assertThrows(ErrnoException.class, () -> other.answer(new Tattach(0, Protocol.NOFID, "", "/", 1000)));
    }

    @Test
    void ofOneHostDoNotHideThoseOfAnother() throws IOException {
        for (int port = 1; port <= 1000; port++) {
            refused("10.0.0.2:" + port);
            refused("[fe80::2]:" + port);
            refused("/run/ninep.sock#" + port);
        }
        assertEquals(3 * RateLimitedLog.LINES_OF_A_HOST, recorded.lines().size());
        refused(new Tattach(0, Protocol.NOFID, "", "/", 1000));
        refused("[fe80::3]:1");
        assertEquals(List.of("10.0.0.1:4711: uid 1000 may not attach to \"/\": it has not authenticated",
                "[fe80::3]:1: uid 1000 may not attach to \"/\": it has not authenticated"),
                recorded.lines().subList(3 * RateLimitedLog.LINES_OF_A_HOST, recorded.lines().size()));
    }

    @Test
    void ofManyHostsDoNotFloodTheLog() throws IOException {
        for (int host = 0; host < 1000; host++) {
            refused("10.0." + host / 256 + "." + host % 256 + ":1");
        }
        assertEquals(RateLimitedLog.LINES, recorded.lines().size());
        time.advance(RateLimitedLog.WINDOW);
        refused("10.0.0.1:1");
        List<String> lines = recorded.lines();
        assertEquals(List.of(1000 - RateLimitedLog.LINES + " more lines like these were left out",
                "10.0.0.1:1: uid 1000 may not attach to \"/\": it has not authenticated"),
                lines.subList(RateLimitedLog.LINES, lines.size()));
    }

    @Test
    void doNotHideWhoWasVerified() throws IOException {
        for (int i = 0; i < 1000; i++) {
            refused("10.0.0.1:" + i);
        }
        for (int i = 0; i < 3; i++) {
            verified(1000);
        }
        verified(-2);
        List<String> lines = recorded.lines();
        assertEquals(List.of("10.0.0.1:4711: verified as uid 1000 for \"/\"",
                "10.0.0.1:4711: verified as uid 4294967294 for \"/\""),
                lines.subList(RateLimitedLog.LINES_OF_A_HOST, lines.size()));
    }

    private void verified(int uid) throws IOException {
        session.answer(new Tauth(1, "", "/", uid));
        session.writable(1).write(0, tickets.issue(uid));
        session.answer(new Tattach(5, 1, "", "/", uid));
        session.answer(new Tclunk(1));
        session.answer(new Tclunk(5));
    }
}
