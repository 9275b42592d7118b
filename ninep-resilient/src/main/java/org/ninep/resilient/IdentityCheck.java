package org.ninep.resilient;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ninep.client.ReadHandler;

/**
 * Reads some blocks over one session, all at once, and those that nothing is known of over another as well, and tells when all
 * are there. Belongs to the engine's events.
 */
final class IdentityCheck {
    private final Mailbox mailbox;
    private final Consumer<IdentityCheck> done;
    private final List<BlockRead> reads = new ArrayList<>();
    private int left;

    /** @param done called once, as an event */
    IdentityCheck(Mailbox mailbox, Consumer<IdentityCheck> done) {
        this.mailbox = mailbox;
        this.done = done;
    }

    /** Has one more block read; before {@link #start}. */
    BlockRead read(Link link, long offset, int length, Duration timeout) {
        BlockRead read = new BlockRead(link, offset, length, timeout);
        reads.add(read);
        return read;
    }

    /** All of them, in the order in which they were asked for. */
    List<BlockRead> reads() {
        return reads;
    }

    void start() {
        left = reads.size();
        reads.forEach(BlockRead::next);
    }

    private void ended() {
        left--;
        if (left == 0) {
            done.accept(this);
        }
    }

    /** One block from one session. */
    final class BlockRead implements ReadHandler {
        private final Link link;
        private final long offset;
        private final Duration timeout;
        private final ByteBuffer data;
        private @Nullable IOException failure;

        private BlockRead(Link link, long offset, int length, Duration timeout) {
            this.link = link;
            this.offset = offset;
            this.timeout = timeout;
            this.data = ByteBuffer.allocate(length);
        }

        private void next() {
            link.read(data, offset + data.position(), timeout, this);
        }

        @Override
        public void completed(int count) {
            if (count > 0 && data.hasRemaining()) {
                next();
            } else {
                mailbox.post(() -> {
                    if (data.hasRemaining()) {
                        failure = new EOFException("it ends at " + (offset + data.position()));
                    }
                    ended();
                });
            }
        }

        @Override
        public void failed(IOException cause) {
            mailbox.post(() -> {
                failure = cause;
                ended();
            });
        }

        /** Why there is no data, or null. */
        @Nullable
        IOException failure() {
            return failure;
        }

        long offset() {
            return offset;
        }

        /** What was read. */
        ByteBuffer data() {
            return data.duplicate().flip();
        }
    }
}
