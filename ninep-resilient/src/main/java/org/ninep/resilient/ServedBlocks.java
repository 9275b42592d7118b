package org.ninep.resilient;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What some of the blocks were that readers got lately, to hold replicas against that come back. A sample is taken at most
 * every 20 ms, which costs next to nothing and still fills the ring within seconds of reading.
 *
 * <p>
 * Thread-safe.
 */
final class ServedBlocks {
    private static final int SIZE = 64;
    private static final long PAUSE_NANOS = 20_000_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final @Nullable Served[] ring = new @Nullable Served[SIZE];
    private final AtomicLong nextAt = new AtomicLong(Long.MIN_VALUE);
    private int next;

    private record Served(ContentIdentity.Block block, Replica from) {}

    /**
     * Takes a sample, if it is time for one.
     *
     * @param now on the world's clock
     * @param data what was served, from its position to its limit, neither of which is changed
     * @param offset of the data in the file
     */
    void offer(long now, ByteBuffer data, long offset, Replica from) {
        long due = nextAt.get();
        if ((due == Long.MIN_VALUE || now - due >= 0) && nextAt.compareAndSet(due, now + PAUSE_NANOS)) {
            int length = Math.min(data.remaining(), ContentIdentity.BLOCK);
            Served served = new Served(
                    new ContentIdentity.Block(offset, length,
                            ContentIdentity.digest(data.slice(data.position(), length))),
                    from);
            lock.lock();
            try {
                ring[next] = served;
                next = (next + 1) % SIZE;
            } finally {
                lock.unlock();
            }
        }
    }

    /** Whether it is time for a sample. */
    boolean isDue(long now) {
        long due = nextAt.get();
        return due == Long.MIN_VALUE || now - due >= 0;
    }

    /** What was served, by whomever. */
    List<ContentIdentity.Block> blocks() {
        List<ContentIdentity.Block> blocks = new ArrayList<>();
        lock.lock();
        try {
            for (Served served : ring) {
                if (served != null) {
                    blocks.add(served.block);
                }
            }
        } finally {
            lock.unlock();
        }
        return blocks;
    }

    /** What this replica served is no measure any more. */
    @SuppressWarnings("ReferenceEquality")
    void forget(Replica replica) {
        lock.lock();
        try {
            for (int i = 0; i < SIZE; i++) {
                Served served = ring[i];
                if (served != null && served.from == replica) {
                    ring[i] = null;
                }
            }
        } finally {
            lock.unlock();
        }
    }
}
