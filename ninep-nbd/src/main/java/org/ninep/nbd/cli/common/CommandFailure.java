package org.ninep.nbd.cli.common;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Why a command ends, in one line for people, and with which status. Immutable. */
public final class CommandFailure extends IOException {

    private static final long serialVersionUID = 1;

    private final int status;

    public CommandFailure(int status, String message) {
        this(status, message, null);
    }

    public CommandFailure(int status, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    int status() {
        return status;
    }
}
