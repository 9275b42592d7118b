package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.ninep.testkit.ScriptedPeer;

/** A blocking call on a thread of its own, while the test plays the server. */
final class Background<T> {
    private final FutureTask<T> task;
    private final Thread thread;

    private Background(Callable<T> work, Thread.Builder builder) {
        this.task = new FutureTask<>(work);
        this.thread = builder.start(task);
    }

    static <T> Background<T> run(Callable<T> work) {
        return new Background<>(work, Thread.ofPlatform().daemon());
    }

    static <T> Background<T> runVirtual(Callable<T> work) {
        return new Background<>(work, Thread.ofVirtual());
    }

    void interrupt() {
        thread.interrupt();
    }

    /** Returns when the call waits. */
    void awaitParked() {
        long deadline = System.nanoTime() + ScriptedPeer.PATIENCE.toNanos();
        while (thread.getState() != Thread.State.WAITING) {
            assertTrue(System.nanoTime() < deadline, "the call does not wait");
            Thread.onSpinWait();
        }
    }

    /** Returns when the thread waits for a time to pass, or for something until then. */
    void awaitSleeping() {
        long deadline = System.nanoTime() + ScriptedPeer.PATIENCE.toNanos();
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            assertTrue(System.nanoTime() < deadline, "the call does not sleep");
            Thread.onSpinWait();
        }
    }

    T get() throws Exception {
        return task.get(ScriptedPeer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    <E extends Throwable> E failure(Class<E> type) throws InterruptedException, TimeoutException {
        try {
            return fail("returned " + task.get(ScriptedPeer.PATIENCE.toSeconds(), TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return assertInstanceOf(type, e.getCause());
        }
    }
}
