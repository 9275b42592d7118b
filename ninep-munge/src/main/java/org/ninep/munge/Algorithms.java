package org.ninep.munge;

import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Set;

/**
 * The algorithms that are allowed in credentials.
 *
 * <p>
 * Immutable.
 */
record Algorithms(Set<Cipher> ciphers, Set<Mac> macs, Set<Zip> zips) {
    /** What is strong, and any compression. */
    static final Algorithms STRONG = new Algorithms(EnumSet.of(Cipher.AES128, Cipher.AES256),
            EnumSet.of(Mac.SHA256, Mac.SHA512), EnumSet.allOf(Zip.class));

    /** Copies the sets, of which none may be empty. */
    Algorithms {
        ciphers = copy(ciphers);
        macs = copy(macs);
        zips = copy(zips);
    }

    private static <T extends Enum<T>> Set<T> copy(Set<T> allowed) {
        if (allowed.isEmpty()) {
            throw new IllegalArgumentException("at least one algorithm must be allowed");
        }
        return Collections.unmodifiableSet(EnumSet.copyOf(allowed));
    }

    /** munged's default if it is allowed, else the strongest that is. */
    Cipher usualCipher() {
        return usual(ciphers, Cipher.AES128);
    }

    /** munged's default if it is allowed, else the strongest that is. */
    Mac usualMac() {
        return usual(macs, Mac.SHA256);
    }

    private static <T extends Enum<T>> T usual(Set<T> allowed, T usual) {
        return allowed.contains(usual) ? usual : Collections.max(allowed, Comparator.naturalOrder());
    }

    /** @throws MungeException BAD_CIPHER, BAD_MAC or BAD_ZIP for one that is not allowed */
    void check(Cipher cipher, Mac mac, Zip zip) throws MungeException {
        check(MungeError.BAD_CIPHER, "cipher", cipher, ciphers);
        check(MungeError.BAD_MAC, "MAC", mac, macs);
        check(MungeError.BAD_ZIP, "compression", zip, zips);
    }

    private static void check(MungeError error, String kind, Enum<?> algorithm, Set<?> allowed) throws MungeException {
        if (!allowed.contains(algorithm)) {
            throw new MungeException(error, "the " + kind + " " + algorithm + " is not allowed here, only " + allowed
                    + ". Make credentials with one of these, or allow it in the MungeCodec's builder");
        }
    }
}
