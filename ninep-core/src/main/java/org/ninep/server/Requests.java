package org.ninep.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.ninep.ProtocolException;
import org.ninep.codec.InPlace;
import org.ninep.message.Protocol;

/**
 * The bytes that a client sent, cut into frames: many small ones to one read of the socket. The buffer grows with the bytes
 * that did come, not with those that a size field promises, and never beyond the longest frame that is allowed.
 */
final class Requests implements AutoCloseable {
    private static final int INITIAL = 8192;

    private final ReadableByteChannel source;
    private final Buffer buffer = new Buffer(INITIAL);
    /** Where the current frame begins. */
    private int at;
    /** Where what has not been looked at begins. */
    private int next;

    Requests(ReadableByteChannel source) {
        this.source = source;
    }

    /** Takes over what has come behind another's current frame, which is left to that one. */
    void takeOver(Requests other) {
        int end = other.buffer.bytes().position();
        if (end - other.next > buffer.bytes().capacity()) {
            buffer.grow(end - other.next);
        }
        buffer.bytes().put(other.buffer.part(other.next, end));
    }

    /**
     * Goes on to the next frame.
     *
     * @param largest longest frame that is allowed
     * @return false if it has not come as a whole
     */
    boolean next(int largest) throws ProtocolException {
        int there = buffer.bytes().position() - next;
        if (there < Protocol.HEADER_BYTES) {
            return false;
        }
        int size = InPlace.size(buffer.bytes(), next);
        if (size < Protocol.HEADER_BYTES || size > largest) {
            throw new ProtocolException("frame of " + Integer.toUnsignedString(size) + " bytes, 7 to " + largest
                    + " are allowed");
        }
        if (there < size) {
            return false;
        }
        at = next;
        next += size;
        return true;
    }

    /** The buffer that holds the current frame; its position and limit are not to be touched. */
    ByteBuffer bytes() {
        return buffer.bytes();
    }

    /** Where in the buffer the current frame begins. */
    int at() {
        return at;
    }

    /** The length of the current frame. */
    int size() {
        return next - at;
    }

    /** A view of part of the current frame. */
    ByteBuffer view(int from, int length) {
        return buffer.bytes().slice(from, length);
    }

    /**
     * Waits for bytes.
     *
     * @param largest longest frame that is allowed
     * @return false at the end of the stream
     */
    boolean fill(int largest) throws IOException {
        ByteBuffer bytes = buffer.bytes();
        if (next > 0) {
            bytes.flip().position(next);
            bytes.compact();
            next = 0;
            at = 0;
        }
        if (!bytes.hasRemaining()) {
            bytes = buffer.grow(Math.min(bytes.capacity() * 2, Math.max(largest, bytes.capacity() + 1)));
        }
        return source.read(bytes) >= 0;
    }

    @Override
    public void close() {
        buffer.close();
    }
}
