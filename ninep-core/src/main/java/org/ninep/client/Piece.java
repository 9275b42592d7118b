package org.ninep.client;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a file that is read whole: by one Tread, and by more of them where the server gives less, which is legal.
 * Touched by one thread at a time.
 */
final class Piece implements ReadHandler {
    private final Reads file;
    private final long offset;
    private final ByteBuffer buffer;
    private final int start;
    private final Duration timeout;
    private final @Nullable Outcome<?> outcome;
    private final ReadHandler handler;

    /** @param outcome what a thread waits for that may be interrupted, or null */
    Piece(Reads file, long offset, ByteBuffer buffer, Duration timeout, @Nullable Outcome<?> outcome,
            ReadHandler handler) {
        this.file = file;
        this.offset = offset;
        this.buffer = buffer;
        this.start = buffer.position();
        this.timeout = timeout;
        this.outcome = outcome;
        this.handler = handler;
    }

    /** The Tread of what is missing. */
    ReadCall next() {
        return file.call(buffer, offset + (buffer.position() - start), outcome, this);
    }

    @Override
    public void completed(int count) {
        if (count == 0 || !buffer.hasRemaining()) {
            handler.completed(buffer.position() - start);
        } else {
            ReadCall rest = next();
            rest.continues = true;
            file.submit(rest, timeout);
        }
    }

    @Override
    public void failed(IOException cause) {
        buffer.position(start);
        handler.failed(cause);
    }

    /** Passes on a count that is the whole length, and makes a failure of any other. */
    static ReadHandler exactly(Reads file, long offset, ByteBuffer buffer, ReadHandler handler) {
        int start = buffer.position();
        int length = buffer.remaining();
        return new ReadHandler() {
            @Override
            public void completed(int count) {
                if (count == length) {
                    handler.completed(count);
                } else {
                    buffer.position(start);
                    handler.failed(new EOFException(file + " ends at " + (offset + count) + ", but was to be read from "
                            + offset + " to " + (offset + length)));
                }
            }

            @Override
            public void failed(IOException cause) {
                handler.failed(cause);
            }
        };
    }
}
