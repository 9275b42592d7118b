package org.ninep.munge;

import java.util.Optional;

/**
 * What {@code munged} says about a request: the error byte of its replies, the same numbers as libmunge's
 * {@code munge_err_t}. Only {@link #SUCCESS} makes a credential's user and group trustworthy.
 *
 * <p>Immutable.
 */
public enum MungeError {
    /** The request was carried out. */
    SUCCESS(0, "success"),
    /** An internal error of munged. */
    SNAFU(1, "internal error"),
    /** The request held an invalid argument. */
    BAD_ARG(2, "invalid argument"),
    /** The message is longer than munged accepts. */
    BAD_LENGTH(3, "message too long"),
    /** A buffer overflowed. */
    OVERFLOW(4, "buffer overflow"),
    /** munged is out of memory. */
    NO_MEMORY(5, "out of memory"),
    /** The conversation over the socket failed. */
    SOCKET(6, "socket communication failed"),
    /** munged did not answer in time. */
    TIMEOUT(7, "timed out"),
    /** The credential cannot be parsed. */
    BAD_CRED(8, "malformed credential"),
    /** The credential's version is not 3. */
    BAD_VERSION(9, "unsupported credential version"),
    /** The credential's cipher is unknown. */
    BAD_CIPHER(10, "unsupported cipher"),
    /** The credential's MAC is unknown, or shorter than the cipher's key. */
    BAD_MAC(11, "unsupported MAC"),
    /** The credential's compression is unknown. */
    BAD_ZIP(12, "unsupported compression"),
    /** The credential's security realm is unknown. */
    BAD_REALM(13, "unrecognized security realm"),
    /** The credential was not made with this key, or was altered. */
    CRED_INVALID(14, "invalid credential"),
    /** The credential is older than its time to live. */
    CRED_EXPIRED(15, "expired credential"),
    /** The credential was made in the future: two hosts' clocks differ. */
    CRED_REWOUND(16, "credential from the future; compare the hosts' clocks"),
    /** The credential was decoded before. */
    CRED_REPLAYED(17, "replayed credential"),
    /** The credential is meant for another user or group. */
    CRED_UNAUTHORIZED(18, "credential for another user or group");

    private static final MungeError[] BY_CODE = values();

    private final int code;
    private final String meaning;

    MungeError(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /**
     * The error with a number.
     *
     * @param code the number on the wire, any
     * @return the error, or empty for a number that munged does not use
     */
    public static Optional<MungeError> of(int code) {
        return code >= 0 && code < BY_CODE.length ? Optional.of(BY_CODE[code]) : Optional.empty();
    }

    /**
     * The number on the wire.
     *
     * @return from 0 to 18
     */
    public int code() {
        return code;
    }

    /**
     * What went wrong, as a part of a sentence.
     *
     * @return a few English words without a full stop
     */
    public String meaning() {
        return meaning;
    }

    /**
     * Whether a reply with this error still carries what the credential says: its times, user, group and payload. With
     * any other error user and group read {@code 0xFFFFFFFF}.
     *
     * @return true for success and for credentials that are authentic but expired, rewound or replayed
     */
    public boolean carriesMetadata() {
        return switch (this) {
            case SUCCESS, CRED_EXPIRED, CRED_REWOUND, CRED_REPLAYED -> true;
            case SNAFU, BAD_ARG, BAD_LENGTH, OVERFLOW, NO_MEMORY, SOCKET, TIMEOUT, BAD_CRED, BAD_VERSION, BAD_CIPHER,
                    BAD_MAC, BAD_ZIP, BAD_REALM, CRED_INVALID, CRED_UNAUTHORIZED ->
                false;
        };
    }
}
