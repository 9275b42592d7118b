package org.ninep.client;

import org.ninep.NinepException;
import org.ninep.codec.Frame;
import org.ninep.message.Rmessage;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.Tflush;

/**
 * A Tflush for a request that was given up (flush(5)). The old tag stays taken until Rflush, whether or not the old reply
 * comes before it.
 */
final class FlushCall extends Call {
    private static final int RFLUSH = 109;

    private final Session session;
    private final int oldtag;

    FlushCall(Session session, int oldtag) {
        super(null);
        this.session = session;
        this.oldtag = oldtag;
    }

    @Override
    void send(Outbox outbox) {
        outbox.put(new Frame<>(tag, request()));
    }

    @Override
    Tmessage request() {
        return new Tflush(oldtag);
    }

    @Override
    int replyType() {
        return RFLUSH;
    }

    @Override
    void completed(Rmessage reply) {
        session.flushed(oldtag);
    }

    @Override
    void failed(NinepException cause) {
        // the connection is gone, and the old tag with it
    }

    @Override
    String description() {
        return "Tflush of tag " + oldtag;
    }
}
