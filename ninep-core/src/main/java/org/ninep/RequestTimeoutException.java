package org.ninep;

/**
 * No answer within the time allowed. The request has been flushed (Tflush); whether the server carried it out is not
 * known. The connection stays usable.
 *
 * <p>
 * Immutable.
 */
public final class RequestTimeoutException extends NinepException {
    private static final long serialVersionUID = 1L;

    /** @param message the endpoint, the request and the time that was allowed */
    public RequestTimeoutException(String message) {
        super(message);
    }
}
