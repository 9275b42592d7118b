package org.ninep.benchmarks.compare;

import java.util.EnumMap;
import java.util.Map;
import org.ninep.benchmarks.Spread;

/** What one run of one trial gave. Confined to one thread. */
final class Figures {
    static final double GIB = 1073741824.0;
    private final Map<Metric, Double> values = new EnumMap<>(Metric.class);

    Figures with(Metric metric, double value) {
        values.put(metric, value);
        return this;
    }

    /**
     * Of bytes that were read in order.
     *
     * @param server CPU seconds of the servers
     * @param client CPU seconds of the client
     */
    static Figures sequential(long bytes, double seconds, double server, double client) {
        return new Figures().with(Metric.THROUGHPUT, bytes / 1048576.0 / seconds)
                .with(Metric.SERVER_CPU_PER_GIB, server / (bytes / GIB))
                .with(Metric.CLIENT_CPU_PER_GIB, client / (bytes / GIB));
    }

    /** Of reads at random places. */
    static Figures random(long reads, double perSecond, double server, double client) {
        return new Figures().with(Metric.READS, perSecond).with(Metric.SERVER_CPU_PER_100K, server * 1e5 / reads)
                .with(Metric.CLIENT_CPU_PER_100K, client * 1e5 / reads);
    }

    Map<Metric, Double> values() {
        return Map.copyOf(values);
    }

    /** The first that says how fast it was, for people. */
    String text() {
        return new EnumMap<>(values).entrySet().stream().findFirst()
                .map(one -> Spread.number(one.getValue(), one.getKey().digits()) + " " + one.getKey().unit())
                .orElse("nothing");
    }
}
