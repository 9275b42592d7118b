package org.ninep.nbd;

import static org.ninep.nbd.NbdConstants.NBD_EIO;
import static org.ninep.nbd.NbdConstants.NBD_SIMPLE_REPLY_MAGIC;
import static org.ninep.nbd.NbdConstants.NBD_SUCCESS;
import static org.ninep.nbd.NbdConstants.SIMPLE_REPLY_SIZE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.ninep.client.ReadHandler;

/**
 * What is sent to a client: the answer to one request, or to one option.
 *
 * <p>The reply to a read is made when the read starts, and it is the device's completion: the device's thread writes it
 * to the client's socket, header and payload at once. A device that completes a read twice does no harm.
 *
 * <p>Owned by the device until it completes, then by the client's {@link Outbox}.
 */
final class Reply implements BlockDevice.Completion, ReadHandler {

    private static final AtomicIntegerFieldUpdater<Reply> COMPLETIONS = AtomicIntegerFieldUpdater
            .newUpdater(Reply.class, "completions");

    private final Connection connection;
    private final long cookie;
    private final @Nullable PooledBuffer buffer;
    private final ByteBuffer wire;

    /** How often the device has completed; counted through {@link #COMPLETIONS}. */
    @SuppressWarnings("UnusedVariable")
    private volatile int completions;

    private Reply(
            Connection connection,
            long cookie,
            @Nullable PooledBuffer buffer,
            ByteBuffer wire) {
        this.connection = connection;
        this.cookie = cookie;
        this.buffer = buffer;
        this.wire = wire;
    }

    /** A reply whose bytes are known. */
    static Reply of(Connection connection, ByteBuffer wire) {
        return new Reply(connection, 0, null, wire);
    }

    /** The reply to a request that carries no payload. */
    static Reply simple(Connection connection, long cookie, int error) {
        ByteBuffer wire = ByteBuffer.allocate(SIMPLE_REPLY_SIZE);
        putHeader(wire, error, cookie);
        return of(connection, wire);
    }

    /** The reply to a read that starts now. */
    static Reply toRead(Connection connection, long cookie, PooledBuffer buffer) {
        return new Reply(connection, cookie, buffer, buffer.whole);
    }

    private static void putHeader(ByteBuffer wire, int error, long cookie) {
        wire.putInt(0, NBD_SIMPLE_REPLY_MAGIC).putInt(4, error).putLong(8, cookie);
    }

    /** The bytes that remain to be sent. */
    ByteBuffer wire() {
        return wire;
    }

    @Nullable
    PooledBuffer buffer() {
        return buffer;
    }

    @Override
    public void completed() {
        if (buffer == null || COMPLETIONS.getAndIncrement(this) > 0) {
            return;
        }
        if (buffer.payload.hasRemaining()) {
            connection.readFailed("completed a read that it had not filled");
            send(NBD_EIO, 0);
        } else {
            connection.readSucceeded();
            send(NBD_SUCCESS, buffer.payload.limit());
        }
    }

    /** As {@link #completed()}, for a file that fills the buffer or fails. */
    @Override
    public void completed(int count) {
        completed();
    }

    @Override
    public void failed(IOException cause) {
        if (buffer == null || COMPLETIONS.getAndIncrement(this) > 0) {
            return;
        }
        connection.readFailed("failed to read: " + cause);
        send(NBD_EIO, 0);
    }

    private void send(int error, int length) {
        wire.clear().limit(SIMPLE_REPLY_SIZE + length);
        putHeader(wire, error, cookie);
        connection.send(this);
    }
}
