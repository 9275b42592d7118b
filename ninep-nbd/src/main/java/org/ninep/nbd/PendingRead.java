package org.ninep.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A read whose reply is awaited, and where its payload goes. Once the future is complete or cancelled, nobody
 * touches the caller's buffer any more: the rest of a payload that is arriving is thrown away.
 *
 * <p>Thread-safe.
 */
final class PendingRead extends CompletableFuture<ByteBuffer> {

    /** Nobody wants the payload any more. */
    static final int UNWANTED = -2;

    final long offset;
    final int length;

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable ByteBuffer destination;

    PendingRead(long offset, ByteBuffer destination) {
        this.offset = offset;
        this.length = destination.remaining();
        this.destination = destination;
    }

    /** Takes up to {@code left} bytes of payload out of what was read already. */
    int take(ByteBuffer read, int left) {
        int count = Math.min(left, read.remaining());
        ByteBuffer part = read.slice(read.position(), count);
        read.position(read.position() + count);
        lock.lock();
        try {
            if (destination != null) {
                destination.put(part);
            }
        } finally {
            lock.unlock();
        }
        return count;
    }

    /**
     * Reads payload straight into the caller's buffer.
     *
     * @return as the channel's read, or {@link #UNWANTED}
     */
    int read(ReadableByteChannel channel) throws IOException {
        lock.lock();
        try {
            return destination == null ? UNWANTED : channel.read(destination);
        } finally {
            lock.unlock();
        }
    }

    /** The reply is here in full. */
    void succeed() {
        ByteBuffer filled = abandon();
        if (filled != null) {
            complete(filled);
        }
    }

    @Override
    public boolean completeExceptionally(Throwable cause) {
        abandon();
        return super.completeExceptionally(cause);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        abandon();
        return super.cancel(mayInterruptIfRunning);
    }

    private @Nullable ByteBuffer abandon() {
        lock.lock();
        try {
            ByteBuffer taken = destination;
            destination = null;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "a read of " + length + " bytes at " + offset;
    }
}
