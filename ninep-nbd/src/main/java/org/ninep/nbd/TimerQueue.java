package org.ninep.nbd;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import org.ninep.TimeSource;

/**
 * What the event loop does later.
 *
 * <p>Confined to one thread: the event loop's.
 */
final class TimerQueue {

    /** One thing to do at one time. */
    static final class Timer implements Comparable<Timer> {
        private final long deadline;
        private final Runnable action;

        private Timer(long deadline, Runnable action) {
            this.deadline = deadline;
            this.action = action;
        }

        @Override
        public int compareTo(Timer other) {
            return Long.compare(deadline - other.deadline, 0);
        }
    }

    private final TimeSource time;
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();

    TimerQueue(TimeSource time) {
        this.time = time;
    }

    /** The time by which timers go. */
    long now() {
        return time.nanoTime();
    }

    /** Has {@code action} run in so many nanoseconds. */
    Timer schedule(long nanos, Runnable action) {
        Timer timer = new Timer(time.nanoTime() + nanos, action);
        timers.add(timer);
        return timer;
    }

    void cancel(@Nullable Timer timer) {
        if (timer != null) {
            timers.remove(timer);
        }
    }

    /** Runs what is due, and says how many nanoseconds remain until the next is, or -1 if there is none. */
    long runDue() {
        for (Timer timer = timers.peek(); timer != null; timer = timers.peek()) {
            long left = timer.deadline - time.nanoTime();
            if (left > 0) {
                return left;
            }
            timers.remove(timer);
            timer.action.run();
        }
        return -1;
    }
}
