package org.ninep;

/**
 * The server answered Rlerror: the request was understood and refused.
 *
 * <p>
 * Immutable.
 */
public final class RemoteException extends NinepException {
    private static final long serialVersionUID = 1L;

    private final Errno errno;

    /**
     * @param errno the number that the server sent
     * @param context what was asked of whom, for people: {@code "10.0.0.1:564: walk to /a/b"}
     */
    public RemoteException(Errno errno, String context) {
        super(context + ": " + errno.description() + " (" + errno + ")");
        this.errno = errno;
    }

    private RemoteException(RemoteException cause, String advice) {
        super(cause.getMessage() + "; " + advice);
        this.errno = cause.errno;
        initCause(cause);
    }

    /**
     * The same, with what to do about it.
     *
     * @param advice a part of a sentence; nothing changes if it is empty
     */
    public RemoteException withAdvice(String advice) {
        return advice.isEmpty() ? this : new RemoteException(this, advice);
    }

    /** The error number that the server sent; a number that {@link Errno} has no name for keeps its value. */
    public Errno errno() {
        return errno;
    }
}
