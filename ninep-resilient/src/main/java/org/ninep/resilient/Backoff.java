package org.ninep.resilient;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential back-off with full jitter: before attempt <i>n</i> one waits a random time, evenly spread from zero to
 * {@code initial * 2^(n-1)}, and never longer than {@code max}. The spread keeps the many clients of a server that
 * comes back from knocking all at once.
 *
 * <p>Immutable.
 *
 * @param initial the longest wait before the first attempt, more than zero
 * @param max the longest wait before any attempt, from {@code initial} to 365 days
 */
public record Backoff(Duration initial, Duration max) {

    private static final Duration LONGEST = Duration.ofDays(365);

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if {@code initial} is not positive, or {@code max} is shorter than
     *         {@code initial} or longer than 365 days
     */
    public Backoff {
        if (!initial.isPositive()) {
            throw new IllegalArgumentException("initial must be positive: " + initial);
        }
        if (max.compareTo(initial) < 0 || max.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("max must be from initial (" + initial + ") to 365 days: " + max);
        }
    }

    /**
     * The time to wait before an attempt.
     *
     * @param attempt the number of the attempt, from 1; any number is fine, the wait stops growing at {@code max}
     * @param random the source of the jitter
     * @return from zero to {@link #ceiling(int) ceiling(attempt)}, both included, in whole nanoseconds
     * @throws IllegalArgumentException if {@code attempt} is less than 1
     */
    public Duration delay(int attempt, RandomGenerator random) {
        return Duration.ofNanos(random.nextLong(ceilingNanos(attempt) + 1));
    }

    /**
     * The longest time that {@link #delay(int, RandomGenerator) delay} answers for an attempt.
     *
     * @param attempt the number of the attempt, from 1
     * @return {@code initial * 2^(attempt-1)}, at most {@code max}
     * @throws IllegalArgumentException if {@code attempt} is less than 1
     */
    public Duration ceiling(int attempt) {
        return Duration.ofNanos(ceilingNanos(attempt));
    }

    private long ceilingNanos(int attempt) {
        if (attempt < 1) {
            throw new IllegalArgumentException("attempts are counted from 1: " + attempt);
        }
        long first = initial.toNanos();
        long last = max.toNanos();
        int doublings = Math.min(attempt - 1, Long.SIZE - 1);
        return first > last >> doublings ? last : first << doublings;
    }
}
