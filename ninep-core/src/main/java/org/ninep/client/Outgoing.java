package org.ninep.client;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that wait in the outbox: encoded requests, or a Twrite's header and behind it the caller's own data. Guarded by the
 * session's lock.
 */
final class Outgoing {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ByteBuffer head;
    private final @Nullable WriteCall call;
    private ByteBuffer data;
    private boolean dropped;
    private boolean torn;

    /** @param bytes from position to limit; its position is moved as they are sent */
    Outgoing(ByteBuffer bytes) {
        this.head = bytes;
        this.data = NOTHING;
        this.call = null;
    }

    /**
     * A Twrite.
     *
     * @param head its header, at position 0
     * @param data a view of the caller's buffer, at position 0
     */
    Outgoing(ByteBuffer head, ByteBuffer data, WriteCall call) {
        this.head = head;
        this.data = data;
        this.call = call;
    }

    ByteBuffer head() {
        return head;
    }

    ByteBuffer data() {
        return data;
    }

    boolean isSent() {
        return !head.hasRemaining() && !data.hasRemaining();
    }

    /** The Twrite whose data cannot be read by this thread, or null if it can, or there is none. */
    @Nullable
    WriteCall unreadable() {
        try {
            if (data.hasRemaining()) {
                byte ignored = data.get(data.position());
            }
            return null;
        } catch (RuntimeException e) {
            return call;
        }
    }

    /**
     * Lets go of the caller's data. A frame that has been begun goes on from a copy; one that has not is never sent.
     *
     * @return whether nothing has been sent nor will be
     */
    boolean takeBack() {
        if (head.position() == 0 && !dropped) {
            dropped = true;
            head.position(head.limit());
            data = NOTHING;
        } else if (data.hasRemaining()) {
            try {
                data = ByteBuffer.allocate(data.remaining()).put(data).flip();
            } catch (RuntimeException unreadable) {
                torn = true;
            }
        }
        return dropped;
    }

    /** Whether the rest of a frame that was begun is not to be had any more. */
    boolean isTorn() {
        return torn;
    }
}
