package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ninep.ConnectionLostException;
import org.ninep.RequestTimeoutException;
import org.ninep.message.Tmessage.Tread;
import org.ninep.testkit.FakeClock;
import org.ninep.testkit.ScriptedPeer;
import org.ninep.transport.Connection;

/** When it is looked for replies again and again, and that nothing else changes by it. */
@Timeout(120)
class BusyPollTest {
    private static final long LIMIT = 100;

    private long now;
    private final BusyPoll poll = poll(LIMIT);

    private BusyPoll poll(long nanos) {
        return new BusyPoll(Duration.ofNanos(nanos), () -> now);
    }

    /** Sleeps until something comes, or for nothing. */
    private void sleep(BusyPoll poll, long nanos, boolean found) {
        assertFalse(poll.begin(true));
        now += nanos;
        poll.slept(found);
    }

    private void quickReplies(BusyPoll poll, int count) {
        for (int i = 0; i < count; i++) {
            sleep(poll, LIMIT, true);
        }
    }

    private void assertBegins(BusyPoll poll) {
        assertTrue(poll.begin(true));
        poll.ended(true);
    }

    @Test
    void beginsAfterEnoughQuickRepliesAndGoesOnWhileTheyCome() {
        quickReplies(poll, BusyPoll.QUICK_REPLIES);
        for (int i = 0; i < 3; i++) {
            assertTrue(poll.begin(true));
            now += LIMIT;
            assertFalse(poll.isOver());
            poll.ended(true);
        }
    }

    @Test
    void endsWhereNothingComesWithinTheLimit() {
        quickReplies(poll, BusyPoll.QUICK_REPLIES);
        assertTrue(poll.begin(true));
        now += LIMIT + 1;
        assertTrue(poll.isOver());
        poll.ended(false);
        quickReplies(poll, BusyPoll.QUICK_REPLIES);
        assertBegins(poll);
    }

    @Test
    void endsWhereSomethingComesTooLate() {
        quickReplies(poll, BusyPoll.QUICK_REPLIES);
        assertTrue(poll.begin(true));
        now += LIMIT + 1;
        poll.ended(true);
        sleep(poll, 1, true);
    }

    @Test
    void aSlowReplyOrAWakeUpForNothingBeginsTheCountAnew() {
        quickReplies(poll, BusyPoll.QUICK_REPLIES - 1);
        sleep(poll, LIMIT + 1, true);
        quickReplies(poll, BusyPoll.QUICK_REPLIES - 1);
        sleep(poll, 1, false);
        quickReplies(poll, BusyPoll.QUICK_REPLIES);
        assertBegins(poll);
    }

    @Test
    void notWhileMoreRequestsAreInFlight() {
        quickReplies(poll, BusyPoll.QUICK_REPLIES);
        assertFalse(poll.begin(false));
        poll.slept(true);
        quickReplies(poll, BusyPoll.QUICK_REPLIES);
        assertBegins(poll);
    }

    @Test
    void oneOfAProcessAtATime() {
        BusyPoll other = poll(LIMIT);
        quickReplies(poll, BusyPoll.QUICK_REPLIES);
        quickReplies(other, BusyPoll.QUICK_REPLIES);
        assertTrue(poll.begin(true));
        sleep(other, 1, true);
        poll.ended(true);
        assertBegins(other);
        assertBegins(poll);
    }

    @Test
    void zeroIsNever() {
        BusyPoll off = poll(0);
        quickReplies(off, 2 * BusyPoll.QUICK_REPLIES);
        assertFalse(off.begin(true));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1_000_001})
    void otherLimitsAreRefused(long nanos) {
        ScriptedPeer peer = ScriptedPeer.inProcess("h:564");
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
                () -> Client.builder(peer.transport()).busyPoll(Duration.ofNanos(nanos)));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("busyPoll "), refused.toString());
        peer.close();
    }

    /** A wire with a clock of the test's, which notices each look. */
    private final class Watched implements Closeable {
        private final Pipe replies = Pipe.open();
        private final Pipe requests = Pipe.open();
        private final ByteBuffer one = ByteBuffer.allocate(1);
        private int looks;
        private @Nullable IoRunnable atTheThirdLook;
        final Wire wire = SelectorWire.open(Connection.of(replies.source(), requests.sink(), "peer"),
                new BusyPoll(Duration.ofNanos(LIMIT), this::look));

        Watched() throws IOException {
            for (int i = 0; i < BusyPoll.QUICK_REPLIES; i++) {
                reply();
                assertFalse(wire.select(0, true));
                take();
            }
        }

        private long look() {
            IoRunnable deed = atTheThirdLook;
            if (deed != null && ++looks == 3) {
                try {
                    deed.run();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return now;
        }

        void reply() throws IOException {
            assertEquals(1, replies.sink().write(one.clear()));
        }

        void take() throws IOException {
            assertEquals(1, wire.source().read(one.clear()));
        }

        /** Waits for ever, but for what is done at the third look. */
        void selectUntil(IoRunnable deed) throws IOException {
            looks = 0;
            atTheThirdLook = deed;
            assertFalse(wire.select(0, true));
            assertTrue(looks >= 3, looks + " looks");
            atTheThirdLook = null;
        }

        @Override
        public void close() throws IOException {
            wire.close();
            replies.sink().close();
            requests.source().close();
        }
    }

    private interface IoRunnable {
        void run() throws IOException;
    }

    @Test
    void aWireLooksUntilSomethingComes() throws IOException {
        try (Watched watched = new Watched()) {
            for (int i = 0; i < 3; i++) {
                watched.selectUntil(watched::reply);
                watched.take();
            }
            watched.selectUntil(() -> watched.replies.sink().close());
            assertEquals(-1, watched.wire.source().read(watched.one.clear()));
        }
    }

    @Test
    void aWireEndsLookingWhenNothingComesAndIsWokenWhileItSleeps() throws IOException {
        try (Watched watched = new Watched()) {
            watched.selectUntil(() -> now += LIMIT + 1);
            BusyPoll other = poll(LIMIT);
            quickReplies(other, BusyPoll.QUICK_REPLIES);
            assertBegins(other);
            watched.wire.wakeup();
            assertFalse(watched.wire.select(0, true));
        }
    }

    /** What else the thread has to do while it looks: deadlines, interrupts, the end. */
    @Test
    void aClientThatDoesItReadsTimesOutAndEndsAsAnyOther() throws Exception {
        FakeClock clock = new FakeClock();
        byte[] content = Bytes.random(4096, 8);
        ScriptedPeer peer = ScriptedPeer.inProcess("h:564").serving(content);
        Client client = Client.builder(peer.transport()).timeSource(clock).busyPoll(ClientBuilder.LONGEST_BUSY_POLL)
                .connect();
        RemoteFile file = client.attach("", "", 0).walk("image").open();
        ByteBuffer buffer = ByteBuffer.allocate(content.length);
        for (int i = 0; i < 20 * BusyPoll.QUICK_REPLIES; i++) {
            assertEquals(content.length, file.read(buffer.clear(), 0));
        }
        assertArrayEquals(content, buffer.array());
        peer.holding(Tread.class);
        AwaitedRead late = new AwaitedRead();
        file.read(buffer.clear(), 0, Duration.ofSeconds(1), late);
        clock.advance(Duration.ofSeconds(2));
        late.failure(RequestTimeoutException.class);
        AwaitedRead cut = new AwaitedRead();
        file.read(buffer.clear(), 0, Duration.ofSeconds(1), cut);
        client.close();
        cut.failure(ConnectionLostException.class);
        peer.close();
    }
}
