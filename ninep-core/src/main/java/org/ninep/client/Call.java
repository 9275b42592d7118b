package org.ninep.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.ninep.NinepException;
import org.ninep.message.Rmessage;
import org.ninep.message.Tmessage;

/**
 * A request in flight. The session answers it exactly once: from its loop thread, or from the submitting thread if the
 * session is closed by then.
 */
abstract class Call {
    static final int NO_TAG = -1;
    static final long NO_DEADLINE = Long.MAX_VALUE;

    /** What a thread waits for that may be interrupted, or null. */
    final @Nullable Outcome<?> outcome;
    /** Guarded by the session's lock. */
    int tag = NO_TAG;
    /** On the session's time source; set before it is submitted. */
    long deadline = NO_DEADLINE;
    /** Whether it was answered or given up; touched by the session's loop thread alone once it is submitted. */
    boolean done;
    /** Whether its reply came after it was given up; the loop thread's. */
    boolean answered;
    /** Whether it was given up with part of its reply in the buffer; the loop thread's. */
    boolean arriving;
    /** What was allowed, for messages; set before it is submitted. */
    @Nullable
    Duration timeout;

    Call(@Nullable Outcome<?> outcome) {
        this.outcome = outcome;
    }

    /** Encodes the request; called once, under the session's lock. */
    abstract void send(Outbox outbox);

    /** Whether it is a Tversion, whose tag is NOTAG and which cannot be flushed. */
    boolean isVersion() {
        return false;
    }

    /** The request as a record, for tracing. */
    abstract Tmessage request();

    /** The type byte of the reply that is not Rlerror. */
    abstract int replyType();

    abstract void completed(Rmessage reply);

    abstract void failed(NinepException cause);

    /** The reply came after the call had failed: what it gave must be given back to the server. */
    void answeredLate(Rmessage reply) {}

    /** The call had failed, and the server has confirmed that it never answered and never will. */
    void neverAnswered() {}

    /** What was asked, of which file: {@code Tlopen /a/b}. */
    abstract String description();
}
