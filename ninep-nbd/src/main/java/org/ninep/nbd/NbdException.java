package org.ninep.nbd;

import java.io.IOException;

/**
 * An NBD server has answered a request with an error.
 *
 * <p>Immutable.
 */
public final class NbdException extends IOException {

    private static final long serialVersionUID = 1;

    private final int error;

    NbdException(int error, String request) {
        super("the NBD server answered " + NbdConstants.errorName(error) + " to " + request);
        this.error = error;
    }

    /**
     * The number of the error, as the specification gives it: 1 EPERM, 5 EIO, 22 EINVAL and so on.
     *
     * @return the error, not 0
     */
    public int error() {
        return error;
    }
}
