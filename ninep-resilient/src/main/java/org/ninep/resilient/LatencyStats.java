package org.ninep.resilient;

import java.time.Duration;

/**
 * How long requests took, from sending to the last byte of the answer.
 *
 * <p>
 * Immutable.
 *
 * @param count how many requests
 * @param p50 half of them took no longer
 * @param p90 nine in ten
 * @param p99 99 in a hundred
 * @param p999 999 in a thousand
 * @param max the longest
 */
public record LatencyStats(long count, Duration p50, Duration p90, Duration p99, Duration p999, Duration max) {
    /** Of no request at all. */
    public static final LatencyStats NONE = new LatencyStats(0, Duration.ZERO, Duration.ZERO, Duration.ZERO,
            Duration.ZERO, Duration.ZERO);
}
