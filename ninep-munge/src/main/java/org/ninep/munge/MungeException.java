package org.ninep.munge;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A credential could not be had, or must not be trusted. The message says what to do about it.
 *
 * <p>Immutable.
 */
public final class MungeException extends IOException {
    private static final long serialVersionUID = 1;

    private final MungeError error;
    private final transient @Nullable Credential credential;

    /** An error that leaves nothing known of a credential. */
    public MungeException(MungeError error, String message) {
        this(error, message, (Throwable) null);
    }

    /** An error that leaves nothing known of a credential, and what caused it. */
    public MungeException(MungeError error, String message, @Nullable Throwable cause) {
        super(message, cause);
        if (error == MungeError.SUCCESS) {
            throw new IllegalArgumentException("success is no error");
        }
        this.error = error;
        this.credential = null;
    }

    /**
     * A credential that is authentic, but not good any more, or not yet.
     *
     * @param error one that {@linkplain MungeError#carriesMetadata carries metadata}, and not SUCCESS
     */
    public MungeException(MungeError error, String message, Credential credential) {
        super(message);
        if (error == MungeError.SUCCESS || !error.carriesMetadata()) {
            throw new IllegalArgumentException(error + " does not come with a credential");
        }
        this.error = error;
        this.credential = credential;
    }

    /** What munged would call it. */
    public MungeError error() {
        return error;
    }

    /**
     * What the credential says where it is authentic, but expired, rewound or replayed. It proves nothing.
     */
    public Optional<Credential> credential() {
        return Optional.ofNullable(credential);
    }
}
