package org.ninep.munge;

import java.time.Duration;
import org.ninep.TimeSource;

/**
 * When something must be done.
 *
 * <p>
 * Immutable.
 */
record Deadline(TimeSource time, long start, Duration timeout) {
    static Deadline after(Duration timeout, TimeSource time) {
        return new Deadline(time, time.nanoTime(), timeout);
    }

    /** Nanoseconds that are left; 0 or less when it is over. */
    long left() {
        return timeout.toNanos() - (time.nanoTime() - start);
    }
}
