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
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ninep.message.Rmessage.Rwrite;
import org.ninep.message.Tmessage.Twrite;
import org.ninep.testkit.ScriptedPeer;

class AllocationTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final int BLOCK_BYTES = 4096;
    private static final int BLOCKS = 5000;
    /** About 280 as measured, most of it what the read consists of; the rest is for code that is not compiled yet. */
    private static final int READ_BOUND = 450;
    /** About 390 as measured. */
    private static final int WRITE_BOUND = 600;

    /** Reads or writes one block after the other, each from the handler of the one before. */
    private abstract static class Chain implements ReadHandler, WriteHandler {
        final ByteBuffer buffer = ByteBuffer.allocateDirect(BLOCK_BYTES);
        private final AtomicReference<IOException> failure = new AtomicReference<>();
        private final CountDownLatch end = new CountDownLatch(1);
        private int left = BLOCKS;

        abstract void next();

        @Override
        public void completed(int count) {
            if (--left < 0) {
                end.countDown();
            } else {
                buffer.clear();
                next();
            }
        }

        @Override
        public void failed(IOException cause) {
            failure.set(cause);
            end.countDown();
        }

        void run() throws InterruptedException {
            next();
            assertTrue(end.await(60, TimeUnit.SECONDS));
            assertNull(failure.get());
        }
    }

    private static Chain reads(RemoteFile file) {
        return new Chain() {
            @Override
            void next() {
                file.readFully(buffer, 0, LONG, (ReadHandler) this);
            }
        };
    }

    private static Chain writes(RemoteFile file) {
        return new Chain() {
            @Override
            void next() {
                file.writeFully(buffer, 0, LONG, (WriteHandler) this);
            }
        };
    }

    @Test
    @Timeout(120)
    void anAsynchronousReadIntoADirectBufferAllocatesNoMoreThanItsRequest() throws Exception {
        assertAllocatesLittle(READ_BOUND, AllocationTest::reads);
    }

    @Test
    @Timeout(120)
    void anAsynchronousWriteFromADirectBufferAllocatesNoMoreThanItsRequest() throws Exception {
        assertAllocatesLittle(WRITE_BOUND, AllocationTest::writes);
    }

    private static void assertAllocatesLittle(int bound, Function<RemoteFile, Chain> chain) throws Exception {
        AtomicReference<Thread> reader = new AtomicReference<>();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (ScriptedPeer peer = ScriptedPeer.inProcess().serving(new byte[BLOCK_BYTES]).answering(Twrite.class,
                t -> new Rwrite(t.data().remaining()));
                Client client = Client.builder(peer.transport()).threadFactory(work -> {
                    Thread thread = Thread.ofPlatform().daemon().unstarted(work);
                    reader.set(thread);
                    return thread;
                }).connect();
                RemoteFile file = client.attach("", "", 0).walk("image").open(OpenFlags.RDWR)) {
            chain.apply(file).run();
            long before = threads.getThreadAllocatedBytes(reader.get().threadId());
            chain.apply(file).run();
            long each = (threads.getThreadAllocatedBytes(reader.get().threadId()) - before) / BLOCKS;
            assertTrue(each <= bound, each + " bytes for each block of " + BLOCK_BYTES);
        }
    }
}
