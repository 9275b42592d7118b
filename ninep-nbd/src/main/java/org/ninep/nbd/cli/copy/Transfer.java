package org.ninep.nbd.cli.copy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.ninep.client.ReadHandler;
import org.ninep.client.WriteHandler;

/** The end of a read or a write that is on its way, for whoever waits for it. Thread-safe. */
final class Transfer implements ReadHandler, WriteHandler {

    private final CompletableFuture<Void> end = new CompletableFuture<>();

    @Override
    public void completed(int count) {
        end.complete(null);
    }

    @Override
    public void failed(IOException cause) {
        end.completeExceptionally(cause);
    }

    /**
     * Waits for it.
     *
     * @throws IOException why it failed
     * @throws InterruptedIOException if the thread is interrupted, which it still is then
     */
    void await() throws IOException {
        try {
            end.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
    }
}
