package org.ninep.resilient;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
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

    /** Runs the event now, or has the thread run it that is running others; must not block. */
    void post(Runnable event) {
        events.add(event);
        if (pending.getAndIncrement() == 0) {
            do {
                run(events.remove());
            } while (pending.decrementAndGet() > 0);
        }
    }

    private static void run(Runnable event) {
        try {
            event.run();
        } catch (RuntimeException | Error e) {
            LOG.error("an event failed", e);
        }
    }
}
