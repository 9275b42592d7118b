package org.ninep.client;

import org.ninep.message.Rmessage;
import org.ninep.message.Tmessage;

/**
 * Sees every message of a connection, for tracing. It is called on the thread that sends and on the one that receives, must
 * not block, and must not keep a payload's buffer. Listening makes every read build a record of its message.
 *
 * <p>
 * Thread-safe.
 */
public interface MessageListener {
    /** A request is about to be sent to the peer. */
    void sent(String peer, int tag, Tmessage request);

    /** A reply of the peer arrived whole. */
    void received(String peer, int tag, Rmessage reply);
}
