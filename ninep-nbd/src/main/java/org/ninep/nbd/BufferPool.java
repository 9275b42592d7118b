package org.ninep.nbd;

import static org.ninep.nbd.NbdConstants.MAX_BLOCK_SIZE;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Direct buffers in sizes from 4 KiB to 32 MiB, by powers of two, used again and again.
 *
 * <p>The buffers that lie here unused and those in use together stay within the capacity, unless those in use exceed it
 * alone: how many are in use is not the pool's decision but the {@link ReplyBudget}'s. When another size is wanted,
 * unused buffers are freed at once, not when the garbage collector comes by.
 *
 * <p>Thread-safe. Nothing blocks under its lock.
 */
final class BufferPool {

    private static final int SMALLEST_SHIFT = 12;
    private static final int LARGEST_SHIFT = Integer.numberOfTrailingZeros(MAX_BLOCK_SIZE);

    private final long capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final @Nullable PooledBuffer[] unused = new @Nullable PooledBuffer[LARGEST_SHIFT - SMALLEST_SHIFT + 1];
    private long bytesUnused;
    private long bytesInUse;
    private boolean closed;

    BufferPool(long capacity) {
        this.capacity = capacity;
    }

    /** The size of the buffer that {@link #acquire} gives for so many bytes, 1 to 32 MiB. */
    static int sizeFor(int length) {
        return 1 << shiftFor(length);
    }

    private static int shiftFor(int length) {
        return Math.max(SMALLEST_SHIFT, Integer.SIZE - Integer.numberOfLeadingZeros(length - 1));
    }

    /** A buffer for a payload of {@code length} bytes, which are undefined; {@code payload} is limited to them. */
    PooledBuffer acquire(int length) {
        int shift = shiftFor(length);
        PooledBuffer buffer;
        lock.lock();
        try {
            bytesInUse += 1 << shift;
            buffer = pop(shift);
        } finally {
            lock.unlock();
        }
        if (buffer == null) {
            buffer = allocate(1 << shift);
        }
        buffer.payload.clear().limit(length);
        return buffer;
    }

    private PooledBuffer allocate(int size) {
        Deque<PooledBuffer> evicted;
        lock.lock();
        try {
            evicted = evict(bytesInUse + bytesUnused - capacity);
        } finally {
            lock.unlock();
        }
        evicted.forEach(PooledBuffer::free);
        try {
            return new PooledBuffer(size);
        } catch (OutOfMemoryError e) {
            lock.lock();
            try {
                bytesInUse -= size;
            } finally {
                lock.unlock();
            }
            throw e;
        }
    }

    /** Takes a buffer back, to keep it if it fits. */
    void release(PooledBuffer buffer) {
        lock.lock();
        try {
            bytesInUse -= buffer.size;
            if (!closed && bytesInUse + bytesUnused + buffer.size <= capacity) {
                push(buffer);
                return;
            }
        } finally {
            lock.unlock();
        }
        buffer.free();
    }

    /** Frees what is unused; from now on, what is released is freed too. */
    void close() {
        Deque<PooledBuffer> evicted;
        lock.lock();
        try {
            closed = true;
            evicted = evict(bytesUnused);
        } finally {
            lock.unlock();
        }
        evicted.forEach(PooledBuffer::free);
    }

    /** Bytes of the buffers that are acquired and not released. */
    long bytesInUse() {
        lock.lock();
        try {
            return bytesInUse;
        } finally {
            lock.unlock();
        }
    }

    /** Bytes of all buffers that exist. */
    long bytesAllocated() {
        lock.lock();
        try {
            return bytesInUse + bytesUnused;
        } finally {
            lock.unlock();
        }
    }

    private void push(PooledBuffer buffer) {
        int index = shiftFor(buffer.size) - SMALLEST_SHIFT;
        buffer.next = unused[index];
        unused[index] = buffer;
        bytesUnused += buffer.size;
    }

    private @Nullable PooledBuffer pop(int shift) {
        PooledBuffer buffer = unused[shift - SMALLEST_SHIFT];
        if (buffer != null) {
            unused[shift - SMALLEST_SHIFT] = buffer.next;
            buffer.next = null;
            bytesUnused -= buffer.size;
        }
        return buffer;
    }

    /** Unused buffers, the largest first, until they make up {@code excess} bytes or none is left. */
    private Deque<PooledBuffer> evict(long excess) {
        Deque<PooledBuffer> evicted = new ArrayDeque<>();
        for (int shift = LARGEST_SHIFT; shift >= SMALLEST_SHIFT; shift--) {
            while (excess > 0) {
                PooledBuffer buffer = pop(shift);
                if (buffer == null) {
                    break;
                }
                excess -= buffer.size;
                evicted.add(buffer);
            }
        }
        return evicted;
    }
}
