package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ninep.ConnectionLostException;
import org.ninep.Errno;
import org.ninep.codec.Frame;
import org.ninep.message.Attr;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Tmessage.*;

/** What is served while a request takes long, and what Tflush, Tversion and the end do to it. Fid 1 is slow, fid 2 deaf, too. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FlushTest {
    private static final int SLOW = 1;
    private static final int DEAF = 2;
    private static final int QUICK = 3;

    private final SlowFiles files = new SlowFiles();
    private Server server = server(16, 256);
    private RawClient client;

    private Server server(int perClient, int extra) {
        return Server.builder().maxThreadsPerClient(perClient).maxExtraThreads(extra)
                .export("/", MemoryTree.builder().file("slow", 1000, files::read).file("deaf", 1000, files::readDeaf)
                        .file("quick", "quick").build())
                .build();
    }

    @BeforeEach
    void attach() throws IOException {
        client = RawClient.attached(server.transport("test"), "/");
        client.open(SLOW, "slow");
        client.open(DEAF, "deaf");
        client.open(QUICK, "quick");
    }

    private void serveWith(int perClient, int extra) throws IOException {
        client.close();
        server.close();
        server = server(perClient, extra);
        attach();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
        files.letEnd(10_000);
    }

    private void begin(int tag, int fid, long offset) throws IOException, InterruptedException {
        client.send(tag, new Tread(fid, offset, 1));
        assertEquals(offset, files.awaitBegun());
    }

    private <T extends Rmessage> T receive(int tag, Class<T> type) throws IOException {
        Frame<Rmessage> frame = client.receive();
        assertEquals(tag, frame.tag(), frame::toString);
        return assertInstanceOf(type, frame.message());
    }

    private void receiveAll(Integer... tags) throws IOException {
        Set<Integer> left = new HashSet<>(List.of(tags));
        while (!left.isEmpty()) {
            int tag = client.receive().tag();
            assertTrue(left.remove(tag), () -> "a reply to " + tag);
        }
    }

    private void assertServed() throws IOException {
        assertEquals("quick", client.text(QUICK));
    }

    @Test
    void othersAreServedWhileOneTakesLong() throws Exception {
        begin(1, SLOW, 5);
        assertServed();
        assertEquals(1, client.walk(0, 9, "quick").size());
        client.call(new Tgetattr(SLOW, Attr.BASIC), Rgetattr.class);
        begin(2, SLOW, 6);
        assertServed();
        files.letEnd(2);
        receiveAll(1, 2);
        assertServed();
    }

    @Test
    void repliesThatWereMadeBeforeAreSentBeforeALongRequestIsDone() throws Exception {
        client.send(RawClient.bytes(1, new Tgetattr(0, Attr.BASIC)));
        client.send(RawClient.bytes(2, new Tread(SLOW, 5, 1)));
        client.send(RawClient.bytes(3, new Tgetattr(0, Attr.BASIC)));
        receive(1, Rgetattr.class);
        receive(3, Rgetattr.class);
        files.letEnd(1);
        assertEquals(5, receive(2, Rread.class).data().get());
    }

    @Test
    void aFlushInterruptsARequestThatIsThenNeverAnswered() throws Exception {
        begin(1, SLOW, 5);
        client.send(2, new Tflush(1));
        assertEquals(5, files.awaitInterrupted());
        receive(2, Rflush.class);
        assertServed();
        begin(1, SLOW, 6);
        files.letEnd(1);
        assertEquals(6, receive(1, Rread.class).data().get());
    }

    @Test
    void aRequestThatSucceedsThoughFlushedIsAnsweredBeforeTheFlush() throws Exception {
        begin(1, DEAF, 5);
        client.send(2, new Tflush(1));
        assertServed();
        files.letEnd(1);
        receive(1, Rread.class);
        receive(2, Rflush.class);
        assertServed();
    }

    @Test
    void flushesOfOneRequestAreAnsweredInOrderAlsoThoseOfFlushes() throws Exception {
        begin(1, DEAF, 5);
        client.send(2, new Tflush(1));
        client.send(3, new Tflush(1));
        client.send(4, new Tflush(2));
        client.send(5, new Tflush(4));
        assertServed();
        files.letEnd(1);
        receive(1, Rread.class);
        for (int tag = 2; tag <= 5; tag++) {
            receive(tag, Rflush.class);
        }
    }

    @Test
    void aFlushOfATagThatIsNotInUseIsAnsweredAtOnce() throws Exception {
        begin(1, SLOW, 5);
        assertInstanceOf(Rflush.class, client.call(new Tflush(99)));
        client.send(98, new Tflush(98));
        receive(98, Rflush.class);
        files.letEnd(1);
        receive(1, Rread.class);
    }

    @Test
    void aRequestThatChangesAFidWaitsForThoseThatUseIt() throws Exception {
        begin(1, DEAF, 5);
        client.send(2, new Tclunk(DEAF));
        client.send(3, new Tgetattr(DEAF, Attr.BASIC));
        assertServed();
        files.letEnd(1);
        receive(1, Rread.class);
        receive(2, Rclunk.class);
        assertEquals(Errno.EBADF, receive(3, Rlerror.class).errno());
    }

    @Test
    void aRequestThatIsFlushedBeforeItWasBegunNeverIs() throws Exception {
        begin(1, DEAF, 5);
        client.send(2, new Tclunk(DEAF));
        client.send(3, new Tgetattr(DEAF, Attr.BASIC));
        client.send(4, new Tflush(2));
        receive(4, Rflush.class);
        receive(3, Rgetattr.class);
        files.letEnd(1);
        receive(1, Rread.class);
        client.call(new Tgetattr(DEAF, Attr.BASIC), Rgetattr.class);
    }

    @Test
    void aTagThatIsInUseEndsTheConnection() throws Exception {
        begin(1, SLOW, 5);
        client.send(1, new Tgetattr(0, Attr.BASIC));
        assertTrue(client.isAtEnd());
        assertEquals(5, files.awaitInterrupted());
    }

    @Test
    void aNewVersionInterruptsAllAndAnswersNone() throws Exception {
        begin(1, SLOW, 5);
        begin(2, DEAF, 6);
        client.send(3, new Tclunk(DEAF));
        client.send(4, new Tflush(2));
        client.send(Protocol.NOTAG, new Tversion(8192, Protocol.VERSION_9P2000_L));
        assertEquals(5, files.awaitInterrupted());
        files.letEnd(1);
        receive(Protocol.NOTAG, Rversion.class);
        client.attach(0, "/");
        client.open(QUICK, "quick");
        assertServed();
    }

    @Test
    void aClientThatVanishesLeavesNothingBehind() throws Exception {
        begin(1, SLOW, 5);
        begin(2, SLOW, 6);
        client.send(3, new Tclunk(SLOW));
        client.close();
        assertEquals(11, files.awaitInterrupted() + files.awaitInterrupted());
        while (!server.connections().isEmpty()) {
            Thread.onSpinWait();
        }
        assertTrue(files.noneBegun());
    }

    @Test
    void closingTheServerInterruptsWhatTakesLong() throws Exception {
        begin(1, SLOW, 5);
        server.close();
        assertEquals(5, files.awaitInterrupted());
        while (!server.connections().isEmpty()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void closingInOrderAwaitsWhatTakesLong() throws Exception {
        begin(1, DEAF, 5);
        assertServed();
        Thread closer = Thread.ofVirtual().start(() -> server.close(Duration.ofSeconds(30)));
        assertThrows(ConnectionLostException.class, () -> {
            while (true) {
                RawClient.connect(server.transport("late")).close();
            }
        });
        files.letEnd(1);
        receive(1, Rread.class);
        assertTrue(client.isAtEnd());
        closer.join();
    }

    @Test
    void oneThreadAlwaysReadsSoThatAFlushGetsThroughWhereNothingElseDoes() throws Exception {
        serveWith(3, 256);
        begin(1, SLOW, 5);
        begin(2, SLOW, 6);
        client.send(3, new Tread(SLOW, 7, 1));
        client.send(4, new Tgetattr(0, Attr.BASIC));
        client.send(5, new Tflush(1));
        assertEquals(5, files.awaitInterrupted());
        receive(5, Rflush.class);
        assertEquals(7, files.awaitBegun());
        files.letEnd(2);
        receiveAll(2, 3, 4);
    }

    @Test
    void withOneThreadEachWaitsForTheOneBefore() throws Exception {
        serveWith(1, 256);
        assertInOrder();
    }

    @Test
    void withoutExtraThreadsEachWaitsForTheOneBefore() throws Exception {
        serveWith(16, 0);
        assertInOrder();
    }

    private void assertInOrder() throws IOException, InterruptedException {
        begin(1, SLOW, 5);
        client.send(2, new Tgetattr(0, Attr.BASIC));
        client.send(3, new Tflush(1));
        files.letEnd(1);
        receive(1, Rread.class);
        receive(2, Rgetattr.class);
        receive(3, Rflush.class);
    }

    @Test
    void whoHasMoreRequestsThanAreTakenIsAnsweredAllTheSame() throws Exception {
        begin(0, DEAF, 5);
        client.send(1, new Treaddir(DEAF, 0, 100));
        int last = 2 * Flights.MOST;
        for (int tag = 2; tag <= last; tag++) {
            client.send(tag, new Tgetattr(DEAF, Attr.BASIC));
        }
        files.letEnd(1);
        Set<Integer> tags = new HashSet<>();
        for (int i = 0; i <= last; i++) {
            assertTrue(tags.add(client.receive().tag()));
        }
        assertServed();
    }

    @Test
    void aFlushDoesNotTouchWhatTheThreadDoesNext() throws Exception {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            begin(1, DEAF, 5);
            client.send(2, new Treaddir(DEAF, 0, 100));
            client.send(3, new Tflush(1));
            files.letEnd(1);
            order.clear();
            for (int reply = 0; reply < 3; reply++) {
                order.add(client.receive().tag());
            }
            assertTrue(order.indexOf(1) < order.indexOf(3), order::toString);
        }
        assertServed();
    }
}
