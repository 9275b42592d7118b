package org.ninep.server;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A direct, little-endian buffer that can be exchanged for a larger one, and whose memory is given back at once when it is
 * closed.
 *
 * <p>
 * Confined to the thread that made it.
 */
final class Buffer implements AutoCloseable {
    private Arena arena = Arena.ofConfined();
    private ByteBuffer bytes;

    Buffer(int capacity) {
        bytes = allocate(arena, capacity);
    }

    private static ByteBuffer allocate(Arena arena, int capacity) {
        return arena.allocate(capacity, 8).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Valid until {@link #grow} or {@link #close}. */
    ByteBuffer bytes() {
        return bytes;
    }

    /** A larger buffer with what is between 0 and the position. */
    ByteBuffer grow(int capacity) {
        Arena larger = Arena.ofConfined();
        ByteBuffer grown = allocate(larger, capacity);
        grown.put(bytes.flip());
        arena.close();
        arena = larger;
        bytes = grown;
        return grown;
    }

    @Override
    public void close() {
        arena.close();
    }
}
