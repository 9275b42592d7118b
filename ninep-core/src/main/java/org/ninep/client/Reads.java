package org.ninep.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a file is read.
 *
 * <p>
 * Thread-safe.
 */
final class Reads {
    private final Caller caller;
    private final Handle file;

    Reads(Caller caller, Handle file) {
        this.caller = caller;
        this.file = file;
    }

    /** One Tread of what there is room for, or of as much of it as a Tread can bring. */
    ReadCall call(ByteBuffer buffer, long offset, @Nullable Outcome<?> outcome, ReadHandler handler) {
        requireReadable(buffer, offset);
        int count = Math.min(buffer.remaining(), caller.maxCount(file));
        return new ReadCall(file, offset, count, buffer, outcome, handler);
    }

    private static void requireReadable(ByteBuffer buffer, long offset) {
        if (buffer.isReadOnly()) {
            throw new IllegalArgumentException("a read-only buffer to read into");
        }
        requireReachable(buffer, offset);
    }

    static void requireReachable(ByteBuffer buffer, long offset) {
        if (offset < 0 || offset > Long.MAX_VALUE - buffer.remaining()) {
            throw new IllegalArgumentException("no file reaches from offset " + offset + " over "
                    + buffer.remaining() + " bytes");
        }
    }

    void submit(ReadCall call, Duration timeout) {
        caller.session().submit(call, timeout);
    }

    int once(ByteBuffer buffer, long offset) throws IOException {
        Outcome.OfRead outcome = new Outcome.OfRead();
        boolean something = buffer.hasRemaining();
        int count = caller.transfer(call(buffer, offset, outcome, outcome), outcome);
        return count == 0 && something ? -1 : count;
    }

    void fully(ByteBuffer buffer, long offset) throws IOException {
        Outcome.OfRead outcome = new Outcome.OfRead();
        int ignored = await(buffer, offset, outcome, Piece.exactly(this, offset, buffer, outcome));
    }

    int upTo(ByteBuffer buffer, long offset) throws IOException {
        Outcome.OfRead outcome = new Outcome.OfRead();
        return await(buffer, offset, outcome, outcome);
    }

    private int await(ByteBuffer buffer, long offset, Outcome.OfRead outcome, ReadHandler handler)
            throws IOException {
        caller.requireMayWait(call(buffer, offset, outcome, handler));
        inPieces(buffer, offset, caller.timeout(), outcome, handler);
        return outcome.await(caller.session());
    }

    void fully(ByteBuffer buffer, long offset, Duration timeout, ReadHandler handler) {
        inPieces(buffer, offset, timeout, null, Piece.exactly(this, offset, buffer, handler));
    }

    private void inPieces(ByteBuffer buffer, long offset, Duration timeout, @Nullable Outcome<?> outcome,
            ReadHandler handler) {
        int most = caller.maxCount(file);
        if (buffer.remaining() <= most) {
            submit(new Piece(this, offset, buffer, timeout, outcome, handler).next(), timeout);
        } else {
            requireReadable(buffer, offset);
            new OfRead(offset, buffer, most, timeout, outcome, handler).start();
        }
    }

    /** A long read. */
    private final class OfRead extends Pieces {
        private final Duration timeout;
        private final @Nullable Outcome<?> outcome;
        private final ReadHandler handler;

        OfRead(long offset, ByteBuffer buffer, int most, Duration timeout, @Nullable Outcome<?> outcome,
                ReadHandler handler) {
            super(offset, buffer, most);
            this.timeout = timeout;
            this.outcome = outcome;
            this.handler = handler;
        }

        @Override
        Call piece(int at, long offset, ByteBuffer part) {
            int length = part.remaining();
            return new Piece(Reads.this, offset, part, timeout, outcome, new ReadHandler() {
                @Override
                public void completed(int count) {
                    done(at, length, count);
                }

                @Override
                public void failed(IOException cause) {
                    done(cause);
                }
            }).next();
        }

        @Override
        void submit(List<Call> calls) {
            caller.session().submit(calls, timeout);
        }

        @Override
        void ended(int count) {
            handler.completed(count);
        }

        @Override
        void failed(IOException cause) {
            handler.failed(cause);
        }
    }

    /** Server and path, for people. */
    @Override
    public String toString() {
        return caller.name(file);
    }
}
