package org.ninep.client;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.ninep.NinepException;
import org.ninep.message.Rmessage;

/** What the thread that made it waits for, and the session's loop thread brings. */
abstract class Outcome<T> {
    private final Thread waiting = Thread.currentThread();
    private @Nullable T value;
    private @Nullable IOException failure;
    private volatile boolean done;
    private volatile boolean givenUp;

    final void complete(T value) {
        this.value = value;
        done = true;
        LockSupport.unpark(waiting);
    }

    final void fail(IOException cause) {
        failure = cause;
        done = true;
        LockSupport.unpark(waiting);
    }

    /** Whether the waiting thread was interrupted: no further request should be made for it. */
    final boolean isGivenUp() {
        return givenUp;
    }

    /**
     * Waits. An interrupt has the session give up every call made for this, and the wait goes on until it has: from there on
     * nobody touches the caller's buffer any more.
     *
     * @param what is waited for, for people
     * @throws InterruptedIOException if the thread was interrupted before there was a value; it is left interrupted
     */
    final T await(Session session, String what) throws IOException {
        boolean interrupted = false;
        while (!done) {
            LockSupport.park(this);
            if (Thread.interrupted()) {
                interrupted = true;
                givenUp = true;
                session.cancel(this);
            }
        }
        if (interrupted) {
            waiting.interrupt();
        }
        T value = this.value;
        if (value != null) {
            return value;
        }
        IOException cause = failure;
        if (interrupted || cause == null) {
            InterruptedIOException e = new InterruptedIOException("interrupted while waiting for " + what);
            e.initCause(cause);
            throw e;
        }
        throw cause;
    }

    /** A reply. */
    static final class OfMessage extends Outcome<Rmessage> implements Answer {
        @Override
        public void completed(Rmessage reply) {
            complete(reply);
        }

        @Override
        public void failed(NinepException cause) {
            fail(cause);
        }
    }

    /** A number of bytes read. */
    static final class OfRead extends Outcome<Integer> implements ReadHandler {
        @Override
        public void completed(int count) {
            complete(count);
        }

        @Override
        public void failed(IOException cause) {
            fail(cause);
        }
    }
}
