package org.ninep.resilient;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.lincheck.Lincheck;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ninep.client.AttrHandler;
import org.ninep.client.NinepUri;
import org.ninep.client.ReadHandler;
import org.ninep.message.Attr;
import org.ninep.message.Qid;
import org.ninep.message.Timespec;

/**
 * What threads do to each other outside the state machine: Lincheck runs each scenario over and over and switches threads
 * differently each time; a schedule that breaks the scenario is printed step by step.
 *
 * <p>
 * It switches at locks and at atomics, but not at each volatile field that threads share here: a missing second look for
 * room in {@link Traffic#place}, planted, was not found, a missing look at {@code closed} was.
 */
@Tag("interleavings")
@Timeout(300)
class InterleavingsTest {
    private static final int INVOCATIONS = System.getProperty("ninep.tests", "everyday").equals("everyday")
            ? 150
            : 5_000;
    private static final int LENGTH = 64;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final NinepUri URI = NinepUri.parse("9p://server/image");
    private static final byte[] CONTENT = content();

    private static byte[] content() {
        byte[] bytes = new byte[8192];
        new SplittableRandom(1).nextBytes(bytes);
        return bytes;
    }

    /** Lincheck takes for shared between threads what has been assigned to a static field. */
    @SuppressWarnings("unused")
    private static volatile @Nullable Object shared;

    private static void check(Runnable scenario) {
        Lincheck.runConcurrentTest(INVOCATIONS, scenario);
    }

    private static void together(Runnable... all) {
        Thread[] threads = new Thread[all.length];
        for (int i = 0; i < all.length; i++) {
            threads[i] = new Thread(all[i]);
            threads[i].start();
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Counts how a read ended. */
    private static final class Ends implements ReadHandler {
        final AtomicInteger completed = new AtomicInteger();
        final AtomicInteger failed = new AtomicInteger();
        final AtomicReference<@Nullable IOException> cause = new AtomicReference<>();

        @Override
        public void completed(int count) {
            completed.incrementAndGet();
        }

        @Override
        public void failed(IOException failure) {
            cause.set(failure);
            failed.incrementAndGet();
        }

        int count() {
            return completed.get() + failed.get();
        }
    }

    /** A session that answers when it is told to. */
    private static final class FakeLink implements Link {
        private record Held(ByteBuffer buffer, long offset, ReadHandler handler) {}

        private final Queue<Held> held = new ConcurrentLinkedQueue<>();
        private final Attr attr;

        FakeLink(Attr attr) {
            this.attr = attr;
        }

        @Override
        public void read(ByteBuffer buffer, long offset, Duration timeout, ReadHandler handler) {
            held.add(new Held(buffer, offset, handler));
        }

        @Override
        public void getattr(Duration timeout, AttrHandler handler) {
            handler.completed(attr);
        }

        @Override
        public void close(boolean broken) {
            // the test does it
        }

        /** Answers the oldest read, if there is one. */
        boolean answer() {
            Held read = held.poll();
            if (read == null) {
                return false;
            }
            int count = read.buffer.remaining();
            read.buffer.put(CONTENT, (int) read.offset, count);
            read.handler.completed(count);
            return true;
        }

        /** Its connection has ended. */
        void failAll() {
            for (Held read = held.poll(); read != null; read = held.poll()) {
                read.handler.failed(new IOException("lost"));
            }
        }
    }

    /** A world in which time stands still. */
    private static class StillWorld implements World {
        @Override
        public long nanoTime() {
            return 1;
        }

        @Override
        public void wakeAt(long nanoTime) {
            // never
        }

        @Override
        public void connect(NinepUri replica, int number, Duration timeout, Opening handler) {
            // for ever
        }
    }

    private static Attr attr() {
        Timespec then = new Timespec(1, 0);
        return new Attr(Attr.BASIC, new Qid(0, 1, 2), 0100644, 0, 0, 1, 0, CONTENT.length, 4096, 16, then, then, then,
                then, 0, 0);
    }

    /** Traffic with one session, whose window takes one read at a time. */
    private static final class OneSession {
        final FakeLink link = new FakeLink(attr());
        final Lane lane = new Lane(new Replica(URI, 1, 0, SECOND), 0, SECOND);
        final Route route = new Route(List.of(lane), List.of(), 1, false);
        final IOException closing = new IOException("closed");
        final Ends first = new Ends();
        final Ends second = new Ends();
        final ByteBuffer firstBuffer = ByteBuffer.allocate(LENGTH);
        final ByteBuffer secondBuffer = ByteBuffer.allocate(LENGTH);
        final Traffic traffic = new Traffic(new StillWorld(), Duration.ofSeconds(1), new ServedBlocks(), this::failed);

        OneSession() {
            shared = this;
            lane.opened(link, attr(), 0);
            lane.trust(true);
            for (int i = 0; i < 32; i++) {
                lane.shrink(0);
            }
        }

        /** As the engine does where there is no other session. */
        private void failed(Slot slot, Lane from, IOException cause) {
            IOException closed = traffic.closed();
            slot.end(closed == null ? cause : closed);
        }

        void readFirst() {
            traffic.read(firstBuffer, 0, Deadline.NONE, first);
        }

        void readSecond() {
            traffic.read(secondBuffer, LENGTH, Deadline.NONE, second);
        }

        void answerAll() {
            while (link.answer()) {
                // the next
            }
        }
    }

    @Test
    void aReadThatComesWithTheRouteIsSent() {
        check(() -> {
            OneSession s = new OneSession();
            together(s::readFirst, () -> s.traffic.route(s.route));
            s.answerAll();
            assertEquals(1, s.first.completed.get());
            assertEquals(ByteBuffer.wrap(CONTENT, 0, LENGTH), s.firstBuffer.flip());
        });
    }

    @Test
    void aReadThatComesWithTheRoomForItIsSent() {
        check(() -> {
            OneSession s = new OneSession();
            s.traffic.route(s.route);
            s.readFirst();
            together(s.link::answer, s::readSecond);
            assertTrue(s.link.answer(), "the second was given to the session");
            assertEquals(1, s.first.completed.get());
            assertEquals(1, s.second.completed.get());
            assertEquals(0, s.lane.outstanding());
            assertEquals(0, s.traffic.waiting());
        });
    }

    @Test
    void theWindowIsKept() {
        check(() -> {
            OneSession s = new OneSession();
            s.traffic.route(s.route);
            together(s::readFirst, s::readSecond);
            assertEquals(LENGTH, s.lane.outstanding());
            assertEquals(1, s.traffic.waiting());
            s.answerAll();
            assertEquals(2, s.first.completed.get() + s.second.completed.get());
        });
    }

    @Test
    void aReadThatComesWithTheCloseEndsOnce() {
        check(() -> {
            OneSession s = new OneSession();
            together(s::readFirst, () -> s.traffic.close(s.closing));
            assertEquals(1, s.first.failed.get());
            assertSame(s.closing, s.first.cause.get());
            assertEquals(0, s.firstBuffer.position());
        });
    }

    @Test
    void everyReadEndsOnceWhenAReplyMeetsTheClose() {
        check(() -> {
            OneSession s = new OneSession();
            s.traffic.route(s.route);
            s.readFirst();
            together(s.link::answer, s::readSecond, () -> s.traffic.close(s.closing));
            s.link.failAll();
            assertEquals(1, s.first.completed.get());
            assertEquals(0, s.first.failed.get());
            assertEquals(1, s.second.count());
        });
    }

    @Test
    void whatASessionBringsThatIsNotTrustedAnyMoreIsNotHandedOut() {
        check(() -> {
            OneSession s = new OneSession();
            s.traffic.route(s.route);
            s.readFirst();
            AtomicInteger before = new AtomicInteger();
            together(s.link::answer, () -> {
                s.lane.trust(false);
                before.set(s.first.count());
            });
            assertEquals(1, s.first.count());
            boolean handedOut = s.first.completed.get() == 1;
            assertEquals(handedOut ? LENGTH : 0, s.firstBuffer.position());
            assertTrue(handedOut || s.first.cause.get() instanceof Slot.Untrusted);
        });
    }

    @Test
    void aReadOfSeveralPartsEndsOnceAndKnowsOfTheFailure() {
        check(() -> {
            Ends ends = new Ends();
            ByteBuffer buffer = ByteBuffer.allocate(LENGTH);
            Traffic traffic = new OneSession().traffic;
            WholeRead whole = new WholeRead(traffic, buffer, 3, ends);
            IOException cause = new IOException("one of them");
            together(() -> whole.completed(20), () -> whole.failed(cause), () -> whole.completed(24));
            assertEquals(1, ends.failed.get());
            assertEquals(0, ends.completed.get());
            assertSame(cause, ends.cause.get());
            assertEquals(0, buffer.position());
            assertEquals(1, traffic.failedReads());
            assertEquals(0, traffic.completedReads());
        });
    }

    /** What events do that run one after the other. */
    private static final class Log {
        final Mailbox mailbox = new Mailbox();
        final AtomicInteger inside = new AtomicInteger();
        final AtomicInteger done = new AtomicInteger();
        final AtomicInteger last = new AtomicInteger();

        Log() {
            shared = this;
        }

        void event() {
            assertEquals(1, inside.incrementAndGet(), "two at a time");
            done.incrementAndGet();
            inside.decrementAndGet();
        }
    }

    @Test
    void eventsRunOneAtATimeAndNoneIsForgotten() {
        check(() -> {
            Log log = new Log();
            together(() -> {
                log.mailbox.post(log::event);
                log.mailbox.post(log::event);
            }, () -> log.mailbox.post(() -> {
                log.event();
                log.mailbox.post(log::event);
            }));
            assertEquals(4, log.done.get());
            assertEquals(null, log.mailbox.failure());
        });
    }

    @Test
    void eventsOfOneThreadRunInTheirOrder() {
        check(() -> {
            Log log = new Log();
            together(() -> {
                log.mailbox.post(() -> assertTrue(log.last.compareAndSet(0, 1)));
                log.mailbox.post(() -> assertTrue(log.last.compareAndSet(1, 2)));
            }, () -> log.mailbox.post(log::event));
            assertEquals(2, log.last.get());
            assertEquals(null, log.mailbox.failure());
        });
    }
}
