package org.ninep.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.ninep.client.Batch;

/**
 * The replies that one client has not taken yet, in the order in which they go out.
 *
 * <p>Whoever adds a reply while nobody writes becomes the writer, and writes until the queue is empty or the socket
 * takes no more; then the event loop goes on when the socket is writable. So there is at most one writer, replies leave
 * from the thread that completed them, and several that come in the meantime leave in one gathering write. A writer that
 * has sent {@value #TURN} replies leaves the rest to the event loop: it has a device to look after. A thread that
 * completes many short reads at once, in a {@link Batch}, becomes the writer at its end.
 *
 * <p>Thread-safe. The lock guards the queue only; no write happens under it.
 */
final class Outbox {

    /** Hears what becomes of the replies. */
    interface Owner {
        /** The reply was sent or, after a failure, dropped; the outbox has forgotten it. */
        void left(Reply reply);

        /** The outbox waits for {@link Outbox#flush}, which the event loop calls when the socket is writable. */
        void blocked();

        /** The socket failed. The outbox drops everything from now on. */
        void failed(Exception cause);
    }

    private static final int BATCH = 16;
    private static final int TURN = 64;
    /** A reply up to this length may wait for others of the same batch. */
    private static final int SHORT = 16 << 10;

    private final GatheringByteChannel channel;
    private final Owner owner;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Reply> queue = new ArrayDeque<>();
    private final Runnable deed = this::writeDeferred;
    private boolean writing;
    private boolean closed;
    private volatile boolean blocked;

    /** The writer's: the first replies of the queue, and their bytes. */
    private final Reply[] batch = new Reply[BATCH];

    private final ByteBuffer[] wires = new ByteBuffer[BATCH];

    Outbox(GatheringByteChannel channel, Owner owner) {
        this.channel = channel;
        this.owner = owner;
    }

    /** Sends a reply, now if the socket takes it. */
    void add(Reply reply) {
        boolean refused;
        lock.lock();
        try {
            refused = closed;
            if (!refused) {
                queue.add(reply);
                if (writing || blocked || (reply.wire().remaining() <= SHORT && Batch.defer(deed))) {
                    return;
                }
                writing = true;
            }
        } finally {
            lock.unlock();
        }
        if (refused) {
            owner.left(reply);
        } else {
            write();
        }
    }

    private void writeDeferred() {
        lock.lock();
        try {
            if (closed || writing || blocked || queue.isEmpty()) {
                return;
            }
            writing = true;
        } finally {
            lock.unlock();
        }
        write();
    }

    /** Goes on after {@link Owner#blocked}. */
    void flush() {
        lock.lock();
        try {
            if (closed || !blocked) {
                return;
            }
            blocked = false;
            writing = true;
        } finally {
            lock.unlock();
        }
        write();
    }

    /** Whether {@link #flush} is waited for. */
    boolean isBlocked() {
        return blocked;
    }

    /** Drops what was not sent, and everything from now on. */
    void close() {
        boolean mine;
        lock.lock();
        try {
            closed = true;
            blocked = false;
            mine = !writing;
        } finally {
            lock.unlock();
        }
        if (mine) {
            drop();
        }
    }

    private void write() {
        int sent = 0;
        for (int count = next(0, false); count > 0;) {
            int done;
            try {
                done = write(count);
            } catch (IOException | RuntimeException e) {
                close();
                drop();
                owner.failed(e);
                return;
            }
            for (int i = 0; i < done; i++) {
                owner.left(batch[i]);
            }
            sent += done;
            count = next(done, done < count || sent >= TURN);
        }
    }

    /** Writes the first replies of the queue and says how many of them the socket took whole. */
    private int write(int count) throws IOException {
        if (count == 1) {
            channel.write(wires[0]);
        } else {
            channel.write(wires, 0, count);
        }
        int done = 0;
        while (done < count && !wires[done].hasRemaining()) {
            done++;
        }
        return done;
    }

    /**
     * Forgets the first replies, which were sent, and gathers the next. There are none, and this thread writes no
     * longer, if the queue is empty or closed or if the writer stops here.
     */
    private int next(int done, boolean stop) {
        boolean dropping;
        lock.lock();
        try {
            for (int i = 0; i < done; i++) {
                queue.poll();
            }
            dropping = closed;
            if (!dropping && !stop && !queue.isEmpty()) {
                return gather();
            }
            writing = false;
            blocked = !dropping && !queue.isEmpty();
        } finally {
            lock.unlock();
        }
        if (dropping) {
            drop();
        } else if (blocked) {
            owner.blocked();
        }
        return 0;
    }

    private int gather() {
        int count = 0;
        for (Reply reply : queue) {
            if (count == BATCH) {
                break;
            }
            batch[count] = reply;
            wires[count] = reply.wire();
            count++;
        }
        return count;
    }

    private void drop() {
        for (Reply reply = poll(); reply != null; reply = poll()) {
            owner.left(reply);
        }
    }

    private @Nullable Reply poll() {
        lock.lock();
        try {
            return queue.poll();
        } finally {
            lock.unlock();
        }
    }
}
