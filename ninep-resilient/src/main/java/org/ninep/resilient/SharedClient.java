package org.ninep.resilient;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ninep.client.Client;

/**
 * One connection to one server, made anew when it is wanted and there is none.
 *
 * <p>
 * Thread-safe.
 */
final class SharedClient {
    /** Makes a connection; may block. */
    interface Connector {
        Client connect() throws IOException;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Current current;

    /** A client and how many use it; guarded by the lock. */
    private static final class Current {
        final Client client;
        final Set<Use> uses = new HashSet<>();

        Current(Client client) {
            this.client = client;
        }
    }

    /** The right to use a client until it is given back. */
    final class Use {
        private final Current of;
        private final Consumer<IOException> lost;

        private Use(Current of, Consumer<IOException> lost) {
            this.of = of;
            this.lost = lost;
        }

        Client client() {
            return of.client;
        }

        /**
         * Gives it back. Idempotent. May block for as long as closing a connection takes.
         *
         * @param broken whether nobody is to use the connection any more
         */
        void end(boolean broken) {
            if (isLast(broken)) {
                of.client.close();
            }
        }

        @SuppressWarnings("ReferenceEquality")
        private boolean isLast(boolean broken) {
            lock.lock();
            try {
                of.uses.remove(this);
                boolean last = broken || of.uses.isEmpty();
                if (last && current == of) {
                    current = null;
                }
                return last;
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Waits while another connects.
     *
     * @param lost told if the connection ends while it is borrowed; must not block
     */
    Use borrow(Connector connector, Consumer<IOException> lost) throws IOException {
        lock.lock();
        try {
            Current now = current;
            if (now == null || !now.client.isOpen()) {
                now = connect(connector);
                current = now;
            }
            Use use = new Use(now, lost);
            now.uses.add(use);
            return use;
        } finally {
            lock.unlock();
        }
    }

    private Current connect(Connector connector) throws IOException {
        Current made = new Current(connector.connect());
        made.client.whenEnded(cause -> usesOf(made).forEach(use -> use.lost.accept(cause)));
        return made;
    }

    private List<Use> usesOf(Current ended) {
        lock.lock();
        try {
            return List.copyOf(ended.uses);
        } finally {
            lock.unlock();
        }
    }

    void close() {
        Current now;
        lock.lock();
        try {
            now = current;
            current = null;
        } finally {
            lock.unlock();
        }
        if (now != null) {
            now.client.close();
        }
    }
}
