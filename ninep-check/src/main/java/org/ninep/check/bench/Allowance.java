package org.ninep.check.bench;

import java.time.Duration;

/**
 * What a run may take of time and traffic, all its connections together.
 *
 * <p>
 * Confined to one thread.
 */
public final class Allowance {
    private final long end;
    private long bytes;

    /**
     * @param time from now on
     * @param bytes sent and received
     */
    public Allowance(Duration time, long bytes) {
        this.end = System.nanoTime() + time.toNanos();
        this.bytes = bytes;
    }

    /** Counts bytes that went or came. */
    void take(long count) {
        bytes -= count;
    }

    /** Why nothing more is to be done, or empty. */
    public String exhausted() {
        if (bytes < 0) {
            return "the traffic that the run may cause is used up";
        }
        return end - System.nanoTime() < 0 ? "the time that the run may take is over" : "";
    }

    /** That long, or as long as the run still may. */
    Duration atMost(Duration patience) {
        Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
        return patience.compareTo(left) < 0 ? patience : left;
    }
}
