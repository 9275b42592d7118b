package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage.Rread;
import org.ninep.message.Rmessage.Rversion;
import org.ninep.message.Tmessage.Tread;
import org.ninep.message.Tmessage.Tversion;
import org.ninep.testkit.FakeClock;
import org.ninep.transport.Connection;

/**
 * A server under many clients, some of which are slow, or worse: the others are served, and each costs what it may. Over real
 * sockets, with the limits that a server has by default.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LoadTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int MSIZE = 1 << 16;
    private static final int BLOCK = 4096;
    private static final int READS = 40;
    /** More than the sockets of a connection take. */
    private static final int READS_OF_A_SLOW_ONE = 400;
    /** The one that accepts, the one that ends clients that are late, and the one that looks for requests that take long. */
    private static final int SERVER_THREADS = 3;
    /** On a busy machine any request may take long; and its thread then waits for a slow client beside the one that reads. */
    private static final int EXTRA_THREADS = 8;
    private static final long BUFFERS_OF_AN_IDLE_ONE = (8 << 10) + (16 << 10) + 64;
    private static final long BUFFERS_OF_A_READER = BUFFERS_OF_AN_IDLE_ONE + MSIZE + 64;
    /** For what this side of the connections takes, in the same process. */
    private static final long SLACK = 8 << 20;
    private static final BufferPoolMXBean DIRECT = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct")).findFirst().orElseThrow();

    private final FakeClock clock = new FakeClock();
    private final AtomicInteger threads = new AtomicInteger();
    private final List<RawClient> clients = new ArrayList<>();
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private Server server = Server.builder().build();
    private SocketAddress address = new InetSocketAddress(0);
    private long direct;
    private long descriptors;

    @BeforeEach
    void serve() throws IOException {
        server.close();
        MemoryTree tree = MemoryTree.builder().file("file", 1L << 30, LoadTest::fill).build();
        server = Server.builder().export("/", tree).timeSource(clock).threadFactory(this::thread)
                .maxExtraThreads(EXTRA_THREADS).build();
        address = server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        await(() -> threads.get() == SERVER_THREADS);
        direct = DIRECT.getMemoryUsed();
        descriptors = descriptors();
    }

    @AfterEach
    void close() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
        server.close();
        workers.close();
    }

    private Thread thread(Runnable work) {
        return Thread.ofPlatform().daemon().unstarted(() -> {
            threads.incrementAndGet();
            try {
                work.run();
            } finally {
                threads.decrementAndGet();
            }
        });
    }

    /** Each byte tells its offset. */
    private static void fill(long offset, ByteBuffer dst) {
        for (long at = offset; dst.hasRemaining(); at++) {
            dst.put(at(at));
        }
    }

    private static byte at(long offset) {
        return (byte) ((offset * 0x9e3779b97f4a7c15L) >> 56);
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    private static void await(BooleanSupplier over) {
        long end = System.nanoTime() + BOUND.toNanos();
        while (!over.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "not within " + BOUND);
            Thread.onSpinWait();
        }
    }

    private RawClient connect() throws IOException {
        RawClient client = new RawClient(Connection.of(SocketChannel.open(address), "server"));
        clients.add(client);
        return client;
    }

    private RawClient attached() throws IOException {
        RawClient client = connect();
        client.call(new Tversion(MSIZE, Protocol.VERSION_9P2000_L), Rversion.class);
        client.attach(0, "/");
        client.open(1, "file");
        return client;
    }

    private List<RawClient> several(int count, Callable<RawClient> one) throws Exception {
        List<RawClient> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(one.call());
        }
        return all;
    }

    /** Asks for much, and reads nothing. */
    private RawClient slow() throws IOException {
        RawClient client = attached();
        for (int i = 0; i < READS_OF_A_SLOW_ONE; i++) {
            client.send(i, new Tread(1, 0, MSIZE));
        }
        return client;
    }

    /** Sends half a request, and no more. */
    private RawClient halfway() throws IOException {
        RawClient client = attached();
        client.send(RawClient.bytes(1, new Tread(1, 0, MSIZE)).limit(13));
        return client;
    }

    /** Does not get as far as a version. */
    private RawClient silent() throws IOException {
        RawClient client = connect();
        client.send(RawClient.bytes(Protocol.NOTAG, new Tversion(MSIZE, Protocol.VERSION_9P2000_L)).limit(3));
        return client;
    }

    private static void readsWhatIsThere(RawClient client, long seed, int times) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < times; i++) {
            long offset = random.nextInt(1 << 29);
            ByteBuffer data = client.call(new Tread(1, offset, BLOCK), Rread.class).data();
            assertEquals(BLOCK, data.remaining());
            for (int at = 0; at < BLOCK; at++) {
                assertEquals(at(offset + at), data.get(data.position() + at));
            }
        }
    }

    private void allRead(List<RawClient> some, int times) throws Exception {
        List<Future<?>> reading = new ArrayList<>();
        for (int i = 0; i < some.size(); i++) {
            int number = i;
            reading.add(workers.submit(() -> {
                readsWhatIsThere(some.get(number), number, times);
                return true;
            }));
        }
        for (Future<?> one : reading) {
            one.get(BOUND.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Test
    void servesWhoReadsBesideWhoDoesNot() throws Exception {
        serves(100, 20, 5);
    }

    @Test
    @Tag("full")
    void carriesAThousandIdleAndTwoHundredBusyOnesBesideSlowOnes() throws Exception {
        serves(1000, 200, 50);
    }

    private void serves(int idle, int busy, int ofEach) throws Exception {
        List<RawClient> waiting = several(idle, this::attached);
        List<RawClient> reading = several(busy, this::attached);
        several(ofEach, this::slow);
        several(ofEach, this::halfway);
        List<RawClient> late = several(ofEach, this::silent);
        int all = idle + busy + 3 * ofEach;
        await(() -> server.connections().size() == all);

        allRead(reading, READS);
        costsWhatItMay(all, idle + 2L * ofEach, busy + ofEach);

        clock.advance(Duration.ofSeconds(10));
        for (RawClient client : late) {
            assertTrue(client.isAtEnd());
        }
        await(() -> server.connections().size() == all - ofEach
                && threads.get() <= all - ofEach + SERVER_THREADS + EXTRA_THREADS);
        allRead(waiting, 1);
        allRead(reading, READS);
        givesAllBack();
    }

    private void costsWhatItMay(int all, long idle, long readers) throws IOException {
        int more = threads.get() - all - SERVER_THREADS;
        assertTrue(more >= 0 && more <= EXTRA_THREADS, () -> more + " threads more than clients");
        long buffers = DIRECT.getMemoryUsed() - direct;
        long most = idle * BUFFERS_OF_AN_IDLE_ONE + readers * BUFFERS_OF_A_READER + SLACK;
        assertTrue(buffers <= most, () -> buffers + " bytes of buffers, and " + most + " there may be");
        long opened = descriptors() - descriptors;
        assertTrue(opened <= 2L * all + 16, () -> opened + " descriptors for both ends of " + all + " connections");
    }

    private void givesAllBack() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
        await(() -> server.connections().isEmpty() && threads.get() == SERVER_THREADS);
        assertTrue(DIRECT.getMemoryUsed() <= direct + SLACK);
        assertTrue(descriptors() <= descriptors + 16);
    }
}
