package org.ninep.client;

import java.io.IOException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.GatheringByteChannel;
import java.util.ArrayDeque;
import org.ninep.codec.Codec;
import org.ninep.codec.Frame;

/**
 * Encoded requests that the socket has not taken yet, in order. As long as the socket takes what it is given, all of them
 * pass through one direct buffer. Guarded by the session's lock.
 */
final class Outbox {
    private static final int CHUNK = 16 << 10;

    private final ArrayDeque<ByteBuffer> sealed = new ArrayDeque<>();
    private ByteBuffer tail = chunk(CHUNK);

    private static ByteBuffer chunk(int capacity) {
        return ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A little-endian buffer with room for that many bytes at its position, where they are to be put. */
    ByteBuffer room(int bytes) {
        if (tail.remaining() < bytes) {
            seal(Math.max(bytes, CHUNK));
        }
        return tail;
    }

    private void seal(int next) {
        if (tail.position() > 0) {
            sealed.add(tail.flip());
        }
        tail = chunk(next);
    }

    /** Adds a whole frame; its payload is not copied. Returns its type byte. */
    int put(Frame<?> frame) {
        int start = tail.position();
        try {
            Codec.encode(frame, tail);
        } catch (BufferOverflowException full) {
            ByteBuffer encoded = Codec.encode(frame);
            room(encoded.remaining());
            start = tail.position();
            tail.put(encoded);
        }
        int type = tail.get(start + 4) & 0xff;
        ByteBuffer payload = Codec.payload(frame.message());
        if (payload.hasRemaining()) {
            seal(CHUNK);
            sealed.add(payload);
        }
        return type;
    }

    /** Whether there is nothing to write. */
    boolean isEmpty() {
        return sealed.isEmpty() && tail.position() == 0;
    }

    /** Writes what the channel takes without blocking. Returns whether that was all. */
    boolean flush(GatheringByteChannel sink) throws IOException {
        if (sealed.isEmpty()) {
            tail.flip();
            sink.write(tail);
            tail.compact();
            return tail.position() == 0;
        }
        seal(CHUNK);
        while (!sealed.isEmpty()) {
            sink.write(sealed.toArray(ByteBuffer[]::new));
            while (!sealed.isEmpty() && !sealed.peek().hasRemaining()) {
                sealed.poll();
            }
            if (!sealed.isEmpty()) {
                return false;
            }
        }
        return true;
    }
}
