package org.ninep.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.ninep.codec.InPlace;
import org.ninep.message.Rmessage.Rread;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.Tread;

/** A Tread whose data goes from the socket into the caller's buffer. */
final class ReadCall extends TransferCall {
    private final long offset;
    private final int count;
    private final ByteBuffer buffer;
    private final ReadHandler handler;
    private final int position;
    private final int limit;

    ReadCall(Handle file, long offset, int count, ByteBuffer buffer, @Nullable Outcome<?> outcome,
            ReadHandler handler) {
        super(file, outcome);
        this.offset = offset;
        this.count = count;
        this.buffer = buffer;
        this.handler = handler;
        this.position = buffer.position();
        this.limit = buffer.limit();
    }

    @Override
    void send(Outbox outbox) {
        InPlace.putTread(outbox.room(InPlace.T_BYTES), tag, file().fid(), offset, count);
    }

    @Override
    Tmessage request() {
        return new Tread(file().fid(), offset, count);
    }

    @Override
    int replyType() {
        return InPlace.RREAD;
    }

    int count() {
        return count;
    }

    /** The caller's buffer, from its old position with room for just as many bytes as the server sends. */
    ByteBuffer beginReceiving(int bytes) {
        return buffer.limit(position + bytes);
    }

    /** What has been received, for tracing. */
    Rread received() {
        return new Rread(buffer.duplicate().position(position).limit(buffer.position()).slice().asReadOnlyBuffer());
    }

    int receivedBytes() {
        return buffer.position() - position;
    }

    @Override
    void transferred(int received) {
        buffer.limit(limit);
        handler.completed(received);
    }

    @Override
    void failed(IOException cause) {
        buffer.limit(limit).position(position);
        handler.failed(cause);
    }

    @Override
    String description() {
        return "Tread " + file().path() + " at " + offset + ", " + count + " bytes";
    }
}
