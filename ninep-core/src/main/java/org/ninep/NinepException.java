package org.ninep;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Why a 9P operation did not succeed. The family is closed, so that a {@code switch} over it is complete: the server
 * said no, the peer broke the protocol, the connection is lost, or time ran out. Messages name the endpoint and, where
 * there is one, the path.
 */
public abstract sealed class NinepException extends IOException
        permits RemoteException, ProtocolException, ConnectionLostException, RequestTimeoutException {
    private static final long serialVersionUID = 1L;

    NinepException(String message) {
        super(message);
    }

    NinepException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
