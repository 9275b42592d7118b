package org.ninep;

/**
 * Monotonic time, so that tests can put a clock of their own under everything that waits.
 *
 * <p>
 * Thread-safe.
 */
public interface TimeSource {
    /** The system's monotonic clock. */
    static TimeSource system() {
        return System::nanoTime;
    }

    /** Nanoseconds since some fixed moment; only differences mean anything ({@link System#nanoTime()}). */
    long nanoTime();

    /**
     * Asks to be told when time moved other than by passing: a clock that is set by hand runs {@code wake} after each
     * step, so that a thread that sleeps until a deadline looks at it again. Real clocks never call it.
     *
     * @param wake cheap, not blocking, callable from any thread, harmless when called too often
     */
    default void onAdvance(Runnable wake) {}

    /**
     * Takes back an {@link #onAdvance(Runnable)}.
     *
     * @param wake the same object as was given to {@code onAdvance}
     */
    default void removeOnAdvance(Runnable wake) {}
}
