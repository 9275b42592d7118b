package org.ninep.server;

import java.io.IOException;
import org.ninep.Errno;

/**
 * Why a tree refuses: the number goes to the client, the words stay with the server. It has no stack trace, since
 * clients can make a tree throw as often as they like.
 *
 * <p>
 * Immutable.
 */
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Errno errno;

    /**
     * @param errno what the client is told
     * @param message what was refused, for people
     */
    public ErrnoException(Errno errno, String message) {
        super(message);
        this.errno = errno;
    }

    /**
     * @param errno what the client is told
     * @param message what was refused, for people
     * @param cause what was seen underneath
     */
    public ErrnoException(Errno errno, String message, Throwable cause) {
        super(message, cause);
        this.errno = errno;
    }

    /** What the client is told. */
    public Errno errno() {
        return errno;
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public Throwable fillInStackTrace() {
        return this;
    }
}
