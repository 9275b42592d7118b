package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ninep.client.Messages.assertBegins;
import static org.ninep.client.Messages.assertContains;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ninep.Errno;
import org.ninep.ProtocolException;
import org.ninep.RemoteException;
import org.ninep.RequestTimeoutException;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage.Rclunk;
import org.ninep.message.Rmessage.Rflush;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Rmessage.Rversion;
import org.ninep.message.Rmessage.Rwalk;
import org.ninep.message.Tmessage.Tclunk;
import org.ninep.message.Tmessage.Tflush;
import org.ninep.message.Tmessage.Tversion;
import org.ninep.message.Tmessage.Twalk;
import org.ninep.testkit.FakeClock;
import org.ninep.testkit.Request;
import org.ninep.testkit.ScriptedPeer;

@Timeout(120)
class WalkTest {
    private static final Qid QID = new Qid(0, 0, 9);

    private final FakeClock clock = new FakeClock();
    private final ScriptedPeer peer = ScriptedPeer.inProcess("h:564").serving(new byte[0]).answering(Tversion.class,
            t -> new Rversion(4096, t.version()));
    private Client client;
    private RemoteFile root;

    @BeforeEach
    void attach() throws IOException {
        client = Client.builder(peer.transport()).timeSource(clock).requestTimeout(Duration.ofSeconds(10)).connect();
        root = client.attach("", "", 0);
    }

    @AfterEach
    void close() {
        client.close();
        peer.close();
    }

    private List<Twalk> walks() {
        return peer.received(Twalk.class);
    }

    private static String path(int names) {
        return IntStream.rangeClosed(1, names).mapToObj(i -> "n" + i).collect(Collectors.joining("/"));
    }

    private static Rwalk reply(Twalk walk) {
        return new Rwalk(Collections.nCopies(walk.names().size(), QID));
    }

    /** By then the peer has received whatever was sent before. */
    private void roundTrip() throws IOException {
        root.statfs();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 32, 40})
    void walksAnyDepthInMessagesOf16Names(int depth) throws IOException {
        RemoteFile file = root.walk(path(depth));
        assertEquals(depth == 0 ? "/" : "/" + path(depth), file.path());
        assertEquals(Math.max(1, Math.ceilDiv(depth, 16)), walks().size());
        assertEquals(List.of(path(depth).split("/")).stream().filter(name -> !name.isEmpty()).toList(),
                walks().stream().flatMap(walk -> walk.names().stream()).toList());
        int newfid = walks().getFirst().newfid();
        assertNotEquals(walks().getFirst().fid(), newfid);
        walks().stream().skip(1).forEach(walk -> assertEquals(new Twalk(newfid, newfid, walk.names()), walk));
        assertEquals(depth == 0 ? root.qid() : new Qid(Qid.FILE, 0, 2), file.qid());
    }

    @Test
    void walksInMoreMessagesWhereLongNamesFillTheMsize() throws IOException {
        String name = "x".repeat(255);
        root.walk(String.join("/", Collections.nCopies(40, name)));
        assertEquals(List.of(15, 15, 10), walks().stream().map(walk -> walk.names().size()).toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {4078, 65535, 65536})
    void refusesANameThatFitsNoMessage(int length) throws IOException {
        root.walk("x".repeat(4077)).close();
        assertThrows(IllegalArgumentException.class, () -> root.walk("a/" + "x".repeat(length)));
        assertThrows(IllegalArgumentException.class, () -> root.walk("x".repeat(length)));
        assertThrows(IllegalArgumentException.class, () -> root.walk("\ud800"));
        roundTrip();
        assertTrue(client.isOpen());
        assertEquals(List.of(1, 1), walks().stream().map(walk -> walk.names().size()).toList());
        client.close(Duration.ofSeconds(10));
        assertEquals(2, peer.received(Tclunk.class).size(), "nothing was left in flight");
    }

    @Test
    void skipsEmptyNamesAndDots() throws IOException {
        RemoteFile file = root.walk("//a/./b/").walk("../c");
        assertEquals(List.of(List.of("a", "b"), List.of("..", "c")), walks().stream().map(Twalk::names).toList());
        assertEquals("/a/b/../c", file.path());
    }

    @Test
    void aPartialWalkIsEnoentAndNamesWhatIsMissing() throws IOException {
        peer.answering(Twalk.class, _ -> new Rwalk(List.of(QID, QID)));
        RemoteException e = assertThrows(RemoteException.class, () -> root.walk("a/b/c/d"));
        assertEquals(Errno.ENOENT, e.errno());
        assertBegins("h:564: Twalk /a/b/c/d: \"c\": ", e);
        assertThrows(RemoteException.class, () -> root.walk("a/b/c/d"));
        assertEquals(walks().getFirst().newfid(), walks().getLast().newfid(), "newfid was not made");
        roundTrip();
        assertTrue(peer.received(Tclunk.class).isEmpty());
    }

    @Test
    void aPartialWalkInALaterMessageGivesTheFidBack() throws IOException {
        peer.answering(Twalk.class, t -> t.names().contains("n17") ? new Rwalk(List.of(QID)) : reply(t));
        RemoteException e = assertThrows(RemoteException.class, () -> root.walk(path(20)));
        assertContains("\"n18\"", e);
        roundTrip();
        assertEquals(List.of(new Tclunk(walks().getFirst().newfid())), peer.received(Tclunk.class));
    }

    @Test
    void aRefusedLaterMessageGivesTheFidBack() throws IOException {
        peer.answering(Twalk.class, t -> t.names().contains("n17") ? new Rlerror(Errno.EACCES) : reply(t));
        assertThrows(RemoteException.class, () -> root.walk(path(20)));
        roundTrip();
        assertEquals(List.of(new Tclunk(walks().getFirst().newfid())), peer.received(Tclunk.class));
    }

    @Test
    void moreQidsThanNamesEndTheConnection() throws IOException {
        peer.answering(Twalk.class, _ -> new Rwalk(List.of(QID, QID)));
        assertThrows(ProtocolException.class, () -> root.walk("a"));
        peer.connection().awaitClosedByClient();
        assertFalse(client.isOpen());
    }

    @Test
    void aFidIsUsedAgainOnlyAfterRclunk() throws IOException {
        peer.holding(Tclunk.class);
        RemoteFile first = root.walk("a");
        first.close();
        first.close();
        Request<Tclunk> clunk = peer.expect(Tclunk.class);
        assertEquals(walks().getFirst().newfid(), clunk.message().fid());
        root.walk("b");
        assertNotEquals(clunk.message().fid(), walks().getLast().newfid());
        clunk.answer(new Rclunk());
        roundTrip();
        root.walk("c");
        assertEquals(clunk.message().fid(), walks().getLast().newfid());
        assertTrue(peer.held().isEmpty(), "closed once, clunked once");
    }

    @Test
    void aClosedFileMakesNoMoreRequests() throws IOException {
        RemoteFile file = root.walk("a");
        file.close();
        roundTrip();
        int before = peer.received().size();
        assertEquals("h:564: /a is closed",
                assertThrows(ClosedChannelException.class, file::getattr).getMessage());
        assertThrows(ClosedChannelException.class, file::open);
        assertThrows(ClosedChannelException.class, () -> file.walk("b"));
        assertThrows(ClosedChannelException.class, () -> file.xattr("b"));
        roundTrip();
        assertEquals(before + 1, peer.received().size());
    }

    private Request<Twalk> timeOutWalk() throws Exception {
        peer.holding(Twalk.class);
        peer.holding(Tflush.class);
        Background<RemoteFile> walking = Background.run(() -> root.walk("a"));
        Request<Twalk> walk = peer.expect(Twalk.class);
        clock.advance(Duration.ofSeconds(10));
        assertBegins("h:564: Twalk /a: no answer within 10.0 s", walking.failure(RequestTimeoutException.class));
        return walk;
    }

    private int nextNewfid() throws IOException {
        peer.answering(Twalk.class, WalkTest::reply);
        root.walk("z");
        return walks().getLast().newfid();
    }

    @Test
    void aLateRwalkIsGivenBackBeforeItsFidIsUsedAgain() throws Exception {
        Request<Twalk> walk = timeOutWalk();
        int fid = walk.message().newfid();
        assertNotEquals(fid, nextNewfid(), "the server may still make it");
        peer.holding(Tclunk.class);
        walk.answer(reply(walk.message()));
        peer.expect(Tflush.class, flush -> flush.oldtag() == walk.tag()).answer(new Rflush());
        roundTrip();
        roundTrip();
        assertEquals(List.of(new Tclunk(fid)), peer.received(Tclunk.class));
        assertNotEquals(fid, nextNewfid());
    }

    @Test
    void aWalkThatWasFlushedFreesItsFid() throws Exception {
        Request<Twalk> walk = timeOutWalk();
        peer.expect(Tflush.class).answer(new Rflush());
        roundTrip();
        assertEquals(walk.message().newfid(), nextNewfid());
        assertTrue(peer.received(Tclunk.class).isEmpty());
    }

    @Test
    void aLateRefusalFreesTheFid() throws Exception {
        Request<Twalk> walk = timeOutWalk();
        walk.fail(Errno.ENOENT);
        peer.expect(Tflush.class).answer(new Rflush());
        roundTrip();
        assertEquals(walk.message().newfid(), nextNewfid());
        assertTrue(peer.received(Tclunk.class).isEmpty());
    }

    @Test
    void aLaterMessageThatTimesOutGivesTheFidBackOnceTheServerHasLetGo() throws Exception {
        peer.answering(Twalk.class, t -> t.names().contains("n17") ? null : reply(t));
        peer.holding(Tflush.class);
        Background<RemoteFile> walking = Background.run(() -> root.walk(path(20)));
        Request<Twalk> second = peer.expect(Twalk.class);
        clock.advance(Duration.ofSeconds(10));
        walking.failure(RequestTimeoutException.class);
        roundTrip();
        assertTrue(peer.received(Tclunk.class).isEmpty(), "the walk may still be going on");
        peer.expect(Tflush.class).answer(new Rflush());
        roundTrip();
        roundTrip();
        assertEquals(List.of(new Tclunk(second.message().newfid())), peer.received(Tclunk.class));
    }

    @Test
    void aWalkThatWasNeverSentFreesItsFid() throws Exception {
        peer.holding(Twalk.class);
        try (Client narrow = Client.builder(peer.transport()).timeSource(clock).maxRequests(1).connect();
                RemoteFile other = narrow.attach("", "", 0)) {
            Background<RemoteFile> first = Background.run(() -> other.walk("a"));
            Request<Twalk> sent = peer.expect(Twalk.class);
            clock.advance(Duration.ofSeconds(5));
            Background<RemoteFile> waiting = Background.run(() -> other.walk("b"));
            waiting.awaitParked();
            waiting.interrupt();
            waiting.failure(InterruptedIOException.class);
            sent.answer(reply(sent.message()));
            first.get();
            peer.answering(Twalk.class, WalkTest::reply);
            other.walk("c");
            assertEquals(sent.message().newfid() + 1, walks().getLast().newfid());
        }
    }

    @Test
    void anInterruptedThreadSendsNothingAndLosesNoFid() throws Exception {
        Background<Boolean> walking = Background.run(() -> {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedIOException.class, () -> root.walk("a"));
            return Thread.interrupted();
        });
        assertTrue(walking.get(), "it stays interrupted");
        assertTrue(walks().isEmpty());
        int fid = nextNewfid();
        root.walk("b").close();
        assertEquals(1, Math.abs(walks().getLast().newfid() - fid));
    }
}
