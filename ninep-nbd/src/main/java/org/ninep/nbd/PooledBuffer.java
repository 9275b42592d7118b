package org.ninep.nbd;

import static org.ninep.nbd.NbdConstants.SIMPLE_REPLY_SIZE;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Direct memory for one reply: room for its header, and behind it the payload, so that one contiguous write sends both.
 *
 * <p>Confined to one thread at a time: the owner's.
 */
final class PooledBuffer {

    /** How many bytes of payload fit, a power of two; what the buffer counts in budgets. */
    final int size;

    /** The header's room and the payload, for whoever writes the reply. */
    final ByteBuffer whole;

    /** The payload's bytes in {@link #whole}, with a position and limit of their own, for the device. */
    final ByteBuffer payload;

    /** What its bytes count as in the {@link ReplyBudget}, while it is in use. */
    ReplyBudget.Grant grant = ReplyBudget.Grant.NONE;

    /** The next free buffer of this size; the pool's. */
    @Nullable
    PooledBuffer next;

    private final Arena arena = Arena.ofShared();

    PooledBuffer(int size) {
        this.size = size;
        whole = arena.allocate(SIMPLE_REPLY_SIZE + (long) size, SIMPLE_REPLY_SIZE).asByteBuffer();
        payload = whole.slice(SIMPLE_REPLY_SIZE, size);
    }

    /** Gives the memory back to the operating system, at once. */
    void free() {
        arena.close();
    }
}
