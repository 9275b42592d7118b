package org.ninep.munge;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a credential is to be made. What is left empty is the default of munged, or of the MungeCodec.
 *
 * <p>Immutable.
 *
 * @param cipher empty for the default
 * @param mac empty for the default
 * @param zip empty for the default
 * @param ttl how long it is good, in whole seconds from 1 to 3600; empty for the default, 300
 * @param authUid the only user who may decode it, unsigned; empty for any
 * @param authGid the only group whose members may decode it, unsigned; empty for any
 */
public record EncodeOptions(Optional<Cipher> cipher, Optional<Mac> mac, Optional<Zip> zip, Optional<Duration> ttl,
        OptionalInt authUid, OptionalInt authGid) {
    /** All as munged is configured. */
    public static final EncodeOptions DEFAULT = new EncodeOptions(Optional.empty(), Optional.empty(), Optional.empty(),
            Optional.empty(), OptionalInt.empty(), OptionalInt.empty());

    /** The longest time to live that munged grants. */
    public static final Duration LONGEST_TTL = Duration.ofHours(1);

    /** @throws IllegalArgumentException if a value is out of its range; the message names it */
    public EncodeOptions {
        ttl.ifPresent(EncodeOptions::checkTtl);
        if (authUid.equals(OptionalInt.of(-1)) || authGid.equals(OptionalInt.of(-1))) {
            throw new IllegalArgumentException("4294967295 stands for any user or group, and is none");
        }
        if (cipher.isPresent() && mac.isPresent() && mac.get().bytes() < cipher.get().keyBytes()) {
            throw new IllegalArgumentException(cipher.get() + " takes a MAC of at least " + cipher.get().keyBytes()
                    + " bytes, and " + mac.get() + " has " + mac.get().bytes());
        }
    }

    /** @throws IllegalArgumentException if it is not of whole seconds from 1 to 3600 */
    static void checkTtl(Duration ttl) {
        if (ttl.toNanosPart() != 0 || !ttl.isPositive() || ttl.compareTo(LONGEST_TTL) > 0) {
            throw new IllegalArgumentException(
                    "a ttl of " + seconds(ttl) + " s is not of whole seconds from 1 to 3600");
        }
    }

    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toSeconds())
                .add(BigDecimal.valueOf(duration.toNanosPart(), 9)).stripTrailingZeros().toPlainString();
    }

    /** The same with another cipher. */
    public EncodeOptions withCipher(Cipher cipher) {
        return new EncodeOptions(Optional.of(cipher), mac, zip, ttl, authUid, authGid);
    }

    /** The same with another MAC. */
    public EncodeOptions withMac(Mac mac) {
        return new EncodeOptions(cipher, Optional.of(mac), zip, ttl, authUid, authGid);
    }

    /** The same with another compression. */
    public EncodeOptions withZip(Zip zip) {
        return new EncodeOptions(cipher, mac, Optional.of(zip), ttl, authUid, authGid);
    }

    /** The same with another time to live. */
    public EncodeOptions withTtl(Duration ttl) {
        return new EncodeOptions(cipher, mac, zip, Optional.of(ttl), authUid, authGid);
    }

    /** The same for one user only. */
    public EncodeOptions withAuthUid(int uid) {
        return new EncodeOptions(cipher, mac, zip, ttl, OptionalInt.of(uid), authGid);
    }

    /** The same for one group only. */
    public EncodeOptions withAuthGid(int gid) {
        return new EncodeOptions(cipher, mac, zip, ttl, authUid, OptionalInt.of(gid));
    }
}
