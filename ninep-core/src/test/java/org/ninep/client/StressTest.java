package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.RequestTimeoutException;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.Rflush;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.Tflush;
import org.ninep.message.Tmessage.Tread;
import org.ninep.message.Tmessage.Tstatfs;
import org.ninep.testkit.FakeClock;
import org.ninep.testkit.PeerConnection;
import org.ninep.testkit.Request;
import org.ninep.testkit.ScriptedPeer;

/**
 * Many threads read at random through a server that answers in random order, short, late, in parts or with an error, while
 * the time jumps. Each read brings the right bytes or says why not, and no buffer is written after it was given back.
 */
class StressTest {
    private static final byte[] CONTENT = Bytes.random(1 << 20, 99);
    private static final int READERS = 6;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @Timeout(120)
    void everyReadBringsTheRightBytesOrSaysWhyNot(long seed) throws Exception {
        run(seed, 150);
    }

    static List<Long> manySeeds() {
        return new SplittableRandom(2026).longs(100).boxed().toList();
    }

    @Tag("full")
    @ParameterizedTest
    @MethodSource("manySeeds")
    @Timeout(120)
    void everyReadBringsTheRightBytesOrSaysWhyNotWhateverTheSchedule(long seed) throws Exception {
        run(seed, 200);
    }

    private static void run(long seed, int readsEach) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        FakeClock clock = new FakeClock();
        AtomicInteger whole = new AtomicInteger();
        try (ScriptedPeer peer = (seed % 2 == 0 ? ScriptedPeer.inProcess() : ScriptedPeer.tcp()).serving(CONTENT)
                .holding(Tread.class).holding(Tflush.class);
                Client client = Client.builder(peer.transport()).msize(8192).maxRequests(1 + random.nextInt(16))
                        .timeSource(clock).requestTimeout(Duration.ofMillis(400)).connect();
                RemoteFile file = client.attach("", "", 0).walk("image").open()) {
            peer.holding(Tstatfs.class);
            Background<?> server = Background.run(new Server(peer, clock, random.split())::serve);
            List<Background<?>> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                Reader reader = new Reader(file, random.split(), whole);
                readers.add(i % 2 == 0
                        ? Background.run(() -> reader.read(readsEach))
                        : Background.runVirtual(() -> reader.read(readsEach)));
            }
            for (Background<?> reader : readers) {
                reader.get();
            }
            Background<?> last = Background.run(() -> file.statfs());
            server.get();
            last.failure(RemoteException.class);
        }
        assertTrue(whole.get() > READERS * readsEach / 10, "only " + whole + " reads succeeded");
    }

    /** The server, on one thread. */
    private record Server(ScriptedPeer peer, FakeClock clock, SplittableRandom random, List<Request<?>> pending) {
        Server(ScriptedPeer peer, FakeClock clock, SplittableRandom random) {
            this(peer, clock, random, new ArrayList<>());
        }

        /** Until a Tstatfs comes. */
        Void serve() {
            while (true) {
                peer.awaitHeld(pending.isEmpty() ? 1 : 0);
                while (!peer.held().isEmpty()) {
                    Request<Tmessage> request = peer.expect(Tmessage.class);
                    if (request.message() instanceof Tstatfs) {
                        pending.clear();
                        request.fail(Errno.EOPNOTSUPP);
                        return null;
                    }
                    pending.add(request);
                }
                clock.advance(Duration.ofMillis(random.nextInt(30)));
                for (int i = random.nextInt(6); i >= 0 && !pending.isEmpty(); i--) {
                    act(pending.remove(random.nextInt(pending.size())));
                }
            }
        }

        private void act(Request<?> request) {
            switch (request.message()) {
                case Tread read -> send(request, answer(read));
                case Tflush flush -> {
                    Request<?> old = pending.stream().filter(each -> each.tag() == flush.oldtag()).findFirst()
                            .orElse(null);
                    if (old != null) {
                        pending.remove(old);
                        if (random.nextBoolean()) {
                            act(old);
                        }
                    }
                    send(request, new Rflush());
                }
                default -> throw new AssertionError("not expected: " + request);
            }
        }

        private Rmessage answer(Tread read) {
            return switch (random.nextInt(20)) {
                case 0 -> new Rlerror(Errno.EIO);
                case 1, 2, 3 -> Bytes.answer(CONTENT, read, 1 + random.nextInt(read.count()));
                default -> Bytes.answer(CONTENT, read);
            };
        }

        private void send(Request<?> request, Rmessage reply) {
            byte[] bytes = PeerConnection.encode(request.tag(), reply);
            int first = random.nextInt(3) == 0 ? random.nextInt(bytes.length) : bytes.length;
            request.connection().sendRaw(bytes, 0, first);
            if (first < bytes.length) {
                clock.advance(Duration.ofMillis(random.nextInt(100)));
                request.connection().sendRaw(bytes, first, bytes.length);
            }
        }
    }

    /** One reading thread. */
    private record Reader(RemoteFile file, SplittableRandom random, AtomicInteger whole) {
        Void read(int reads) throws Exception {
            List<ByteBuffer> givenBack = new ArrayList<>();
            for (int i = 0; i < reads; i++) {
                int length = 1 + random.nextInt(random.nextInt(10) == 0 ? 40_000 : 5000);
                ByteBuffer buffer = random.nextBoolean()
                        ? ByteBuffer.allocateDirect(length)
                        : ByteBuffer.allocate(length);
                try {
                    readOnce(buffer, random.nextInt(CONTENT.length));
                    whole.incrementAndGet();
                } catch (RequestTimeoutException e) {
                    assertEquals(0, buffer.position());
                    assertEquals(length, buffer.limit());
                    givenBack.add(buffer.put(new byte[length]));
                } catch (RemoteException e) {
                    assertEquals(Errno.EIO, e.errno());
                }
            }
            for (ByteBuffer buffer : givenBack) {
                assertArrayEquals(new byte[buffer.capacity()], Bytes.all(buffer), "written after it was given back");
            }
            return null;
        }

        private void readOnce(ByteBuffer buffer, int offset) throws Exception {
            int there = Math.min(buffer.capacity(), CONTENT.length - offset);
            int count = switch (random.nextInt(4)) {
                case 0 -> file.read(buffer, offset);
                case 1 -> file.readUpTo(buffer, offset);
                case 2 -> readAsync(buffer, offset);
                default -> readFully(buffer, offset, there);
            };
            assertEquals(count, buffer.position());
            assertTrue(count > 0 && count <= there);
            byte[] expected = Arrays.copyOfRange(CONTENT, offset, offset + count);
            assertArrayEquals(expected, Bytes.read(buffer));
        }

        private int readFully(ByteBuffer buffer, int offset, int there) throws IOException {
            try {
                file.readFully(buffer.limit(there), offset);
                return there;
            } catch (EOFException e) {
                throw new AssertionError("the file has these bytes", e);
            } finally {
                buffer.limit(buffer.capacity());
            }
        }

        private int readAsync(ByteBuffer buffer, int offset) throws Exception {
            AwaitedRead read = new AwaitedRead();
            file.read(buffer, offset, Duration.ofMillis(1 + random.nextInt(600)), read);
            try {
                return read.count();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof IOException cause ? cause : e;
            }
        }
    }
}
