package org.ninep.resilient;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.ninep.client.ReadHandler;

/**
 * A read that a thread waits for.
 *
 * <p>
 * Thread-safe.
 */
final class AwaitedRead implements ReadHandler {
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable IOException failure;

    @Override
    public void completed(int count) {
        ended.countDown();
    }

    @Override
    public void failed(IOException cause) {
        failure = cause;
        ended.countDown();
    }

    /**
     * Waits for the end, in any case: before that the buffer is not the caller's.
     *
     * @param cancel has the read end soon; run if the thread is interrupted
     */
    void await(Runnable cancel) throws IOException {
        boolean interrupted = false;
        while (true) {
            try {
                ended.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
                cancel.run();
            }
        }
        IOException cause = failure;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (cause != null && interrupted) {
            InterruptedIOException e = new InterruptedIOException("interrupted");
            e.initCause(cause);
            throw e;
        }
        if (cause != null) {
            throw cause;
        }
    }
}
