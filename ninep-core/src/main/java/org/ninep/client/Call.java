package org.ninep.client;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.ninep.message.Rmessage;
import org.ninep.message.Tmessage;

/**
 * A request in flight. The session answers it exactly once: from its loop thread, or from the submitting thread if it
 * does not take the request.
 */
abstract class Call {
    static final int NO_TAG = -1;
    static final long NO_DEADLINE = Long.MAX_VALUE;

    /** The file that it is about, which must be open when it is submitted; null if it is about none. */
    final @Nullable Handle handle;
    /** What a thread waits for that may be interrupted, or null. */
    final @Nullable Outcome<?> outcome;
    /** Guarded by the session's lock; given while it is submitted or on the loop thread, which may read it. */
    int tag = NO_TAG;
    /** On the session's time source; set as it is submitted. */
    long deadline = NO_DEADLINE;
    /** What was allowed, for messages; set as it is submitted. */
    @Nullable
    Duration timeout;
    /** Whether it is a further part of something that was begun before; set before it is submitted. */
    boolean continues;
    /** Whether it was answered or given up; touched by the session's loop thread alone once it is submitted. */
    boolean done;
    /** Whether its reply came after it was given up; the loop thread's. */
    boolean answered;
    /**
     * Whether its tag is free when its reply has come, though it was given up: part of that lay in the buffer already, or the
     * server refused to flush it; the loop thread's.
     */
    boolean freeWhenAnswered;

    Call(@Nullable Handle handle, @Nullable Outcome<?> outcome) {
        this.handle = handle;
        this.outcome = outcome;
    }

    /** A file that it is about and that was closed, or null. */
    @Nullable
    Handle closedFile() {
        return handle != null && handle.isClosed() ? handle : null;
    }

    /** Puts the request, which was encoded before, under its tag; called once, under the session's lock; cannot fail. */
    abstract void send(Outbox outbox);

    /**
     * Lets go of its caller's buffer, whose bytes may not all have been sent; under the session's lock.
     *
     * @return whether nothing of the request has been sent, nor ever will be
     */
    boolean takeBack() {
        return false;
    }

    /** Whether it is a Tversion, whose tag is NOTAG and which cannot be flushed. */
    boolean isVersion() {
        return false;
    }

    /** Whether it is a Tflush: it never waits for a tag, or the tags that it is to free might never come free. */
    boolean isFlush() {
        return false;
    }

    /** The request as a record, for tracing. */
    abstract Tmessage request();

    /** The type byte of the reply that is not Rlerror. */
    abstract int replyType();

    abstract void completed(Rmessage reply);

    abstract void failed(IOException cause);

    /** The reply came after the call had failed: what it gave must be given back to the server. */
    void answeredLate(Rmessage reply) {}

    /** The call had failed, and it is certain that the server never answered it and never will. */
    void neverAnswered() {}

    /** What was asked, of which file: {@code Tlopen /a/b}. */
    abstract String description();
}
