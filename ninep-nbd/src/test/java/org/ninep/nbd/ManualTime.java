package org.ninep.nbd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that the test advances. */
final class ManualTime implements TimeSource {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final List<Runnable> wakes = new CopyOnWriteArrayList<>();

    void advance(Duration by) {
        now.addAndGet(by.toNanos());
        wakes.forEach(Runnable::run);
    }

    @Override
    public long nanoTime() {
        return now.get();
    }

    @Override
    public void onAdvance(Runnable wake) {
        wakes.add(wake);
    }
}
