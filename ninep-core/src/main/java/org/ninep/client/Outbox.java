package org.ninep.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.GatheringByteChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ninep.codec.InPlace;

/**
 * Encoded requests that the socket has not taken yet, in order. As long as the socket takes what it is given, all of them
 * pass through one direct buffer; the data of a Twrite goes to the socket from where the caller has it. Guarded by the
 * session's lock.
 */
final class Outbox {
    private static final int CHUNK = 16 << 10;
    private static final int SHORT = 4 << 10;
    /** Data on the heap up to this length is copied behind its header at once. */
    private static final int COPIED = 4096;
    /** Longer data on the heap is copied in parts of this length as the socket takes them. */
    private static final int STAGE = 64 << 10;
    /** So many buffers at most are given to the socket in one call. */
    private static final int BATCH = 64;

    private final ArrayDeque<Outgoing> queue = new ArrayDeque<>();
    private ByteBuffer chunk = chunk();
    /** What is in the chunk from here to its position comes behind what is queued; 0 if nothing is queued. */
    private int from;

    private final @Nullable ByteBuffer[] batch = new ByteBuffer[BATCH];
    private int batched;
    private @Nullable ByteBuffer stage;
    private @Nullable ByteBuffer staged;
    private final List<WriteCall> unreadable = new ArrayList<>();

    private static ByteBuffer chunk() {
        return ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A little-endian buffer with room for that many bytes, 16 KiB at most, at its position, where they are to be put. */
    ByteBuffer room(int bytes) {
        if (chunk.remaining() < bytes) {
            seal();
            chunk = chunk();
            from = 0;
        }
        return chunk;
    }

    private void seal() {
        if (chunk.position() > from) {
            queue.add(new Outgoing(chunk.slice(from, chunk.position() - from)));
            from = chunk.position();
        }
    }

    /** Adds a whole frame; a long one is not copied, and belongs to the outbox from now on. */
    void put(ByteBuffer frame) {
        if (frame.remaining() <= CHUNK) {
            room(frame.remaining()).put(frame);
        } else {
            seal();
            queue.add(new Outgoing(frame));
        }
    }

    /**
     * Adds a Twrite.
     *
     * @param data a view of the caller's buffer of its own, from position 0 to its limit
     * @return what refers to the caller's buffer from now on until it is sent or taken back, or null if nothing does
     */
    @Nullable
    Outgoing putTwrite(WriteCall call, int fid, long offset, ByteBuffer data) {
        int count = data.remaining();
        if (count <= COPIED && !data.isDirect()) {
            ByteBuffer room = room(InPlace.T_BYTES + count);
            InPlace.putTwrite(room, call.tag, fid, offset, count);
            room.put(data);
            return null;
        }
        ByteBuffer room = room(InPlace.T_BYTES);
        seal();
        InPlace.putTwrite(room, call.tag, fid, offset, count);
        Outgoing twrite = new Outgoing(room.slice(from, InPlace.T_BYTES), data, call);
        from = room.position();
        queue.add(twrite);
        return twrite;
    }

    /** Whether all that is here are a few short requests. */
    boolean isShort() {
        return queue.isEmpty() && chunk.position() <= SHORT;
    }

    /** Writes what the channel takes without blocking. Returns whether that was all. */
    boolean flush(GatheringByteChannel sink) throws IOException {
        if (!queue.isEmpty()) {
            seal();
            return flushQueue(sink);
        }
        if (chunk.position() == 0) {
            return true;
        }
        chunk.flip();
        try {
            sink.write(chunk);
        } finally {
            chunk.compact();
        }
        return chunk.position() == 0;
    }

    private boolean flushQueue(GatheringByteChannel sink) throws IOException {
        long written;
        do {
            while (!queue.isEmpty() && queue.peek().isSent()) {
                queue.poll();
            }
            if (queue.isEmpty()) {
                chunk.clear();
                from = 0;
                return true;
            }
            fillBatch();
            written = writeBatch(sink);
        } while (written > 0);
        return false;
    }

    /** A frame's head and data are given to the socket together, so that data that cannot be read is found out in time. */
    private void fillBatch() throws IOException {
        batched = 0;
        staged = null;
        for (Outgoing next : queue) {
            if (next.isTorn()) {
                throw new IOException("the buffer of a Twrite that was given up half sent cannot be read");
            }
            if (batched > BATCH - 2 || !add(next.head()) || !add(next.data())) {
                return;
            }
        }
    }

    /** Whether more may follow. */
    private boolean add(ByteBuffer bytes) {
        if (!bytes.hasRemaining()) {
            return true;
        }
        if (bytes.isDirect()) {
            batch[batched++] = bytes;
            return true;
        }
        ByteBuffer stage = this.stage;
        if (stage == null) {
            stage = ByteBuffer.allocateDirect(STAGE);
            this.stage = stage;
        }
        stage.clear().put(bytes.slice(bytes.position(), Math.min(bytes.remaining(), STAGE))).flip();
        batch[batched++] = stage;
        staged = bytes;
        return false;
    }

    /** Returns how much was written, and at least 1 if it is worth trying again. */
    private long writeBatch(GatheringByteChannel sink) throws IOException {
        try {
            return sink.write(batch, 0, batched);
        } catch (RuntimeException e) {
            dropUnreadable(e);
            return 1;
        } finally {
            if (staged != null && stage != null) {
                staged.position(staged.position() + stage.position());
            }
            for (int i = 0; i < batched; i++) {
                batch[i] = null;
            }
        }
    }

    /** Data that nobody can read, for its memory was freed or is another thread's, is its caller's trouble alone. */
    private void dropUnreadable(RuntimeException e) throws IOException {
        boolean found = false;
        for (Outgoing each : queue) {
            WriteCall call = each.unreadable();
            if (call != null) {
                if (each.head().position() > 0) {
                    throw new IOException(
                            call.description() + ": the buffer cannot be read, though part of it was sent",
                            e);
                }
                boolean dropped = each.takeBack();
                found |= dropped && unreadable.add(call);
            }
        }
        if (!found) {
            throw e;
        }
    }

    /** The writes that were not sent, for their data cannot be read; each is told once. */
    List<WriteCall> takeUnreadable() {
        if (unreadable.isEmpty()) {
            return List.of();
        }
        List<WriteCall> taken = List.copyOf(unreadable);
        unreadable.clear();
        return taken;
    }

    /** Whether {@link #takeUnreadable} has something to tell. */
    boolean hasUnreadable() {
        return !unreadable.isEmpty();
    }
}
