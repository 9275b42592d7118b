package org.ninep.transport;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.ninep.ConnectionLostException;

/**
 * What became of an attempt to connect whose thread was interrupted.
 *
 * @param message of the exception
 * @param stillInterrupted the thread's state when the attempt had ended
 */
record Interrupted(String message, boolean stillInterrupted) {
    /** Connects in a thread of its own, and interrupts that once it waits in the way given. */
    static Interrupted whileConnecting(Transport transport, Predicate<Thread> waits) throws Exception {
        FutureTask<Interrupted> attempt = new FutureTask<>(() -> {
            try (Connection connection = transport.connect(Duration.ofMinutes(5))) {
                return new Interrupted("connected to " + connection.peer(), Thread.interrupted());
            } catch (ConnectionLostException e) {
                return new Interrupted(String.valueOf(e.getMessage()), Thread.interrupted());
            }
        });
        Thread thread = Thread.ofPlatform().daemon().name("to-be-interrupted").start(attempt);
        while (!waits.test(thread)) {
            assertFalse(attempt.isDone(), "ended before it waited");
            Thread.onSpinWait();
        }
        thread.interrupt();
        Interrupted result = attempt.get(60, TimeUnit.SECONDS);
        assertTrue(thread.join(Duration.ofSeconds(60)));
        return result;
    }

    static boolean isInSelect(Thread thread) {
        return Arrays.stream(thread.getStackTrace()).limit(6).anyMatch(frame -> frame.getMethodName().equals("select"));
    }
}
