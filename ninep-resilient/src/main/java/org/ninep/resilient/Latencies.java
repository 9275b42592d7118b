package org.ninep.resilient;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How often which time was taken. Times up to 16 ns are exact; each power of two above is divided into 16 equal parts, so
 * that a percentile is at most 6.3 % above the truth, and never below.
 *
 * <p>
 * Thread-safe.
 */
final class Latencies {
    private static final int PART_BITS = 4;
    private static final int PARTS = 1 << PART_BITS;
    private static final int BUCKETS = PARTS * (Long.SIZE - PART_BITS);

    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);

    /** One more request took so long; negative times, of clocks that go wrong, count as none. */
    void record(long nanos) {
        counts.getAndIncrement(bucket(Math.max(0, nanos)));
    }

    private static int bucket(long nanos) {
        int doublings = Math.max(0, Long.SIZE - PART_BITS - Long.numberOfLeadingZeros(nanos) - 1);
        return doublings * PARTS + (int) (nanos >>> doublings);
    }

    /** The longest time of a bucket. */
    private static long highest(int bucket) {
        int doublings = Math.max(0, bucket / PARTS - 1);
        long parts = bucket - (long) doublings * PARTS;
        return (parts << doublings) + (1L << doublings) - 1;
    }

    LatencyStats stats() {
        long[] seen = new long[BUCKETS];
        long count = 0;
        int last = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen[i] = counts.get(i);
            count += seen[i];
            last = seen[i] > 0 ? i : last;
        }
        if (count == 0) {
            return LatencyStats.NONE;
        }
        return new LatencyStats(count, percentile(seen, count, 0.5), percentile(seen, count, 0.9),
                percentile(seen, count, 0.99), percentile(seen, count, 0.999), Duration.ofNanos(highest(last)));
    }

    private static Duration percentile(long[] seen, long count, double share) {
        long left = (long) Math.ceil(count * share);
        int i = 0;
        while ((left -= seen[i]) > 0) {
            i++;
        }
        return Duration.ofNanos(highest(i));
    }
}
