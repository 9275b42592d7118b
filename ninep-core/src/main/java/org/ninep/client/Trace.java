package org.ninep.client;

import org.jspecify.annotations.Nullable;
import org.ninep.message.Rmessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a {@link MessageListener}, if there is one, of messages. What it throws harms nobody. Thread-safe as the listener is. */
final class Trace {
    private static final Logger LOG = LoggerFactory.getLogger(Trace.class);

    private final String peer;
    private final @Nullable MessageListener listener;

    Trace(String peer, @Nullable MessageListener listener) {
        this.peer = peer;
        this.listener = listener;
    }

    /** Whether anybody listens: what is only for tracing need not be done otherwise. */
    boolean isOn() {
        return listener != null;
    }

    void sent(Call call) {
        if (listener != null) {
            try {
                listener.sent(peer, call.tag, call.request());
            } catch (RuntimeException | Error e) {
                LOG.error("{}: the listener to messages failed", peer, e);
            }
        }
    }

    void received(int tag, Rmessage reply) {
        if (listener != null) {
            try {
                listener.received(peer, tag, reply);
            } catch (RuntimeException | Error e) {
                LOG.error("{}: the listener to messages failed", peer, e);
            }
        }
    }
}
