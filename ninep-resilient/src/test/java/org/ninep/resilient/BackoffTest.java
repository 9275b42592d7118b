package org.ninep.resilient;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private static final long YEAR = 365L * 24 * 3600 * 1_000_000_000;

    @Property
    void doublesFromInitialUntilMax(@ForAll @LongRange(min = 1, max = YEAR) long a,
            @ForAll @LongRange(min = 1, max = YEAR) long b, @ForAll @IntRange(min = 1) int attempt) {
        var backoff = new Backoff(Duration.ofNanos(Math.min(a, b)), Duration.ofNanos(Math.max(a, b)));
        var unbounded = BigInteger.valueOf(Math.min(a, b)).shiftLeft(Math.min(attempt - 1, 100));
        var expected = unbounded.min(BigInteger.valueOf(Math.max(a, b))).longValueExact();
        assertEquals(Duration.ofNanos(expected), backoff.ceiling(attempt));
    }

    @Property
    void waitsAtMostTheCeiling(@ForAll @LongRange(min = 1, max = YEAR) long initial,
            @ForAll @IntRange(min = 1) int attempt, @ForAll Random random) {
        var backoff = new Backoff(Duration.ofNanos(initial), Duration.ofDays(365));
        var delay = backoff.delay(attempt, random);
        assertFalse(delay.isNegative());
        assertTrue(delay.compareTo(backoff.ceiling(attempt)) <= 0, () -> delay + " for attempt " + attempt);
    }

    @Test
    void spreadsTheWaitOverTheWholeRange() {
        var backoff = new Backoff(Duration.ofNanos(3), Duration.ofNanos(3));
        var random = new Random(1);
        var seen = new boolean[4];
        for (int i = 0; i < 200; i++) {
            seen[(int) backoff.delay(1, random).toNanos()] = true;
        }
        for (int nanos = 0; nanos < seen.length; nanos++) {
            assertTrue(seen[nanos], nanos + " ns was never drawn");
        }
    }

    @Test
    void refusesImpossibleBounds() {
        var second = Duration.ofSeconds(1);
        assertThrows(IllegalArgumentException.class, () -> new Backoff(Duration.ZERO, second));
        assertThrows(IllegalArgumentException.class, () -> new Backoff(second.negated(), second));
        assertThrows(IllegalArgumentException.class, () -> new Backoff(second, second.minusNanos(1)));
        assertThrows(IllegalArgumentException.class, () -> new Backoff(second, Duration.ofDays(365).plusNanos(1)));
    }

    @Test
    void refusesAttemptsBeforeTheFirst() {
        var backoff = new Backoff(Duration.ofMillis(1), Duration.ofSeconds(1));
        assertThrows(IllegalArgumentException.class, () -> backoff.ceiling(0));
        assertThrows(IllegalArgumentException.class, () -> backoff.delay(0, RandomGenerator.getDefault()));
    }
}
