package org.ninep.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.RemoteException;

/**
 * How a file is written.
 *
 * <p>
 * Thread-safe.
 */
final class Writes {
    private final Caller caller;
    private final Handle file;

    Writes(Caller caller, Handle file) {
        this.caller = caller;
        this.file = file;
    }

    /** One Twrite of what remains, or of as much of it as a Twrite can carry. */
    WriteCall call(ByteBuffer buffer, long offset, @Nullable Outcome<?> outcome, WriteHandler handler) {
        Reads.requireReachable(buffer, offset);
        int count = Math.min(buffer.remaining(), caller.maxCount(file));
        return new WriteCall(file, offset, count, buffer, outcome, handler);
    }

    void submit(WriteCall call, Duration timeout) {
        caller.session().submit(call, timeout);
    }

    int once(ByteBuffer buffer, long offset) throws IOException {
        Outcome.OfWrite outcome = new Outcome.OfWrite();
        return caller.transfer(call(buffer, offset, outcome, outcome), outcome);
    }

    void fully(ByteBuffer buffer, long offset) throws IOException {
        Outcome.OfWrite outcome = new Outcome.OfWrite();
        caller.requireMayWait(call(buffer, offset, outcome, outcome));
        inPieces(buffer, offset, caller.timeout(), outcome, outcome);
        int ignored = outcome.await(caller.session());
    }

    void fully(ByteBuffer buffer, long offset, Duration timeout, WriteHandler handler) {
        inPieces(buffer, offset, timeout, null, handler);
    }

    private void inPieces(ByteBuffer buffer, long offset, Duration timeout, @Nullable Outcome<?> outcome,
            WriteHandler handler) {
        int most = caller.maxCount(file);
        if (buffer.remaining() <= most) {
            submit(new Whole(offset, buffer, timeout, outcome, handler).next(), timeout);
        } else {
            Reads.requireReachable(buffer, offset);
            new OfWrite(offset, buffer, most, timeout, outcome, handler).start();
        }
    }

    /** A stretch that is written whole: by one Twrite, and by more of them where the server takes less, which is legal. */
    private final class Whole implements WriteHandler {
        private final long offset;
        private final ByteBuffer buffer;
        private final int start;
        private final Duration timeout;
        private final @Nullable Outcome<?> outcome;
        private final WriteHandler handler;

        Whole(long offset, ByteBuffer buffer, Duration timeout, @Nullable Outcome<?> outcome, WriteHandler handler) {
            this.offset = offset;
            this.buffer = buffer;
            this.start = buffer.position();
            this.timeout = timeout;
            this.outcome = outcome;
            this.handler = handler;
        }

        WriteCall next() {
            return call(buffer, offset + (buffer.position() - start), outcome, this);
        }

        @Override
        public void completed(int count) {
            if (!buffer.hasRemaining()) {
                handler.completed(buffer.position() - start);
            } else if (count == 0) {
                failed(new RemoteException(Errno.EIO, caller.session().peer() + ": " + next().description()
                        + ": the server took none of them"));
            } else {
                WriteCall rest = next();
                rest.continues = true;
                submit(rest, timeout);
            }
        }

        @Override
        public void failed(IOException cause) {
            buffer.position(start);
            handler.failed(cause);
        }
    }

    /** A long write. */
    private final class OfWrite extends Pieces {
        private final Duration timeout;
        private final @Nullable Outcome<?> outcome;
        private final WriteHandler handler;

        OfWrite(long offset, ByteBuffer buffer, int most, Duration timeout, @Nullable Outcome<?> outcome,
                WriteHandler handler) {
            super(offset, buffer, most);
            this.timeout = timeout;
            this.outcome = outcome;
            this.handler = handler;
        }

        @Override
        Call piece(int at, long offset, ByteBuffer part) {
            int length = part.remaining();
            return new Whole(offset, part, timeout, outcome, new WriteHandler() {
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
}
