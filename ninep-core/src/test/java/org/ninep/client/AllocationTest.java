package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ninep.testkit.ScriptedPeer;

class AllocationTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final int READ_BYTES = 4096;
    /** About 280 as measured, most of it what the read consists of; the rest is for code that is not compiled yet. */
    private static final int BOUND = 450;

    /** Reads one block after the other, each from the handler of the one before. */
    private static final class Chain implements ReadHandler {
        private final RemoteFile file;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
        private final AtomicReference<IOException> failure = new AtomicReference<>();
        private final CountDownLatch end = new CountDownLatch(1);
        private int left;

        Chain(RemoteFile file, int reads) {
            this.file = file;
            this.left = reads;
        }

        @Override
        public void completed(int count) {
            if (--left < 0) {
                end.countDown();
            } else {
                file.readFully(buffer.clear(), 0, LONG, this);
            }
        }

        @Override
        public void failed(IOException cause) {
            failure.set(cause);
            end.countDown();
        }

        void run() throws InterruptedException {
            file.readFully(buffer, 0, LONG, this);
            assertTrue(end.await(60, TimeUnit.SECONDS));
            assertNull(failure.get());
        }
    }

    @Test
    @Timeout(120)
    void anAsynchronousReadIntoADirectBufferAllocatesNoMoreThanItsRequest() throws Exception {
        AtomicReference<Thread> reader = new AtomicReference<>();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (ScriptedPeer peer = ScriptedPeer.inProcess().serving(new byte[READ_BYTES]);
                Client client = Client.builder(peer.transport()).threadFactory(work -> {
                    Thread thread = Thread.ofPlatform().daemon().unstarted(work);
                    reader.set(thread);
                    return thread;
                }).connect();
                RemoteFile file = client.attach("", "", 0).walk("image").open()) {
            new Chain(file, 5000).run();
            long before = threads.getThreadAllocatedBytes(reader.get().threadId());
            new Chain(file, 5000).run();
            long each = (threads.getThreadAllocatedBytes(reader.get().threadId()) - before) / 5000;
            assertTrue(each <= BOUND, each + " bytes for each read of " + READ_BYTES);
        }
    }
}
