package org.ninep.nbd;

import static org.ninep.nbd.NbdConstants.*;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The transmission phase of one client: takes its requests, and starts its reads.
 *
 * <pre>
 * C: 32 bits, NBD_REQUEST_MAGIC
 * C: 16 bits, command flags
 * C: 16 bits, type
 * C: 64 bits, cookie
 * C: 64 bits, offset
 * C: 32 bits, length
 * C: length bytes, if the type is NBD_CMD_WRITE
 * </pre>
 *
 * <p>A read for which there is no memory now waits in a slot, and no further request is looked at meanwhile.
 *
 * <p>Takes any bytes. Confined to one thread: the event loop's.
 */
final class Transmission implements Phase {

    private final Connection connection;
    private final Export export;
    private final ReplyBudget budget;
    private final BufferPool pool;
    private final ReplyBudget.Share share = new ReplyBudget.Share();

    private boolean pending;
    private long pendingCookie;
    private long pendingOffset;
    private int pendingLength;

    private long payloadToSkip;

    Transmission(Connection connection, Export export, ReplyBudget budget, BufferPool pool) {
        this.connection = connection;
        this.export = export;
        this.budget = budget;
        this.pool = pool;
    }

    Export export() {
        return export;
    }

    /** Bytes of this client's replies in flight. */
    long bytesHeld() {
        return share.held();
    }

    /** Whether a read waits for memory. */
    boolean isPending() {
        return pending;
    }

    @Override
    public boolean step(ByteBuffer in) {
        if (payloadToSkip > 0) {
            int skipped = (int) Math.min(payloadToSkip, in.remaining());
            in.position(in.position() + skipped);
            payloadToSkip -= skipped;
            return skipped > 0;
        }
        if (in.remaining() < REQUEST_SIZE) {
            return false;
        }
        int magic = in.getInt();
        int flags = Short.toUnsignedInt(in.getShort());
        int type = Short.toUnsignedInt(in.getShort());
        long cookie = in.getLong();
        long offset = in.getLong();
        int length = in.getInt();
        if (magic != NBD_REQUEST_MAGIC) {
            connection.cutOff(String.format("sent 0x%08x where a request begins", magic));
        } else {
            request(flags, type, cookie, offset, length);
        }
        return true;
    }

    private void request(int flags, int type, long cookie, long offset, int length) {
        switch (type) {
            case NBD_CMD_READ -> {
                if (flags != 0) {
                    reject(cookie, NBD_EINVAL, "a read with unknown flags");
                } else {
                    read(cookie, offset, length);
                }
            }
            case NBD_CMD_WRITE -> write(cookie, Integer.toUnsignedLong(length));
            case NBD_CMD_DISC -> connection.leave();
            case NBD_CMD_FLUSH -> {
                if (flags != 0) {
                    reject(cookie, NBD_EINVAL, "a flush with unknown flags");
                } else {
                    connection.answer(cookie, NBD_SUCCESS);
                }
            }
            case NBD_CMD_TRIM, NBD_CMD_WRITE_ZEROES -> reject(cookie, NBD_EPERM, "a write to a read-only export");
            default -> reject(cookie, NBD_EINVAL, "a command of unknown type " + type);
        }
    }

    /** A payload that is too long to be meant is not drained: what it says is answered, and then the client is left. */
    private void write(long cookie, long length) {
        reject(cookie, NBD_EPERM, "a write to a read-only export");
        if (length > MAX_BLOCK_SIZE) {
            connection.leave();
        } else {
            payloadToSkip = length;
        }
    }

    /** Length and offset are unsigned; an empty read is a success within the device. */
    private void read(long cookie, long offset, int length) {
        long size = export.device().size();
        if (length < 0 || length > MAX_BLOCK_SIZE) {
            reject(cookie, NBD_EINVAL, "a read of " + Integer.toUnsignedString(length) + " bytes");
        } else if (offset < 0 || offset > size - length) {
            reject(cookie, NBD_EINVAL, "a read past the end, of " + length + " bytes at "
                    + Long.toUnsignedString(offset) + " of " + size);
        } else if (length == 0) {
            connection.answer(cookie, NBD_SUCCESS);
        } else if (!start(cookie, offset, length)) {
            pending = true;
            pendingCookie = cookie;
            pendingOffset = offset;
            pendingLength = length;
            connection.awaitMemory();
        }
    }

    /** Starts the read that waits, if there is memory now. */
    boolean startPending() {
        if (pending && start(pendingCookie, pendingOffset, pendingLength)) {
            pending = false;
        }
        return !pending;
    }

    private boolean start(long cookie, long offset, int length) {
        int size = BufferPool.sizeFor(length);
        ReplyBudget.Grant grant = budget.admit(share, size);
        if (grant == ReplyBudget.Grant.NONE) {
            return false;
        }
        PooledBuffer buffer;
        try {
            buffer = pool.acquire(length);
        } catch (OutOfMemoryError e) {
            budget.release(share, size, grant);
            connection.readFailed("got no memory for a read of " + length + " bytes");
            connection.answer(cookie, NBD_EIO);
            return true;
        }
        buffer.grant = grant;
        Reply reply = Reply.toRead(connection, cookie, buffer);
        connection.begin();
        try {
            export.device().read(offset, buffer.payload, reply);
        } catch (RuntimeException e) {
            reply.failed(new IOException("unexpected " + e, e));
        }
        return true;
    }

    /** A reply to a read has left: its memory returns. */
    void release(PooledBuffer buffer) {
        int size = buffer.size;
        ReplyBudget.Grant grant = buffer.grant;
        pool.release(buffer);
        budget.release(share, size, grant);
    }

    private void reject(long cookie, int error, String what) {
        connection.rejected(what);
        connection.answer(cookie, error);
    }
}
