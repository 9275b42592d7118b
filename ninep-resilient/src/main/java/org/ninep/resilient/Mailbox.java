package org.ninep.resilient;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs events one after the other, in the order in which they were posted, on the threads that post them: who finds nobody at
 * work does the work, also that which others post meanwhile. So nobody waits for a lock, no event runs inside another, and what
 * only events touch needs no lock.
 *
 * <p>
 * Thread-safe.
 */
final class Mailbox {
    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);

    private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger();
    private volatile @Nullable Throwable failure;

    /** Runs the event now, or has the thread run it that is running others; must not block. */
    void post(Runnable event) {
        events.add(event);
        if (pending.getAndIncrement() == 0) {
            do {
                run(events.remove());
            } while (pending.decrementAndGet() > 0);
        }
    }

    /** What the last event that failed has thrown, which is a mistake in this package; null if none has. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    private void run(Runnable event) {
        try {
            event.run();
        } catch (RuntimeException | Error e) {
            failure = e;
            LOG.error("an event failed", e);
        }
    }
}
