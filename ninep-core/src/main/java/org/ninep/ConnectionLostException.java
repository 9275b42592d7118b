package org.ninep;

import org.jspecify.annotations.Nullable;

/**
 * There is no connection, or no longer: it could not be made, the peer closed it, it broke, or it was closed on this
 * side while the request was in flight. Whether the server carried out the request is not known.
 *
 * <p>
 * Immutable.
 */
public final class ConnectionLostException extends NinepException {
    private static final long serialVersionUID = 1L;

    /** @param message the endpoint, and what happened to the connection */
    public ConnectionLostException(String message) {
        super(message);
    }

    /**
     * @param message the endpoint, and what happened to the connection
     * @param cause what the operating system said, or what the peer did
     */
    public ConnectionLostException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
