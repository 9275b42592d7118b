package org.ninep.resilient;

import org.jspecify.annotations.Nullable;

/**
 * What has gone wrong with a {@link Slot} so far.
 *
 * <p>
 * Immutable.
 *
 * @param attempts how many times it was given to a session in vain
 * @param timeouts how many times it was not answered in time
 * @param avoid who failed it last, and is asked again only if there is nobody else
 * @param notBefore while it is put off: until when
 */
record Setbacks(int attempts, int timeouts, @Nullable Replica avoid, long notBefore) {
    /** As it is with most of them. */
    static final Setbacks NONE = new Setbacks(0, 0, null, 0);

    Setbacks failedBy(Replica replica) {
        return new Setbacks(attempts + 1, timeouts, replica, notBefore);
    }

    Setbacks timedOut() {
        return new Setbacks(attempts, timeouts + 1, avoid, notBefore);
    }

    Setbacks putOffUntil(long time) {
        return new Setbacks(attempts, timeouts, avoid, time);
    }
}
