package org.ninep.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.GatheringByteChannel;
import java.util.ArrayDeque;

/**
 * Encoded requests that the socket has not taken yet, in order. As long as the socket takes what it is given, all of them
 * pass through one direct buffer. Guarded by the session's lock.
 */
final class Outbox {
    private static final int CHUNK = 16 << 10;

    private final ArrayDeque<ByteBuffer> full = new ArrayDeque<>();
    private ByteBuffer tail = chunk();

    private static ByteBuffer chunk() {
        return ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A little-endian buffer with room for that many bytes, 16 KiB at most, at its position, where they are to be put. */
    ByteBuffer room(int bytes) {
        if (tail.remaining() < bytes) {
            seal();
        }
        return tail;
    }

    private void seal() {
        if (tail.position() > 0) {
            full.add(tail.flip());
            tail = chunk();
        }
    }

    /** Adds a whole frame; a long one is not copied, and belongs to the outbox from now on. */
    void put(ByteBuffer frame) {
        if (frame.remaining() <= CHUNK) {
            room(frame.remaining()).put(frame);
        } else {
            seal();
            full.add(frame);
        }
    }

    /** Writes what the channel takes without blocking. Returns whether that was all. */
    boolean flush(GatheringByteChannel sink) throws IOException {
        if (!full.isEmpty()) {
            seal();
            return flushFull(sink);
        }
        if (tail.position() == 0) {
            return true;
        }
        tail.flip();
        try {
            sink.write(tail);
        } finally {
            tail.compact();
        }
        return tail.position() == 0;
    }

    private boolean flushFull(GatheringByteChannel sink) throws IOException {
        long written;
        do {
            written = sink.write(full.toArray(ByteBuffer[]::new));
            while (!full.isEmpty() && !full.peek().hasRemaining()) {
                full.poll();
            }
        } while (written > 0 && !full.isEmpty());
        return full.isEmpty();
    }
}
