package org.ninep.server;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Files that are read only when a test says so: a read tells its offset, and then waits. An interrupt ends it, or, where
 * the file is deaf, is looked at only when it may go on.
 */
final class SlowFiles {
    private static final long PATIENCE_SECONDS = 60;

    private final BlockingQueue<Long> begun = new LinkedBlockingQueue<>();
    private final BlockingQueue<Long> interrupted = new LinkedBlockingQueue<>();
    private final Semaphore mayEnd = new Semaphore(0);

    /** The offset of the next read that has begun. */
    long awaitBegun() throws InterruptedException {
        return await(begun);
    }

    /** The offset of the next read that was interrupted. */
    long awaitInterrupted() throws InterruptedException {
        return await(interrupted);
    }

    private static long await(BlockingQueue<Long> queue) throws InterruptedException {
        Long offset = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (offset == null) {
            throw new AssertionError("no read within " + PATIENCE_SECONDS + " s");
        }
        return offset;
    }

    boolean noneBegun() {
        return begun.isEmpty();
    }

    void letEnd(int reads) {
        mayEnd.release(reads);
    }

    /** The content of a file whose reads an interrupt ends. */
    void read(long offset, ByteBuffer dst) throws IOException {
        begun.add(offset);
        try {
            mayEnd.acquire();
        } catch (InterruptedException e) {
            interrupted.add(offset);
            throw new InterruptedIOException("interrupted");
        }
        dst.put((byte) offset);
    }

    /** The content of a file whose reads no interrupt ends. */
    void readDeaf(long offset, ByteBuffer dst) {
        begun.add(offset);
        mayEnd.acquireUninterruptibly();
        dst.put((byte) offset);
    }
}
