package org.ninep.nbd;

/**
 * What the event loop takes the time from.
 *
 * <p>Thread-safe.
 */
interface TimeSource {

    /** The machine's monotonic clock, which advances by itself. */
    TimeSource SYSTEM = new TimeSource() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void onAdvance(Runnable wake) {}
    };

    /** Nanoseconds since some origin, to be compared by difference. */
    long nanoTime();

    /** Asks for {@code wake} to run, on any thread, whenever the time is advanced by hand. */
    void onAdvance(Runnable wake);
}
