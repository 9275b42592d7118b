package org.ninep.client;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.ninep.message.Rmessage;

/** What the thread that made it waits for, and the session's loop thread brings. */
abstract class Outcome<T> {
    private final Thread waiting = Thread.currentThread();
    private @Nullable T value;
    private @Nullable IOException failure;
    private volatile boolean done;

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

    /**
     * Waits. An interrupt has the session give up every call made for this, and the wait goes on until it has: from there on
     * nobody touches the caller's buffer any more. An answer that was quicker than the interrupt counts. Either way the
     * thread is left interrupted.
     *
     * @throws InterruptedIOException if the thread was interrupted before there was an answer
     */
    final T await(Session session) throws IOException {
        boolean interrupted = false;
        while (!done) {
            LockSupport.park(this);
            if (Thread.interrupted()) {
                interrupted = true;
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
        throw Objects.requireNonNull(failure);
    }

    /** A reply. */
    static final class OfMessage extends Outcome<Rmessage> implements Answer {
        @Override
        public void completed(Rmessage reply) {
            complete(reply);
        }

        @Override
        public void failed(IOException cause) {
            fail(cause);
        }
    }

    /** A number of bytes written. */
    static final class OfWrite extends Outcome<Integer> implements WriteHandler {
        @Override
        public void completed(int count) {
            complete(count);
        }

        @Override
        public void failed(IOException cause) {
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
