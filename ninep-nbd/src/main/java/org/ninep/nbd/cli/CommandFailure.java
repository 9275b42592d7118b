package org.ninep.nbd.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Why a command ends, in one line for people, and with which status. Immutable. */
final class CommandFailure extends IOException {

    private static final long serialVersionUID = 1;

    private final int status;

    CommandFailure(int status, String message) {
        this(status, message, null);
    }

    CommandFailure(int status, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    int status() {
        return status;
    }
}
