package org.ninep.nbd.cli.copy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.ninep.client.RemoteFile;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.Complaints;
import org.ninep.nbd.cli.common.ExitStatus;

/**
 * Writes what comes from a channel to remote files. While one chunk is read the ones before it are on their way, so that the
 * network is never idle. Holds {@value #DEPTH} MiB, for all files.
 *
 * <p>Confined to one thread.
 */
final class PipelinedWrites {

    private static final int CHUNK = 1 << 20;
    private static final int DEPTH = 4;

    private final Duration timeout;
    private final Slot[] slots = new Slot[DEPTH];

    /** @param timeout for each Twrite */
    PipelinedWrites(Duration timeout) {
        this.timeout = timeout;
        for (int i = 0; i < DEPTH; i++) {
            slots[i] = new Slot();
        }
    }

    /** A chunk, which is the client's from the write until its end. */
    private static final class Slot {

        private final ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
        private @Nullable Transfer write;

        void await() throws IOException {
            if (write != null) {
                write.await();
            }
        }
    }

    /**
     * Writes all that there is to an open file, from its beginning. When this fails, no write is in flight any more, unless
     * the thread was interrupted.
     *
     * @param where it comes from, for people
     * @param progress hears of the bytes that were read so far
     * @return bytes written
     */
    long copy(ReadableByteChannel in, String where, RemoteFile file, LongConsumer progress) throws IOException {
        try {
            return pipeline(in, where, file, progress);
        } catch (InterruptedIOException | ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            settle();
            throw e;
        }
    }

    private long pipeline(ReadableByteChannel in, String where, RemoteFile file, LongConsumer progress)
            throws IOException {
        long offset = 0;
        for (int i = 0;; i = (i + 1) % DEPTH) {
            Slot slot = slots[i];
            slot.await();
            fill(slot.buffer.clear(), in, where);
            if (!slot.buffer.hasRemaining()) {
                break;
            }
            int length = slot.buffer.remaining();
            start(slot, file, offset);
            offset += length;
            progress.accept(offset);
        }
        for (Slot slot : slots) {
            slot.await();
        }
        return offset;
    }

    private static void fill(ByteBuffer buffer, ReadableByteChannel in, String where) throws IOException {
        try {
            while (buffer.hasRemaining() && in.read(buffer) >= 0) {
                // until it is full, or all was read
            }
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.FAILED, "cannot read " + where + ": " + Complaints.words(e), e);
        }
        buffer.flip();
    }

    private void start(Slot slot, RemoteFile file, long offset) {
        Transfer write = new Transfer();
        slot.write = write;
        file.writeFully(slot.buffer, offset, timeout, write);
    }

    private void settle() throws InterruptedIOException {
        for (Slot slot : slots) {
            try {
                slot.await();
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                // it was told by the one that failed first
            }
            slot.write = null;
        }
    }
}
