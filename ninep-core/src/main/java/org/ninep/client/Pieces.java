package org.ninep.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a file that takes more than one Tread or Twrite. Several are in flight at once, but not all of a long one: the
 * last would wait for the bytes of all others, and its time would be over before its turn came. Touched by one thread at a
 * time: by who starts it, and then by the connection's reader.
 */
abstract class Pieces {
    /** Enough to keep a fast link busy; at 64 KiB each, 4 MiB are on the way. */
    private static final int AT_ONCE = 64;

    private final long offset;
    private final ByteBuffer buffer;
    private final int start;
    private final int most;
    private int next;
    private int inFlight;
    private int end;
    private @Nullable IOException failure;

    /** @param most bytes in one piece */
    Pieces(long offset, ByteBuffer buffer, int most) {
        this.offset = offset;
        this.buffer = buffer;
        this.start = buffer.position();
        this.end = buffer.remaining();
        this.most = most;
    }

    final void start() {
        List<Call> calls = new ArrayList<>();
        while (calls.size() < AT_ONCE && next < end) {
            calls.add(nextPiece());
        }
        inFlight = calls.size();
        submit(calls);
    }

    private Call nextPiece() {
        int at = next;
        int length = Math.min(most, end - at);
        next = at + length;
        return piece(at, offset + at, buffer.slice(start + at, length));
    }

    /**
     * The request for a piece, which calls {@code done} once.
     *
     * @param at where in the stretch it begins
     * @param offset where in the file it begins
     */
    abstract Call piece(int at, long offset, ByteBuffer part);

    abstract void submit(List<Call> calls);

    /** So many bytes were transferred, all of them behind one another. */
    abstract void ended(int count);

    abstract void failed(IOException cause);

    /** A piece is over; if it is shorter than it should be, nothing behind it counts. */
    final void done(int at, int length, int count) {
        if (count < length) {
            end = Math.min(end, at + count);
        }
        goOn();
    }

    /** A piece has failed. */
    final void done(IOException cause) {
        failure = cause;
        goOn();
    }

    private void goOn() {
        if (failure == null && next < end) {
            Call call = nextPiece();
            call.continues = true;
            submit(List.of(call));
        } else if (--inFlight == 0) {
            finish();
        }
    }

    private void finish() {
        IOException cause = failure;
        if (cause != null) {
            failed(cause);
        } else {
            buffer.position(start + end);
            ended(end);
        }
    }
}
