package org.ninep.resilient;

import java.io.IOException;

/** What a replica's URI names is no regular file, or an empty one. */
public final class UnsuitableFileException extends IOException {
    private static final long serialVersionUID = 1;

    /** @param message which file, and what it is */
    public UnsuitableFileException(String message) {
        super(message);
    }
}
