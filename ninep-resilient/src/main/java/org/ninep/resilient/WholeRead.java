package org.ninep.resilient;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.ninep.client.ReadHandler;

/**
 * A read of several parts, each of which is a {@link Slot}. It ends when all parts have ended.
 *
 * <p>
 * Thread-safe.
 */
final class WholeRead implements ReadHandler {
    private final Traffic traffic;
    private final ByteBuffer buffer;
    private final ReadHandler handler;
    private final int length;
    private final AtomicInteger left;
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();

    WholeRead(Traffic traffic, ByteBuffer buffer, int parts, ReadHandler handler) {
        this.traffic = traffic;
        this.buffer = buffer;
        this.handler = handler;
        this.length = buffer.remaining();
        this.left = new AtomicInteger(parts);
    }

    @Override
    public void completed(int count) {
        ended();
    }

    @Override
    public void failed(IOException cause) {
        failure.compareAndSet(null, cause);
        ended();
    }

    private void ended() {
        if (left.decrementAndGet() == 0) {
            IOException cause = failure.get();
            if (cause == null) {
                traffic.readCompleted(length);
                buffer.position(buffer.limit());
                handler.completed(length);
            } else {
                traffic.readFailed();
                handler.failed(cause);
            }
        }
    }
}
