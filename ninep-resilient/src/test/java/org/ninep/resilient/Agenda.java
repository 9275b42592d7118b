package org.ninep.resilient;

import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.ninep.TimeSource;

/** The time of a simulated world, and what is to happen in it, in order. Confined to one thread. */
final class Agenda implements TimeSource {
    private final PriorityQueue<Entry> entries = new PriorityQueue<>();
    private final Consumer<String> trace;
    private long now = 1;
    private long sequence;

    private record Entry(long at, long sequence, Runnable what) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            return at == other.at ? Long.compare(sequence, other.sequence) : Long.compare(at, other.at);
        }
    }

    /** @param trace told what happens; each line begins with the time */
    Agenda(Consumer<String> trace) {
        this.trace = trace;
    }

    @Override
    public long nanoTime() {
        return now;
    }

    void at(long time, Runnable what) {
        entries.add(new Entry(Math.max(now, time), sequence++, what));
    }

    void after(long nanos, Runnable what) {
        at(now + nanos, what);
    }

    /** Has what comes next happen. Returns false if nothing does. */
    boolean next() {
        Entry entry = entries.poll();
        if (entry == null) {
            return false;
        }
        now = Math.max(now, entry.at);
        entry.what.run();
        return true;
    }

    /** Time leaps: everything that should have happened meanwhile happens late. */
    void leap(long nanos) {
        now += nanos;
    }

    void say(String what) {
        trace.accept(now / 1e6 + " ms " + what);
    }
}
