package org.ninep.benchmarks.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.ninep.benchmarks.Spread;

/** All figures of a run, in the order in which they came, and what failed. Confined to one thread. */
final class Results {
    private final List<Measurement> measurements = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    void add(Measurement measurement) {
        measurements.add(measurement);
    }

    void fail(String what) {
        failures.add(what);
    }

    List<Measurement> measurements() {
        return List.copyOf(measurements);
    }

    /** Each in one line: what failed, and how. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    boolean has(String part, Metric metric) {
        return measurements.stream().anyMatch(one -> one.part().equals(part) && one.metric() == metric);
    }

    /** Who has figures of this metric in this part, in the order of their first. */
    List<String> subjects(String part, Metric metric) {
        return names(part, metric, Measurement::subject);
    }

    /** What gave figures of this metric in this part, in the order of their first. */
    List<String> workloads(String part, Metric metric) {
        return names(part, metric, Measurement::workload);
    }

    private List<String> names(String part, Metric metric, Function<Measurement, String> name) {
        return measurements.stream().filter(one -> one.part().equals(part) && one.metric() == metric).map(name)
                .distinct().toList();
    }

    Optional<Spread> summary(String part, String workload, String subject, Metric metric) {
        Map<Integer, Double> rounds = rounds(part, workload, subject, metric);
        return rounds.isEmpty() ? Optional.empty() : Optional.of(Spread.of(rounds.values()));
    }

    Optional<Double> median(String part, String workload, String subject, Metric metric) {
        return summary(part, workload, subject, metric).map(Spread::median);
    }

    private Map<Integer, Double> rounds(String part, String workload, String subject, Metric metric) {
        Map<Integer, Double> rounds = new TreeMap<>();
        for (Measurement one : measurements) {
            if (one.metric() == metric && one.part().equals(part) && one.workload().equals(workload)
                    && one.subject().equals(subject)) {
                rounds.put(one.round(), one.value());
            }
        }
        return rounds;
    }
}
