package org.ninep.check.suite;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;
import org.ninep.ConnectionLostException;
import org.ninep.RequestTimeoutException;
import org.ninep.check.bench.Case;
import org.ninep.check.bench.Observed;
import org.ninep.check.bench.Session;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage;

/** What the checks with hostile frames share. */
final class Hostile {
    static final int TAG = 9;

    private Hostile() {}

    /** Does it, and then looks whether a client that was there before, and a new one, are served. */
    static Case.Body survived(Case.Body body) {
        return server -> {
            Session witness = server.attach();
            body.run(server);
            try {
                witness.qid(Session.HOME);
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                throw Observed.failed("another client is not served any more: " + e.getMessage());
            }
            try {
                server.attach();
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                throw Observed.failed("no new client is served: " + e.getMessage());
            }
        };
    }

    /** A frame of any type and body, whose size is right. */
    static ByteBuffer frame(int type, int tag, byte... body) {
        return ByteBuffer.allocate(Protocol.HEADER_BYTES + body.length).order(ByteOrder.LITTLE_ENDIAN)
                .putInt(Protocol.HEADER_BYTES + body.length).put((byte) type).putShort((short) tag).put(body).flip();
    }

    /**
     * Sends a whole frame and waits for an answer.
     *
     * @return null if the server closes the connection instead, which it may; also if it does neither, which is noted
     */
    static @Nullable Rmessage answer(Session session, ByteBuffer frame) throws IOException {
        try {
            session.connection().send(frame);
            return session.connection().receive().message();
        } catch (ConnectionLostException closed) {
            return null;
        } catch (RequestTimeoutException silent) {
            session.differs("the frame is neither answered nor is the connection closed");
            return null;
        }
    }
}
