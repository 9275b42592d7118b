package org.ninep.resilient;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What no session has been asked for, in order. Who makes room for more (a session answers, there is a new route) afterwards looks
 * here; who puts something here afterwards looks for room: so one of the two finds the other.
 *
 * <p>
 * Thread-safe.
 */
final class Waiting {
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Slot> slots = new ArrayDeque<>();
    private volatile int count;

    int count() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Puts it behind the others; what failed before goes in front of them. */
    void add(Slot slot) {
        lock.lock();
        try {
            if (slot.setbacks.attempts() > 0) {
                slots.addFirst(slot);
            } else {
                slots.addLast(slot);
            }
            count = slots.size();
        } finally {
            lock.unlock();
        }
    }

    /** Takes the first out if it can be sent: {@code sendable} then has reserved what it takes. */
    @Nullable
    Slot take(Predicate<Slot> sendable) {
        lock.lock();
        try {
            Slot first = slots.peek();
            if (first == null || !sendable.test(first)) {
                return null;
            }
            slots.remove();
            count = slots.size();
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Takes out those whose deadline has passed; all for {@link Deadline#NEVER}. */
    List<Slot> takeLate(long now) {
        lock.lock();
        try {
            List<Slot> late = new ArrayList<>();
            slots.removeIf(slot -> slot.deadline.hasPassed(now) && late.add(slot));
            count = slots.size();
            return late;
        } finally {
            lock.unlock();
        }
    }

    /** The first deadline of all, or {@link Deadline#NEVER}. */
    long firstDeadline() {
        lock.lock();
        try {
            return slots.stream().mapToLong(slot -> slot.deadline.at()).min().orElse(Deadline.NEVER);
        } finally {
            lock.unlock();
        }
    }
}
