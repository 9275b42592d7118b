package org.ninep.testkit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.ninep.TimeSource;

/**
 * A time that stands still until a test moves it.
 *
 * <p>
 * Thread-safe.
 */
public final class FakeClock implements TimeSource {
    private final AtomicLong now = new AtomicLong();
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();

    /** A clock that begins at 0. */
    public FakeClock() {}

    @Override
    public long nanoTime() {
        return now.get();
    }

    /**
     * Moves the time and wakes whoever waits for it. What they do then they do on threads of their own: it need not be
     * done when this returns.
     *
     * @param step not negative
     */
    public void advance(Duration step) {
        if (step.isNegative()) {
            throw new IllegalArgumentException("time does not go back by " + step);
        }
        now.addAndGet(step.toNanos());
        watchers.forEach(Runnable::run);
    }

    @Override
    public void onAdvance(Runnable wake) {
        watchers.add(wake);
    }

    @Override
    public void removeOnAdvance(Runnable wake) {
        watchers.remove(wake);
    }

    /** How many have asked to be told of steps and not taken it back: 0 once everything is closed. */
    public int watchers() {
        return watchers.size();
    }

    @Override
    public String toString() {
        return "FakeClock(" + Duration.ofNanos(now.get()) + ")";
    }
}
