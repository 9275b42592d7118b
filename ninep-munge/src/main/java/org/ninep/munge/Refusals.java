package org.ninep.munge;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** What is said of credentials that are not accepted: why, and what to do. */
final class Refusals {
    private Refusals() {}

    /** For an error that carries no metadata. */
    static MungeException byMunged(String who, int code, String says) {
        MungeError error = MungeError.of(code).orElse(MungeError.SNAFU);
        return switch (error) {
            case CRED_INVALID -> invalid(who);
            case CRED_UNAUTHORIZED -> unauthorized(who + ": this process");
            case SNAFU, NO_MEMORY, OVERFLOW ->
                new MungeException(error, who + " failed with " + described(error, code, says) + "; see its log");
            default -> new MungeException(error, who + " refused: " + described(error, code, says));
        };
    }

    private static String described(MungeError error, int code, String says) {
        return error.meaning() + (says.isEmpty() ? " (error " + code + ")" : " (error " + code + ", \"" + says + "\")");
    }

    static MungeException invalid(String who) {
        return new MungeException(MungeError.CRED_INVALID, who
                + ": the credential was not made with the same key, or was altered. The hosts that make and check credentials"
                + " need the same key file (/etc/munge/munge.key), and munged reads it only when it starts");
    }

    static MungeException unauthorized(String who) {
        return new MungeException(MungeError.CRED_UNAUTHORIZED, who
                + " may not decode the credential: it is for another user or group. Whoever makes it must name the user"
                + " that the decoder runs as (authUid; root is not exempt), or a group of that user's (authGid), or none");
    }

    /**
     * Refuses a credential that is not good at the time at which it was decoded.
     *
     * @param ttl how long it is good from when it was made, and how far the clocks may differ
     */
    static void requireGood(String who, Credential credential, Duration ttl) throws MungeException {
        if (credential.decodeTime().isBefore(credential.encodeTime().minus(ttl))) {
            throw rewound(who, credential);
        }
        if (credential.decodeTime().isAfter(credential.encodeTime().plus(ttl))) {
            throw expired(who, credential, ttl);
        }
    }

    static MungeException expired(String who, Credential credential) {
        return expired(who, credential, credential.ttl());
    }

    /** @param ttl what it is granted, which may be less than it says */
    static MungeException expired(String who, Credential credential, Duration ttl) {
        Instant last = credential.encodeTime().plus(ttl);
        return new MungeException(MungeError.CRED_EXPIRED, String.format(Locale.ROOT,
                "%s: the credential is expired: it was made at %s for %d s, and it is %s, %d s after its end. Make a new"
                        + " one; if this one is new, the clocks of the two hosts differ: synchronize them",
                who, credential.encodeTime(), ttl.toSeconds(), credential.decodeTime(),
                Duration.between(last, credential.decodeTime()).toSeconds()), credential);
    }

    static MungeException rewound(String who, Credential credential) {
        return new MungeException(MungeError.CRED_REWOUND, String.format(Locale.ROOT,
                "%s: the credential is from the future: it was made at %s, and it is %s here, %d s before. The clocks of"
                        + " the two hosts differ: synchronize them",
                who, credential.encodeTime(), credential.decodeTime(),
                Duration.between(credential.decodeTime(), credential.encodeTime()).toSeconds()), credential);
    }

    static MungeException replayed(String who, Credential credential) {
        return replayed(who, "it was decoded before, and is good for one decoding. Make a new one for each attempt; if"
                + " nobody here used it twice, somebody else did", credential);
    }

    static MungeException replayed(String who, String why, Credential credential) {
        return new MungeException(MungeError.CRED_REPLAYED, who + ": the credential is refused as replayed: " + why,
                credential);
    }
}
