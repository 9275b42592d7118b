package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ninep.Errno;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Tmessage.*;
import org.ninep.testkit.FakeClock;
import org.slf4j.helpers.NOPLogger;

/** What a client that has not authenticated can write, hold and wait for. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AfidBoundsTest {
    private static final int AFID = 100;
    private static final int JOE = 1000;
    private static final int MOST = 20_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final FakeClock time = new FakeClock();
    private final Tickets tickets = new Tickets(MOST);
    private final Visitors tree = new Visitors();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : open.reversed()) {
            closeable.close();
        }
    }

    private Server serve(Server.Builder builder) {
        Server server = builder.timeSource(time).handshakeTimeout(TIMEOUT).build();
        open.add(server);
        return server;
    }

    private Server strict() {
        return serve(Server.builder().authentication(tickets).export("/", tree));
    }

    private RawClient connect(Server server) throws IOException {
        RawClient client = RawClient.versioned(server.transport("test"), 1 << 20);
        open.add(client);
        return client;
    }

    private static Errno write(RawClient client, long offset, int count) throws IOException {
        return client.refused(new Twrite(AFID, offset, ByteBuffer.allocate(count)));
    }

    private static void auth(RawClient client, int afid) throws IOException {
        client.call(new Tauth(afid, "", "/", JOE), Rauth.class);
    }

    private void login(RawClient client, int fid, int uid) throws IOException {
        client.call(new Tauth(AFID, "", "/", uid), Rauth.class);
        client.call(new Twrite(AFID, 0, tickets.issue(uid)), Rwrite.class);
        client.call(new Tattach(fid, AFID, "", "/", uid), Rattach.class);
        client.call(new Tclunk(AFID), Rclunk.class);
    }

    @Test
    void takesACredentialInPiecesThatFollowEachOther() throws IOException {
        RawClient client = connect(strict());
        auth(client, AFID);
        ByteBuffer credential = tickets.issue(JOE);
        assertEquals(Errno.EIO, client.refused(new Twrite(AFID, 1, credential.duplicate())));
        int length = credential.remaining();
        for (int at = 0; at < length; at++) {
            assertEquals(1, client.call(new Twrite(AFID, at, credential.slice(at, 1)), Rwrite.class).count());
            assertEquals(Errno.EIO, write(client, at, 1), "again");
            assertEquals(Errno.EIO, write(client, at + 2, 1), "with a gap");
        }
        assertEquals(0, client.call(new Twrite(AFID, length, ByteBuffer.allocate(0)), Rwrite.class).count());
        assertEquals(Errno.EINVAL, write(client, -1, 1));
        client.call(new Tattach(0, AFID, "", "/", JOE), Rattach.class);
    }

    @Test
    void takesNoMoreOfACredentialThanTheVerifierDoes() throws IOException {
        AtomicReference<Integer> length = new AtomicReference<>();
        Verifier verifier = new Verifier() {
            @Override
            public int verify(Claim claim, ByteBuffer credential) {
                length.set(credential.remaining());
                return JOE;
            }

            @Override
            public int maxBytes() {
                return MOST;
            }
        };
        RawClient client = connect(serve(Server.builder().export("/", tree, verifier)));
        auth(client, AFID);
        client.call(new Twrite(AFID, 0, ByteBuffer.allocate(MOST - 1)), Rwrite.class);
        assertEquals(Errno.EFBIG, write(client, MOST - 1, 2));
        client.call(new Twrite(AFID, MOST - 1, ByteBuffer.allocate(1)), Rwrite.class);
        assertEquals(Errno.EFBIG, write(client, MOST, 1));
        client.call(new Tattach(0, AFID, "", "/", JOE), Rattach.class);
        assertEquals(MOST, length.get());
    }

    @Test
    void afidsOfAllExportsAndOfNoneTakeAsMuch() throws IOException {
        Tickets small = new Tickets(10);
        Tickets medium = new Tickets(100);
        for (String aname : List.of("/", "/small", "/large", "/nowhere", "ctl")) {
            RawClient client = connect(serve(Server.builder().authentication(medium).export("/", tree)
                    .export("/small", tree, small).export("/large", tree, tickets)));
            for (int i = 0; i < Limits.CREDENTIALS; i++) {
                client.call(new Tauth(AFID, "", aname, JOE), Rauth.class);
                client.call(new Twrite(AFID, 0, ByteBuffer.allocate(MOST)), Rwrite.class);
                assertEquals(Errno.EFBIG, write(client, MOST, 1));
                assertEquals(Errno.EPERM, client.refused(new Tattach(0, AFID, "", aname, JOE)));
                client.call(new Tclunk(AFID), Rclunk.class);
            }
            assertEquals(Errno.EPERM, client.refused(new Tauth(AFID, "", aname, JOE)));
        }
        assertEquals(0, small.asked().size(), "it need not look at more than it takes");
        assertEquals(0, medium.asked().size());
        assertEquals(Limits.CREDENTIALS, tickets.asked().size());
    }

    @Test
    void anAfidOfANameThatIsNotExportedTakesWhatTheDefaultWould() throws IOException {
        Tickets unused = new Tickets(MOST);
        RawClient client = connect(serve(Server.builder().authentication(unused)
                .exportToAnyone("ctl", new CtlTree(List::of)).export("/", tree, new Tickets(10))));
        auth(client, AFID);
        client.call(new Twrite(AFID, 0, ByteBuffer.allocate(MOST)), Rwrite.class);
        assertEquals(Errno.EFBIG, write(client, MOST, 1));
    }

    @Test
    void forgetsACredentialOnceItWasLookedAt() throws IOException {
        AtomicReference<ByteBuffer> kept = new AtomicReference<>(ByteBuffer.allocate(0));
        RawClient client = connect(serve(Server.builder().export("/", tree, (_, credential) -> {
            kept.set(credential);
            return JOE;
        })));
        auth(client, AFID);
        client.call(new Twrite(AFID, 0, tickets.issue(JOE)), Rwrite.class);
        client.call(new Tattach(0, AFID, "", "/", JOE), Rattach.class);
        assertTrue(kept.get().hasRemaining());
        assertEquals(ByteBuffer.allocate(kept.get().remaining()), kept.get());
    }

    @Test
    void holdsFewAfidsWhichClunksAndRemovesGiveBack() throws IOException {
        Server server = strict();
        RawClient client = connect(server);
        for (int afid = 0; afid < Limits.AFIDS; afid++) {
            auth(client, afid);
        }
        assertEquals(Errno.EMFILE, client.refused(new Tauth(AFID, "", "/", JOE)));
        assertEquals(Limits.AFIDS, server.connections().getFirst().fids());
        client.call(new Tclunk(1), Rclunk.class);
        assertEquals(Errno.EROFS, client.refused(new Tremove(0)));
        assertEquals(Errno.EBADF, client.refused(new Tclunk(0)));
        auth(client, 8);
        auth(client, 9);
        assertEquals(Errno.EMFILE, client.refused(new Tauth(AFID, "", "/", JOE)));
    }

    @Test
    void afidsAndFidsShareTheirNumbers() throws IOException {
        RawClient client = connect(strict());
        login(client, 0, JOE);
        assertEquals(Errno.EBADF, client.refused(new Tauth(0, "", "/", JOE)));
        assertEquals(Errno.EBADF, client.refused(new Tauth(Protocol.NOFID, "", "/", JOE)));
        auth(client, AFID);
        assertEquals(Errno.EBADF, client.refused(new Tauth(AFID, "", "/", JOE)));
        assertEquals(Errno.EBADF, client.refused(new Tattach(AFID, AFID, "", "/", JOE)));
        assertEquals(Errno.EBADF, client.refused(new Tattach(AFID, Protocol.NOFID, "", "/", JOE)));
        assertEquals(Errno.EBADF, client.refused(new Twalk(0, AFID, List.of())));
        assertEquals(Errno.EBADF, client.refused(new Txattrwalk(0, AFID, "")));
        assertEquals(Errno.EBADF, client.refused(new Tattach(1, 0, "", "/", JOE)), "a fid is no afid");
    }

    @Test
    void noLongerFrameIsTakenBeforeTheAttachThanACredentialNeeds() throws IOException {
        Server server = strict();
        RawClient client = connect(server);
        assertEquals(Errno.EBADF, write(client, 0, MOST));
        assertEquals(Errno.EBADF, client.refused(new Tread(7, 0, 1 << 20)));
        login(client, 0, JOE);
        assertEquals(Errno.EBADF, write(client, 0, (1 << 20) - 24));

        RawClient greedy = connect(server);
        greedy.send(RawClient.bytes(1, new Twrite(AFID, 0, ByteBuffer.allocate(MOST + 1))).limit(200));
        assertTrue(greedy.isAtEnd());
    }

    @Test
    void noRoomIsMadeForAReplyWithDataBeforeTheAttach() throws IOException {
        Exports exports = new Exports(Map.of("/", new Exports.Listed(tree, false, null)), null, tree);
        RateLimitedLog log = new RateLimitedLog(NOPLogger.NOP_LOGGER, time);
        Session session = new Session(exports, new Limits(1 << 20, 10, 10), new Authentication("peer", log),
                new LockTable());
        session.answer(new Tversion(1 << 20, Protocol.VERSION_9P2000_L));
        assertEquals(0, session.largestPayload());
        session.answer(new Tattach(0, Protocol.NOFID, "", "/", JOE));
        assertEquals((1 << 20) - Protocol.IOHDRSZ, session.largestPayload());
        session.answer(new Tversion(8192, Protocol.VERSION_9P2000_L));
        assertEquals(0, session.largestPayload());
    }

    @Test
    void looksAtOnlySoManyCredentialsInARowThatAreNotGood() throws IOException {
        RawClient client = connect(strict());
        login(client, 0, JOE);
        for (int i = 0; i < Limits.CREDENTIALS; i++) {
            auth(client, AFID);
            assertEquals(Errno.EPERM, client.refused(new Tattach(1, AFID, "", "/", JOE)));
            client.call(new Tclunk(AFID), Rclunk.class);
        }
        assertEquals(Errno.EPERM, client.refused(new Tauth(AFID, "", "/", JOE)));
        assertEquals(1 + Limits.CREDENTIALS, tickets.asked().size());
        client.call(new Tattach(1, Protocol.NOFID, "", "/", JOE), Rattach.class);
    }

    @Test
    void looksAtNoMoreCredentialsForAfidsThatWereMadeBefore() throws IOException {
        RawClient client = connect(strict());
        for (int i = 0; i < Limits.CREDENTIALS - 1; i++) {
            auth(client, AFID);
            assertEquals(Errno.EPERM, client.refused(new Tattach(1, AFID, "", "/", JOE)));
            client.call(new Tclunk(AFID), Rclunk.class);
        }
        for (int afid = 0; afid < Limits.AFIDS; afid++) {
            auth(client, afid);
        }
        client.call(new Twrite(3, 0, tickets.issue(JOE)), Rwrite.class);
        for (int afid = 0; afid < Limits.AFIDS; afid++) {
            assertEquals(Errno.EPERM, client.refused(new Tattach(9, afid, "", "/", JOE)));
        }
        assertEquals(Limits.CREDENTIALS, tickets.asked().size());
        assertEquals(Errno.EPERM, client.refused(new Twrite(3, 0, ByteBuffer.allocate(1))), "it is used up");
    }

    @Test
    void remembersOnlySoManyUsersOfAConnection() throws IOException {
        RawClient client = connect(strict());
        for (int i = 0; i < Identities.MOST; i++) {
            login(client, i, JOE + i);
        }
        client.call(new Tauth(AFID, "", "/", 1), Rauth.class);
        client.call(new Twrite(AFID, 0, tickets.issue(1)), Rwrite.class);
        assertEquals(Errno.EMFILE, client.refused(new Tattach(90, AFID, "", "/", 1)));
        assertEquals(Errno.EPERM, client.refused(new Tattach(90, Protocol.NOFID, "", "/", 1)));
        client.call(new Tclunk(AFID), Rclunk.class);
        login(client, 90, JOE);
    }

    @Test
    void closesClientsThatDoNotAuthenticateInTime() throws IOException {
        Server server = strict();
        RawClient good = connect(server);
        login(good, 0, JOE);
        RawClient idle = connect(server);
        RawClient slow = connect(server);
        auth(slow, AFID);
        slow.call(new Twrite(AFID, 0, tickets.issue(JOE)), Rwrite.class);
        RawClient wrong = connect(server);
        assertEquals(Errno.EPERM, wrong.refused(new Tattach(0, Protocol.NOFID, "", "/", JOE)));
        time.advance(TIMEOUT.minusNanos(1));
        assertEquals(Errno.EPERM, wrong.refused(new Tattach(0, Protocol.NOFID, "", "/", JOE)));
        time.advance(Duration.ofNanos(1));
        assertTrue(idle.isAtEnd());
        assertTrue(slow.isAtEnd());
        assertTrue(wrong.isAtEnd());
        assertTrue(good.open(1, "hello").iounit() > 0);
        assertEquals("hello", good.text(1));
    }

    @Test
    void looksAtNoFurtherCredentialOfAClientThatIsLate() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        AtomicInteger times = new AtomicInteger();
        Server server = serve(Server.builder().export("/", tree, (_, _) -> {
            times.incrementAndGet();
            asked.countDown();
            awaitAnswer(answer);
            throw new IOException("no credential");
        }));
        RawClient client = connect(server);
        ByteBuffer attempts = ByteBuffer.allocate(4096);
        for (int afid = 0; afid < Limits.AFIDS; afid++) {
            attempts.put(RawClient.bytes(1, new Tauth(afid, "", "/", JOE)));
            attempts.put(RawClient.bytes(1, new Tattach(9, afid, "", "/", JOE)));
        }
        client.send(attempts.flip());
        assertTrue(asked.await(60, TimeUnit.SECONDS));
        time.advance(TIMEOUT);
        assertTrue(client.isAtEnd());
        answer.countDown();
        server.close(Duration.ofSeconds(30));
        assertEquals(List.of(), server.connections());
        assertEquals(1, times.get());
    }

    private static void awaitAnswer(CountDownLatch latch) throws IOException {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    @Test
    void saysNothingOfClientsThatLeftBeforeTheyWereLate() throws Exception {
        RecordedLog log = new RecordedLog();
        Server server = serve(Server.builder().authentication(tickets).export("/", tree).log(log.logger()));
        for (int i = 0; i < 10; i++) {
            RawClient.connect(server.transport("gone")).close();
        }
        while (!server.connections().isEmpty()) {
            Thread.onSpinWait();
        }
        RawClient idle = RawClient.connect(server.transport("idle"));
        open.add(idle);
        time.advance(TIMEOUT);
        assertTrue(idle.isAtEnd());
        assertEquals(List.of("idle: closed, it did not agree on a version or authenticate in time"), log.lines());
    }

    @Test
    void whereAnExportIsForAnyoneAnAttachToItIsInTimeToo() throws IOException {
        Server mixed = serve(Server.builder().export("/", tree, tickets).exportToAnyone("/open", tree));
        RawClient guest = connect(mixed);
        guest.attach(0, "/open");
        RawClient idle = connect(mixed);
        time.advance(TIMEOUT);
        assertTrue(idle.isAtEnd());
        guest.open(1, "hello");
    }

    @Test
    void whereNothingAsksForAuthenticationAVersionIsInTime() throws IOException {
        Server server = serve(Server.builder().export("/", tree));
        RawClient idle = connect(server);
        RawClient silent = RawClient.connect(server.transport("silent"));
        open.add(silent);
        time.advance(TIMEOUT);
        assertTrue(silent.isAtEnd(), "it came later than the other");
        idle.attach(0, "/");
    }

    @Test
    void refusesAVerifierOfNoOrOfHugeCredentials() {
        for (int most : List.of(0, -1, (1 << 20) + 1)) {
            Server.Builder builder = Server.builder().export("/", tree, new Tickets(most));
            assertThrows(IllegalArgumentException.class, builder::build);
        }
    }
}
