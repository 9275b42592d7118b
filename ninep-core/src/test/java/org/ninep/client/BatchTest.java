package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ninep.message.Tmessage.Tread;
import org.ninep.testkit.ScriptedPeer;

@Timeout(120)
class BatchTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Batch batch = new Batch();
    private final List<String> done = new ArrayList<>();
    private final Runnable deed = new Runnable() {
        @Override
        public void run() {
            done.add("deed");
        }
    };

    @Test
    void doesADeedOnceAndAtTheEnd() {
        for (int i = 0; i < 2; i++) {
            done.clear();
            batch.run(() -> {
                assertTrue(Batch.defer(deed));
                assertTrue(Batch.defer(deed));
                done.add("work");
            });
            assertEquals(List.of("work", "deed"), done);
        }
    }

    @Test
    void doesWhatIsLeftWhenTheWorkFails() {
        assertThrows(IOException.class, () -> batch.run(() -> {
            assertTrue(Batch.defer(deed));
            throw new IOException("for the test");
        }));
        assertEquals(List.of("deed"), done);
    }

    @Test
    void defersNothingOutsideOfABatchOrInItsEnd() {
        assertFalse(Batch.defer(deed));
        List<Boolean> deferred = new ArrayList<>();
        batch.run(() -> Batch.defer(() -> deferred.add(Batch.defer(deed))));
        assertEquals(List.of(false), deferred);
    }

    @Test
    void takesNoMoreThanItsBound() {
        batch.run(() -> {
            for (int i = 0; i < 64; i++) {
                int number = i;
                assertTrue(Batch.defer(() -> done.add(Integer.toString(number))));
            }
            assertFalse(Batch.defer(deed));
        });
        assertEquals(64, done.size());
    }

    @Test
    void readsOfABatchAreSentWhenItEndsAndBringTheirBytes() throws Exception {
        byte[] content = Bytes.random(100_000, 7);
        try (ScriptedPeer peer = ScriptedPeer.inProcess().serving(content);
                Client client = Client.builder(peer.transport()).connect()) {
            RemoteFile file = client.attach("", "", 0).walk("image").open();
            List<ByteBuffer> buffers = new ArrayList<>();
            CountDownLatch answered = new CountDownLatch(20);
            batch.run(() -> {
                for (int i = 0; i < 20; i++) {
                    ByteBuffer buffer = ByteBuffer.allocateDirect(100);
                    buffers.add(buffer);
                    file.read(buffer, i * 1000L, LONG, new Counted(answered));
                }
                assertEquals(0, peer.received(Tread.class).size());
            });
            assertTrue(answered.await(60, TimeUnit.SECONDS));
            for (int i = 0; i < 20; i++) {
                assertEquals(ByteBuffer.wrap(content, i * 1000, 100), buffers.get(i).flip());
            }
        }
    }

    private record Counted(CountDownLatch answered) implements ReadHandler {
        @Override
        public void completed(int count) {
            answered.countDown();
        }

        @Override
        public void failed(IOException cause) {
            throw new AssertionError(cause);
        }
    }
}
