package org.ninep.server;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A direct, little-endian buffer that can be exchanged for a larger one, and whose memory is given back at once when it is
 * closed.
 *
 * <p>
 * Confined to one thread at a time.
 */
final class Buffer implements AutoCloseable {
    private Arena arena = Arena.ofShared();
    private MemorySegment memory;
    private ByteBuffer bytes;

    Buffer(int capacity) {
        memory = arena.allocate(capacity, 8);
        bytes = bytes(memory);
    }

    private static ByteBuffer bytes(MemorySegment memory) {
        return memory.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Valid until {@link #grow} or {@link #close}. */
    ByteBuffer bytes() {
        return bytes;
    }

    /** A view of a part, for another thread than the one that moves the position of {@link #bytes}. */
    ByteBuffer part(int from, int to) {
        return bytes(memory.asSlice(from, to - from));
    }

    /** A larger buffer with what is between 0 and the position. */
    ByteBuffer grow(int capacity) {
        Arena larger = Arena.ofShared();
        MemorySegment grown = larger.allocate(capacity, 8);
        MemorySegment.copy(memory, 0, grown, 0, bytes.position());
        int position = bytes.position();
        arena.close();
        arena = larger;
        memory = grown;
        bytes = bytes(grown).position(position);
        return bytes;
    }

    @Override
    public void close() {
        arena.close();
    }
}
