package org.ninep.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Gathers the ends of several pieces of one buffer into one. Thread-safe. */
final class Pieces {
    private final ByteBuffer buffer;
    private final int start;
    private final ReadHandler handler;
    private final AtomicInteger left;
    private final AtomicInteger end;
    private volatile @Nullable IOException failure;

    Pieces(ByteBuffer buffer, int count, ReadHandler handler) {
        this.buffer = buffer;
        this.start = buffer.position();
        this.handler = handler;
        this.left = new AtomicInteger(count);
        this.end = new AtomicInteger(buffer.remaining());
    }

    /** Takes the end of the piece that begins {@code at} bytes behind the buffer's position. */
    ReadHandler piece(int at, int length) {
        return new ReadHandler() {
            @Override
            public void completed(int count) {
                if (count < length) {
                    end.accumulateAndGet(at + count, Math::min);
                }
                done();
            }

            @Override
            public void failed(IOException cause) {
                failure = cause;
                done();
            }
        };
    }

    private void done() {
        if (left.decrementAndGet() > 0) {
            return;
        }
        IOException cause = failure;
        if (cause != null) {
            handler.failed(cause);
        } else {
            buffer.position(start + end.get());
            handler.completed(end.get());
        }
    }
}
