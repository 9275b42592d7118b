package org.ninep.testkit;

import java.util.concurrent.atomic.AtomicInteger;
import org.ninep.Errno;
import org.ninep.message.Rmessage;
import org.ninep.message.Tmessage;

/**
 * A request that a {@link ScriptedPeer} received and left to the test.
 *
 * <p>
 * Thread-safe.
 *
 * @param <T> the kind of request
 */
public final class Request<T extends Tmessage> {
    private final PeerConnection connection;
    private final int tag;
    private final T message;
    private final AtomicInteger answers = new AtomicInteger();

    Request(PeerConnection connection, int tag, T message) {
        this.connection = connection;
        this.tag = tag;
        this.message = message;
    }

    /** What was asked. */
    public T message() {
        return message;
    }

    /** The tag under which it was asked. */
    public int tag() {
        return tag;
    }

    /** The connection on which it came. */
    public PeerConnection connection() {
        return connection;
    }

    /** How often it has been answered through this object. */
    public int answers() {
        return answers.get();
    }

    /** Sends a reply, whatever its type; may be called again, as a server gone mad would. */
    public void answer(Rmessage reply) {
        answers.incrementAndGet();
        connection.send(tag, reply);
    }

    /** Sends Rlerror. */
    public void fail(Errno errno) {
        answer(new Rmessage.Rlerror(errno));
    }

    /** For failure messages. */
    @Override
    public String toString() {
        return message + " tag " + tag;
    }
}
