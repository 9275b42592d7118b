package org.ninep.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a file that takes more than one Tread. Several are in flight at once, but not all of a long one: the last
 * would wait for the bytes of all others, and its time would be over before its turn came. Touched by one thread at a time:
 * by who starts it, and then by the connection's reader.
 */
final class Pieces {
    /** Enough to keep a fast link busy; at 64 KiB each, 4 MiB are on the way. */
    private static final int AT_ONCE = 64;

    private final RemoteFile file;
    private final long offset;
    private final ByteBuffer buffer;
    private final int start;
    private final int most;
    private final Duration timeout;
    private final @Nullable Outcome<?> outcome;
    private final ReadHandler handler;
    private int next;
    private int inFlight;
    private int end;
    private @Nullable IOException failure;

    /** @param most bytes in one piece */
    Pieces(RemoteFile file, long offset, ByteBuffer buffer, int most, Duration timeout, @Nullable Outcome<?> outcome,
            ReadHandler handler) {
        this.file = file;
        this.offset = offset;
        this.buffer = buffer;
        this.start = buffer.position();
        this.end = buffer.remaining();
        this.most = most;
        this.timeout = timeout;
        this.outcome = outcome;
        this.handler = handler;
    }

    void start() {
        List<ReadCall> calls = new ArrayList<>();
        while (calls.size() < AT_ONCE && next < end) {
            calls.add(nextPiece());
        }
        inFlight = calls.size();
        file.submit(calls, timeout);
    }

    private ReadCall nextPiece() {
        int at = next;
        int length = Math.min(most, end - at);
        next = at + length;
        return new Piece(file, offset + at, buffer.slice(start + at, length), timeout, outcome, new ReadHandler() {
            @Override
            public void completed(int count) {
                if (count < length) {
                    end = Math.min(end, at + count);
                }
                done();
            }

            @Override
            public void failed(IOException cause) {
                failure = cause;
                done();
            }
        }).next();
    }

    private void done() {
        if (failure == null && next < end) {
            ReadCall call = nextPiece();
            call.continues = true;
            file.submit(call, timeout);
        } else if (--inFlight == 0) {
            finish();
        }
    }

    private void finish() {
        IOException cause = failure;
        if (cause != null) {
            handler.failed(cause);
        } else {
            buffer.position(start + end);
            handler.completed(end);
        }
    }
}
