package org.ninep.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.ninep.codec.InPlace;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.Twrite;

/** A Twrite whose data goes from the caller's buffer to the socket. */
final class WriteCall extends TransferCall {
    private final long offset;
    private final int count;
    private final ByteBuffer buffer;
    private final WriteHandler handler;
    private final int position;
    /** What refers to the caller's buffer; touched under the session's lock alone. */
    private @Nullable Outgoing outgoing;

    WriteCall(Handle file, long offset, int count, ByteBuffer buffer, @Nullable Outcome<?> outcome,
            WriteHandler handler) {
        super(file, outcome);
        this.offset = offset;
        this.count = count;
        this.buffer = buffer;
        this.handler = handler;
        this.position = buffer.position();
    }

    @Override
    void send(Outbox outbox) {
        outgoing = outbox.putTwrite(this, file().fid(), offset, data());
    }

    private ByteBuffer data() {
        return buffer.slice(position, count);
    }

    @Override
    boolean takeBack() {
        Outgoing outgoing = this.outgoing;
        return outgoing != null && outgoing.takeBack();
    }

    @Override
    Tmessage request() {
        return new Twrite(file().fid(), offset, data().asReadOnlyBuffer());
    }

    @Override
    int replyType() {
        return InPlace.RWRITE;
    }

    int count() {
        return count;
    }

    @Override
    void transferred(int written) {
        buffer.position(position + written);
        handler.completed(written);
    }

    @Override
    void failed(IOException cause) {
        handler.failed(cause);
    }

    @Override
    String description() {
        return "Twrite " + file().path() + " at " + offset + ", " + count + " bytes";
    }
}
