package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.ninep.testkit.ScriptedPeer;

/** A read handler that a test waits for, and that knows how often it was called. */
class AwaitedRead implements ReadHandler {
    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private final AtomicInteger calls = new AtomicInteger();

    @Override
    public void completed(int count) {
        calls.incrementAndGet();
        end.complete(count);
    }

    @Override
    public void failed(IOException cause) {
        calls.incrementAndGet();
        end.completeExceptionally(cause);
    }

    boolean isDone() {
        return end.isDone();
    }

    int calls() {
        return calls.get();
    }

    /** Waits for success, and requires that it came once. */
    int count() throws Exception {
        int count = end.get(ScriptedPeer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertEquals(1, calls.get(), "handler calls");
        return count;
    }

    /** Waits for a failure of this kind, and requires that it came once. */
    <E extends IOException> E failure(Class<E> type) throws InterruptedException, TimeoutException {
        try {
            return fail("transferred " + end.get(ScriptedPeer.PATIENCE.toSeconds(), TimeUnit.SECONDS) + " bytes");
        } catch (ExecutionException e) {
            assertEquals(1, calls.get(), "handler calls");
            return assertInstanceOf(type, e.getCause());
        }
    }
}
