package org.ninep.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.Tflush;

/**
 * A Tflush for a request that was given up (flush(5)): {@code size[4] Tflush tag[2] oldtag[2]}. The old tag stays taken until
 * Rflush, whether or not the old reply comes before it.
 */
final class FlushCall extends Call {
    private static final byte TFLUSH = 108;
    private static final int RFLUSH = 109;
    private static final int BYTES = Protocol.HEADER_BYTES + 2;

    private final Session session;
    private final Call old;

    FlushCall(Session session, Call old) {
        super(null, null);
        this.session = session;
        this.old = old;
    }

    @Override
    void send(Outbox outbox) {
        ByteBuffer out = outbox.room(BYTES);
        out.putInt(BYTES).put(TFLUSH).putShort((short) tag).putShort((short) old.tag);
    }

    @Override
    boolean isFlush() {
        return true;
    }

    @Override
    Tmessage request() {
        return new Tflush(old.tag);
    }

    @Override
    int replyType() {
        return RFLUSH;
    }

    @Override
    void completed(Rmessage reply) {
        session.flushed(old);
    }

    @Override
    void failed(IOException cause) {
        session.notFlushed(old);
    }

    @Override
    String description() {
        return "Tflush of tag " + old.tag;
    }
}
