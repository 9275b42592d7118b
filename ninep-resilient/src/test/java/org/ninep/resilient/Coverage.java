package org.ninep.resilient;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How often which fault struck a replica in which state. Thread-safe. */
final class Coverage {
    private final Map<Cell, LongAdder> counts = new ConcurrentHashMap<>();

    private record Cell(Fault fault, ReplicaState state) {}

    void count(Fault fault, ReplicaState state) {
        counts.computeIfAbsent(new Cell(fault, state), _ -> new LongAdder()).increment();
    }

    long of(Fault fault, ReplicaState state) {
        LongAdder count = counts.get(new Cell(fault, state));
        return count == null ? 0 : count.sum();
    }

    /** A table for people. */
    @Override
    public String toString() {
        StringBuilder table = new StringBuilder("%-14s".formatted("fault"));
        for (ReplicaState state : ReplicaState.values()) {
            table.append("%12s".formatted(state.name().toLowerCase(Locale.ROOT)));
        }
        for (Fault fault : Fault.values()) {
            table.append("%n%-14s".formatted(fault.name().toLowerCase(Locale.ROOT)));
            for (ReplicaState state : ReplicaState.values()) {
                table.append("%12d".formatted(of(fault, state)));
            }
        }
        return table.toString();
    }
}
