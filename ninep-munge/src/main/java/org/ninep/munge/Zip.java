package org.ninep.munge;

import java.util.Optional;

/**
 * What a credential is compressed with before it is encrypted. One that would not become shorter is not compressed.
 *
 * <p>Immutable.
 */
public enum Zip {
    /** Not compressed: the default. */
    NONE(0),
    /** bzip2. */
    BZLIB(2),
    /** zlib. */
    ZLIB(3);

    private static final Zip[] ALL = values();

    private final int code;

    Zip(int code) {
        this.code = code;
    }

    /**
     * The algorithm with a number.
     *
     * @param code the number in a credential, any
     * @return empty for a number that stands for none, such as 1, which means "munged's default" in requests
     */
    public static Optional<Zip> of(int code) {
        for (Zip each : ALL) {
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

}
