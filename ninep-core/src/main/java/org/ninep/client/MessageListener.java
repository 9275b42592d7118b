package org.ninep.client;

import org.ninep.message.Rmessage;
import org.ninep.message.Tmessage;

/**
 * Sees every message of a connection, for tracing; only of a reply that is given up half-way it hears nothing. It is called
 * on the thread that sends, in the order of the wire, and on the one that receives. It must not block, not use the client,
 * and not keep a payload's buffer. What it throws is logged. Listening makes every read build a record of its message.
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
