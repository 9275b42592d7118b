package org.ninep.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who wants to know that a session has ended.
 *
 * <p>
 * Thread-safe.
 */
final class Endings {
    private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Consumer<IOException>> handlers = new ArrayList<>();
    private @Nullable IOException reason;

    /** Calls the handler when the session ends, or now if it has. */
    void add(Consumer<IOException> handler) {
        IOException over;
        lock.lock();
        try {
            over = reason;
            if (over == null) {
                handlers.add(handler);
            }
        } finally {
            lock.unlock();
        }
        if (over != null) {
            call(handler, over);
        }
    }

    /** The session has ended; called once. */
    void ended(IOException why) {
        List<Consumer<IOException>> all;
        lock.lock();
        try {
            reason = why;
            all = List.copyOf(handlers);
            handlers.clear();
        } finally {
            lock.unlock();
        }
        all.forEach(handler -> call(handler, why));
    }

    private static void call(Consumer<IOException> handler, IOException why) {
        try {
            handler.accept(why);
        } catch (RuntimeException | Error e) {
            LOG.error("a handler of a connection's end failed", e);
        }
    }
}
