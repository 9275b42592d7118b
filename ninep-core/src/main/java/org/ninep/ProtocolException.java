package org.ninep;

/**
 * Bytes that are not the protocol: a malformed frame, a reply of the wrong type, a tag that nobody asked for. A
 * connection on which this happened cannot be trusted any more and is closed.
 *
 * <p>
 * Immutable.
 */
public final class ProtocolException extends NinepException {
    private static final long serialVersionUID = 1L;

    /** @param message what was wrong, and where in the frame or at which endpoint */
    public ProtocolException(String message) {
        super(message);
    }

    /**
     * @param message what was wrong, and where in the frame or at which endpoint
     * @param cause what was seen underneath
     */
    public ProtocolException(String message, Throwable cause) {
        super(message, cause);
    }
}
