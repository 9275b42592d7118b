package org.ninep.munge;

import java.util.Optional;

/**
 * What a credential is encrypted with, in CBC mode with PKCS#7 padding.
 *
 * <p>Immutable.
 */
public enum Cipher {
    /** Not encrypted: who has the credential can read it. */
    NONE(0, 0, 0),
    /** Blowfish. */
    BLOWFISH(2, 16, 8),
    /** CAST5. */
    CAST5(3, 16, 8),
    /** AES with 128 bits: the default. */
    AES128(4, 16, 16),
    /** AES with 256 bits; takes a MAC of at least 32 bytes. */
    AES256(5, 32, 16);

    private static final Cipher[] ALL = values();

    private final int code;
    private final int keyBytes;
    private final int blockBytes;

    Cipher(int code, int keyBytes, int blockBytes) {
        this.code = code;
        this.keyBytes = keyBytes;
        this.blockBytes = blockBytes;
    }

    /**
     * The algorithm with a number.
     *
     * @param code the number in a credential, any
     * @return empty for a number that stands for none, such as 1, which means "munged's default" in requests
     */
    public static Optional<Cipher> of(int code) {
        for (Cipher each : ALL) {
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

    /** Length of its key in bytes, 0 for none. */
    public int keyBytes() {
        return keyBytes;
    }

    /** Length of its block, and so of the IV, in bytes; 0 for none. */
    public int blockBytes() {
        return blockBytes;
    }
}
