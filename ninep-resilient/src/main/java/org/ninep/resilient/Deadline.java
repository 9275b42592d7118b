package org.ninep.resilient;

/**
 * When a read is given up, which may be brought forward.
 *
 * <p>
 * Thread-safe.
 */
final class Deadline {
    /** Never, and not to be changed. */
    static final Deadline NONE = new Deadline(Long.MAX_VALUE);
    /** The time of those that never come. */
    static final long NEVER = Long.MAX_VALUE;

    private volatile long at;

    /** @param at on the world's clock, or {@link #NEVER} */
    Deadline(long at) {
        this.at = at;
    }

    long at() {
        return at;
    }

    boolean hasPassed(long now) {
        return at <= now;
    }

    /** It has come. */
    void bringForward() {
        at = Long.MIN_VALUE;
    }
}
