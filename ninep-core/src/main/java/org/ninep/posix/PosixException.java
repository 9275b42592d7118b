package org.ninep.posix;

import java.io.IOException;
import org.ninep.Errno;

/**
 * A system call that failed. It has no stack trace, since clients can make calls fail as often as they like.
 *
 * <p>
 * Immutable.
 */
public final class PosixException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Errno errno;

    /**
     * @param errno what the call left in {@code errno}
     * @param call its name
     */
    public PosixException(Errno errno, String call) {
        super(call + ": " + errno);
        this.errno = errno;
    }

    /** Why the call failed. */
    public Errno errno() {
        return errno;
    }

    /** Whether it failed for that reason. */
    public boolean is(Errno reason) {
        return errno.equals(reason);
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public Throwable fillInStackTrace() {
        return this;
    }
}
