package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.ninep.codec.Frame;
import org.ninep.message.Attr;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.*;

/**
 * Whatever is slow, and whatever is flushed: each request is answered once, or it was flushed and is not answered behind
 * the Rflush; and nothing is left.
 */
class InterleavingTest {
    private static final int REQUESTS = 60;
    private static final int FIDS = 5;

    private final CountDownLatch never = new CountDownLatch(1);

    /** Some reads take about as long as it takes until another thread reads on. */
    private void read(long offset, ByteBuffer dst) throws IOException {
        long micros = offset % 7 == 0 ? offset % 25_000 : 0;
        boolean deaf = offset % 2 == 0;
        long end = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(micros);
        while (System.nanoTime() < end) {
            try {
                boolean _ = never.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                if (!deaf) {
                    throw new InterruptedIOException();
                }
            }
        }
        dst.put((byte) offset);
    }

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void everyRequestIsAnsweredOnceOrWasFlushed(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        MemoryTree tree = MemoryTree.builder().file("file", 1L << 40, this::read).build();
        try (Server server = Server.builder().maxThreadsPerClient(1 + random.nextInt(5)).export("/", tree).build();
                RawClient client = RawClient.attached(server.transport("test"), "/")) {
            for (int fid = 1; fid <= FIDS; fid++) {
                client.open(fid, "file");
            }
            Tmessage[] requests = new Tmessage[REQUESTS];
            for (int tag = 0; tag < REQUESTS; tag++) {
                requests[tag] = request(random, tag);
            }
            FutureTask<Map<Integer, Rmessage>> replies = new FutureTask<>(() -> receive(client, requests));
            Thread.ofVirtual().start(replies);
            for (int tag = 0; tag < REQUESTS; tag++) {
                client.send(tag, requests[tag]);
            }
            client.send(REQUESTS, new Tflush(REQUESTS - 1));
            check(requests, replies.get(60, TimeUnit.SECONDS));
            assertEquals(Protocol.VERSION_9P2000_L,
                    client.call(new Tversion(8192, Protocol.VERSION_9P2000_L), Rversion.class).version());
            assertEquals(0, server.connections().getFirst().fids());
        }
    }

    private static Tmessage request(Random random, int tag) {
        int fid = 1 + random.nextInt(FIDS);
        return switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> new Tread(fid, random.nextLong(1L << 20), 1);
            case 4 -> new Tgetattr(fid, Attr.BASIC);
            case 5 -> new Twalk(0, 100 + tag, List.of("file"));
            case 6 -> new Treaddir(fid, 0, 100);
            case 7 -> new Twalk(fid, fid, List.of());
            default -> tag == 0 ? new Tflush(999) : new Tflush(random.nextInt(tag));
        };
    }

    /** Until there can be no more: the last Tflush waits for the last request, and each other request has an end. */
    private static Map<Integer, Rmessage> receive(RawClient client, Tmessage[] requests) throws IOException {
        Map<Integer, Rmessage> replies = new HashMap<>();
        Set<Integer> flushed = new HashSet<>();
        Set<Integer> open = new HashSet<>();
        for (int tag = 0; tag <= REQUESTS; tag++) {
            open.add(tag);
        }
        while (!open.isEmpty()) {
            Frame<Rmessage> reply = client.receive();
            int tag = reply.tag();
            assertEquals(null, replies.put(tag, reply.message()), () -> "two replies to " + tag);
            assertFalse(flushed.contains(tag), () -> "a reply to " + tag + " behind its Rflush");
            open.remove(tag);
            Tmessage request = tag == REQUESTS ? new Tflush(REQUESTS - 1) : requests[tag];
            if (request instanceof Tflush flush) {
                assertInstanceOf(Rflush.class, reply.message());
                if (flush.oldtag() < REQUESTS && !(requests[flush.oldtag()] instanceof Tflush)) {
                    flushed.add(flush.oldtag());
                    open.remove(flush.oldtag());
                }
            }
        }
        return replies;
    }

    private static void check(Tmessage[] requests, Map<Integer, Rmessage> replies) {
        for (int tag = 0; tag < REQUESTS; tag++) {
            Rmessage reply = replies.get(tag);
            if (requests[tag] instanceof Tread read && reply != null) {
                assertEquals((byte) read.offset(), assertInstanceOf(Rread.class, reply).data().get());
            } else if (requests[tag] instanceof Tflush) {
                assertTrue(reply != null, "an Rflush is missing");
            }
        }
    }
}
