package org.ninep.codec;

import java.nio.ByteBuffer;

/** Frames as they go over the wire. */
final class Wire {
    private Wire() {}

    /** The fixed part, and the payload behind it. */
    static ByteBuffer of(Frame<?> frame) {
        ByteBuffer fixed = Codec.encode(frame);
        ByteBuffer payload = Codec.payload(frame.message());
        return ByteBuffer.allocate(fixed.remaining() + payload.remaining()).put(fixed).put(payload).flip();
    }
}
