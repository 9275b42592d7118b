package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ninep.Errno;
import org.ninep.ProtocolException;
import org.ninep.RequestTimeoutException;
import org.ninep.message.Rmessage.Rflush;
import org.ninep.message.Rmessage.Rread;
import org.ninep.message.Tmessage.Tflush;
import org.ninep.message.Tmessage.Tgetattr;
import org.ninep.message.Tmessage.Tread;
import org.ninep.testkit.FakeClock;
import org.ninep.testkit.PeerConnection;
import org.ninep.testkit.Request;
import org.ninep.testkit.ScriptedPeer;

/** Timeouts, flush(5), and when a tag may be used again. */
@Timeout(120)
class TimeoutTest {
    private static final Duration SHORT = Duration.ofMillis(250);
    private static final Duration LONG = Duration.ofHours(1);

    private final FakeClock clock = new FakeClock();
    private final byte[] content = Bytes.random(100_000, 8);
    private final ScriptedPeer peer = ScriptedPeer.inProcess("h:564").serving(content).holding(Tread.class)
            .holding(Tflush.class);
    private Client client;
    private RemoteFile file;

    @BeforeEach
    void open() throws IOException {
        open(100);
    }

    private void reopen(int maxRequests) throws IOException {
        client.close();
        open(maxRequests);
    }

    private void open(int maxRequests) throws IOException {
        client = Client.builder(peer.transport()).timeSource(clock).requestTimeout(LONG).maxRequests(maxRequests)
                .connect();
        file = client.attach("", "", 0).walk("image").open();
    }

    @AfterEach
    void close() {
        client.close();
        peer.close();
        assertEquals(0, clock.watchers());
    }

    private AwaitedRead read(ByteBuffer buffer, long offset, Duration timeout) {
        AwaitedRead read = new AwaitedRead();
        file.read(buffer, offset, timeout, read);
        return read;
    }

    private AwaitedRead read(long offset, Duration timeout) {
        return read(ByteBuffer.allocate(100), offset, timeout);
    }

    private void answer(Request<Tread> request) {
        request.answer(Bytes.answer(content, request.message()));
    }

    /** By then both sides have looked at all that was sent before. */
    private void roundTrip() throws IOException {
        file.statfs();
    }

    /** The tags of so many new reads. */
    private Set<Integer> tagsOfNewReads(int count) {
        Set<Integer> tags = new HashSet<>();
        List<Request<Tread>> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            AwaitedRead ignored = read(i, LONG);
            requests.add(peer.expect(Tread.class));
            tags.add(requests.getLast().tag());
        }
        requests.forEach(this::answer);
        return tags;
    }

    /** Whether one of many new reads, more than there are tags, has this tag. */
    private boolean isUsedAgain(int tag) {
        for (int i = 0; i < 10; i++) {
            if (tagsOfNewReads(30).contains(tag)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void aTagRestsBeforeItIsUsedAgain() {
        Set<Integer> tags = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            assertTrue(tags.addAll(tagsOfNewReads(1)),
                    "an answer that comes twice must not be taken for the next one's");
        }
    }

    @Test
    void flushesTheTagWhenARequestTimesOut() throws Exception {
        AwaitedRead late = read(5, SHORT);
        AwaitedRead patient = read(6, SHORT.plusMillis(1));
        Request<Tread> first = peer.expect(Tread.class);
        Request<Tread> second = peer.expect(Tread.class);
        clock.advance(SHORT);
        assertEquals("h:564: Tread /image at 5, 100 bytes: no answer within 0.25 s",
                late.failure(RequestTimeoutException.class).getMessage());
        Request<Tflush> flush = peer.expect(Tflush.class);
        assertEquals(first.tag(), flush.message().oldtag());
        assertFalse(Set.of(first.tag(), second.tag()).contains(flush.tag()));
        answer(second);
        assertEquals(100, patient.count());
        assertTrue(client.isOpen());
    }

    @Test
    void theTagIsNotUsedAgainBeforeRflush() throws Exception {
        AwaitedRead late = read(5, SHORT);
        Request<Tread> old = peer.expect(Tread.class);
        clock.advance(SHORT);
        late.failure(RequestTimeoutException.class);
        Request<Tflush> flush = peer.expect(Tflush.class);
        assertFalse(isUsedAgain(old.tag()));
        flush.answer(new Rflush());
        roundTrip();
        assertTrue(isUsedAgain(old.tag()));
    }

    @Test
    void anAnswerBeforeRflushIsThrownAwayAndFreesNothing() throws Exception {
        ByteBuffer buffer = ByteBuffer.allocate(100);
        AwaitedRead late = read(buffer, 5, SHORT);
        Request<Tread> old = peer.expect(Tread.class);
        clock.advance(SHORT);
        late.failure(RequestTimeoutException.class);
        Request<Tflush> flush = peer.expect(Tflush.class);
        answer(old);
        roundTrip();
        assertArrayEquals(new byte[100], buffer.array(), "a late answer writes into nobody's buffer");
        assertFalse(isUsedAgain(old.tag()));
        flush.answer(new Rflush());
        roundTrip();
        assertTrue(isUsedAgain(old.tag()));
        assertEquals(1, late.calls());
    }

    @Test
    void anErrorBeforeRflushIsThrownAwayToo() throws Exception {
        AwaitedRead late = read(5, SHORT);
        Request<Tread> old = peer.expect(Tread.class);
        clock.advance(SHORT);
        late.failure(RequestTimeoutException.class);
        Request<Tflush> flush = peer.expect(Tflush.class);
        old.fail(Errno.EINTR);
        flush.answer(new Rflush());
        roundTrip();
        assertTrue(isUsedAgain(old.tag()));
    }

    @Test
    void anAnswerAfterRflushEndsTheConnection() throws Exception {
        AwaitedRead late = read(5, SHORT);
        Request<Tread> old = peer.expect(Tread.class);
        clock.advance(SHORT);
        late.failure(RequestTimeoutException.class);
        peer.expect(Tflush.class).answer(new Rflush());
        AwaitedRead other = read(6, LONG);
        AwaitedRead another = read(6, LONG);
        AwaitedRead third = read(6, LONG);
        for (int i = 0; i < 3; i++) {
            assertNotEquals(-1, peer.expect(Tread.class).tag());
        }
        old.connection().send(99, new Rread(ByteBuffer.allocate(0)));
        other.failure(ProtocolException.class);
        another.failure(ProtocolException.class);
        third.failure(ProtocolException.class);
    }

    @Test
    void aSecondLateAnswerEndsTheConnection() throws Exception {
        AwaitedRead late = read(5, SHORT);
        Request<Tread> old = peer.expect(Tread.class);
        clock.advance(SHORT);
        late.failure(RequestTimeoutException.class);
        answer(old);
        answer(old);
        peer.connection().awaitClosedByClient();
    }

    @Test
    void aServerThatRefusesToFlushFreesTheTagWithItsAnswer() throws Exception {
        for (boolean answerFirst : new boolean[]{true, false}) {
            AwaitedRead late = read(5, SHORT);
            Request<Tread> old = peer.expect(Tread.class);
            clock.advance(SHORT);
            late.failure(RequestTimeoutException.class);
            Request<Tflush> flush = peer.expect(Tflush.class);
            if (answerFirst) {
                answer(old);
                flush.fail(Errno.EOPNOTSUPP);
            } else {
                flush.fail(Errno.EOPNOTSUPP);
                roundTrip();
                assertFalse(isUsedAgain(old.tag()));
                answer(old);
            }
            roundTrip();
            assertTrue(isUsedAgain(old.tag()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 12, 50, 99 + 11})
    void aReplyThatArrivesWhenTheTimeIsOverWritesNothingMore(int sentBefore) throws Exception {
        ByteBuffer buffer = ByteBuffer.allocateDirect(100);
        AwaitedRead late = read(buffer, 5, SHORT);
        AwaitedRead other = read(6, LONG);
        Request<Tread> old = peer.expect(Tread.class);
        Request<Tread> next = peer.expect(Tread.class);
        byte[] reply = PeerConnection.encode(old.tag(), Bytes.answer(content, old.message()));
        old.connection().sendRaw(reply, 0, sentBefore);
        if (sentBefore > 11) {
            awaitByte(buffer, content[5 + sentBefore - 12], sentBefore - 12);
        }
        clock.advance(SHORT);
        late.failure(RequestTimeoutException.class);
        byte[] then = Bytes.all(buffer);
        old.connection().sendRaw(reply, sentBefore, reply.length);
        answer(next);
        assertEquals(100, other.count());
        assertArrayEquals(then, Bytes.all(buffer));
        assertEquals(0, buffer.position());
        assertEquals(100, buffer.limit());
        boolean flushed = sentBefore <= 11;
        if (flushed) {
            peer.expect(Tflush.class).answer(new Rflush());
        }
        roundTrip();
        assertEquals(flushed ? 1 : 0, peer.received(Tflush.class).size(), "what is arriving need not be flushed");
        assertTrue(isUsedAgain(old.tag()));
    }

    /** Until the client has taken what was sent; the reader writes into the buffer, so it can be seen there. */
    private static void awaitByte(ByteBuffer buffer, byte value, int at) {
        long deadline = System.nanoTime() + ScriptedPeer.PATIENCE.toNanos();
        while (buffer.get(at) != value) {
            assertTrue(System.nanoTime() < deadline, "the bytes did not arrive");
            Thread.onSpinWait();
        }
    }

    @Test
    void requestsThatWaitForATagTimeOutUnsent() throws Exception {
        reopen(2);
        List<AwaitedRead> reads = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            reads.add(read(i, i < 2 ? LONG : SHORT));
        }
        peer.awaitHeld(2);
        clock.advance(SHORT);
        for (AwaitedRead waiting : reads.subList(2, 5)) {
            Messages.assertContains("not sent within 0.25 s", waiting.failure(RequestTimeoutException.class));
        }
        answer(peer.expect(Tread.class));
        answer(peer.expect(Tread.class));
        assertEquals(100, reads.get(0).count());
        assertEquals(100, reads.get(1).count());
        roundTrip();
        assertEquals(2, peer.received(Tread.class).size());
        assertTrue(peer.received(Tflush.class).isEmpty());
    }

    @Test
    void flushesEvenWhenEveryTagIsTakenByARequestThatTimedOut() throws Exception {
        reopen(3);
        List<AwaitedRead> reads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            reads.add(read(i, SHORT));
        }
        AwaitedRead waiting = read(77, LONG);
        peer.awaitHeld(3);
        List<Integer> tags = peer.held().stream().map(Request::tag).toList();
        clock.advance(SHORT);
        for (AwaitedRead read : reads) {
            read.failure(RequestTimeoutException.class);
        }
        for (int i = 0; i < 3; i++) {
            peer.expect(Tread.class);
        }
        List<Request<Tflush>> flushes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            flushes.add(peer.expect(Tflush.class));
        }
        assertEquals(tags, flushes.stream().map(flush -> flush.message().oldtag()).toList());
        assertEquals(3, peer.received(Tread.class).size(), "the server still has three requests");
        flushes.forEach(flush -> flush.answer(new Rflush()));
        answer(peer.expect(Tread.class));
        assertEquals(100, waiting.count());
    }

    @Test
    void blockingCallsTimeOutToo() throws Exception {
        peer.holding(Tgetattr.class);
        Background<?> getattr = Background.run(() -> file.getattr());
        peer.expect(Tgetattr.class);
        clock.advance(LONG);
        assertEquals("h:564: Tgetattr /image: no answer within 3600.0 s",
                getattr.failure(RequestTimeoutException.class).getMessage());
    }

    @Test
    void eachTreadOfALongReadHasItsOwnTime() throws Exception {
        AwaitedRead read = new AwaitedRead();
        ByteBuffer buffer = ByteBuffer.allocate(1000);
        file.readFully(buffer, 0, SHORT, read);
        for (int i = 0; i < 10; i++) {
            Request<Tread> request = peer.expect(Tread.class);
            clock.advance(SHORT.dividedBy(2));
            request.answer(Bytes.answer(content, request.message(), 100));
        }
        assertEquals(1000, read.count());
        assertArrayEquals(Bytes.range(content, 0, 1000), buffer.array());
    }

    @Test
    void aTimeoutOnTheSystemsClockWakesAReaderThatSleeps() throws Exception {
        try (Client real = Client.builder(peer.transport()).connect();
                RemoteFile image = real.attach("", "", 0).walk("image").open()) {
            AwaitedRead patient = new AwaitedRead();
            image.read(ByteBuffer.allocate(100), 0, Duration.ofDays(1), patient);
            Request<Tread> request = peer.expect(Tread.class);
            image.statfs();
            AwaitedRead late = new AwaitedRead();
            image.read(ByteBuffer.allocate(100), 0, Duration.ofMillis(1), late);
            late.failure(RequestTimeoutException.class);
            answer(request);
            assertEquals(100, patient.count());
        }
    }

    @Test
    void aHundredYearsAreNotOver() throws Exception {
        AwaitedRead read = read(0, Duration.ofSeconds(Long.MAX_VALUE));
        Request<Tread> request = peer.expect(Tread.class);
        clock.advance(Duration.ofDays(365 * 70));
        roundTrip();
        answer(request);
        assertEquals(100, read.count());
    }
}
