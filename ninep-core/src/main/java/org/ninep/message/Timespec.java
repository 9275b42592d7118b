package org.ninep.message;

import java.time.Instant;

/**
 * A moment: {@code sec[8] nsec[8]}.
 *
 * <p>
 * Immutable.
 *
 * @param seconds since 1970-01-01T00:00:00Z
 * @param nanoseconds 0 to 999,999,999 from a sane peer; any 64 bits on the wire
 */
public record Timespec(long seconds, long nanoseconds) {
    /** The beginning of 1970; also what stands where a server does not fill a time. */
    public static final Timespec ZERO = new Timespec(0, 0);

    /**
     * The same moment, bounded to what {@link Instant} can say.
     */
    public Instant toInstant() {
        long seconds = Math.clamp(this.seconds, Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond());
        return Instant.ofEpochSecond(seconds, Math.clamp(nanoseconds, 0, 999_999_999));
    }

    /**
     * The moment as the wire has it.
     *
     * @param instant any moment
     */
    public static Timespec of(Instant instant) {
        return new Timespec(instant.getEpochSecond(), instant.getNano());
    }
}
