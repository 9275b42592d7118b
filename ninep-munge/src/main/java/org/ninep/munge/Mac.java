package org.ninep.munge;

import java.util.Optional;

/**
 * What a credential is authenticated with: HMAC over one of these digests.
 *
 * <p>Immutable.
 */
public enum Mac {
    /** MD5. */
    MD5(2, 16, "HmacMD5"),
    /** SHA-1. */
    SHA1(3, 20, "HmacSHA1"),
    /** RIPEMD-160. */
    RIPEMD160(4, 20, "HmacRIPEMD160"),
    /** SHA-256: the default. */
    SHA256(5, 32, "HmacSHA256"),
    /** SHA-512. */
    SHA512(6, 64, "HmacSHA512");

    private static final Mac[] ALL = values();

    private final int code;
    private final int bytes;
    private final String algorithm;

    Mac(int code, int bytes, String algorithm) {
        this.code = code;
        this.bytes = bytes;
        this.algorithm = algorithm;
    }

    /**
     * The algorithm with a number.
     *
     * @param code the number in a credential, any
     * @return empty for a number that stands for none, such as 1, which means "munged's default" in requests
     */
    public static Optional<Mac> of(int code) {
        for (Mac each : ALL) {
            if (each.code == code) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /** The number in a credential. */
    public int code() {
        return code;
    }

    /** Length of the MAC in bytes. */
    public int bytes() {
        return bytes;
    }

    /** The name that providers of the JDK's cryptography know it by. */
    String algorithm() {
        return algorithm;
    }
}
