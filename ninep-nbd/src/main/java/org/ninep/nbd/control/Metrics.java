package org.ninep.nbd.control;

import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.ninep.resilient.FileState;
import org.ninep.resilient.FileStats;
import org.ninep.resilient.LatencyStats;
import org.ninep.resilient.ReplicaState;
import org.ninep.resilient.ReplicaStats;
import org.ninep.resilient.ResilientFile;

/**
 * How files and their replicas are, in Prometheus' text format, at {@code http://ADDRESS/metrics}. What is there is asked for
 * when somebody looks.
 *
 * <p>Thread-safe.
 */
public final class Metrics implements Closeable {

    private final HTTPServer server;

    private Metrics(HTTPServer server) {
        this.server = server;
    }

    /**
     * Serves them.
     *
     * @param address where; port 0 has one picked
     * @param files by the name of their export; must not change
     * @throws IOException if nothing can listen there
     */
    public static Metrics serve(InetSocketAddress address, Map<String, ResilientFile> files) throws IOException {
        PrometheusRegistry registry = new PrometheusRegistry();
        MultiCollector collector = () -> collect(files);
        registry.register(collector);
        return new Metrics(HTTPServer.builder().inetAddress(address.getAddress()).port(address.getPort())
                .registry(registry).buildAndStart());
    }

    /** The port that it listens at. */
    public int port() {
        return server.getPort();
    }

    private static MetricSnapshots collect(Map<String, ResilientFile> files) {
        Map<String, FileStats> stats = new LinkedHashMap<>();
        files.forEach((name, file) -> stats.put(name, file.stats()));
        List<MetricSnapshot> all = new ArrayList<>(List.of(
                counter("ninep_reads", "Reads that were answered.", stats, FileStats::reads),
                counter("ninep_read_bytes", "Bytes that readers got.", stats, FileStats::bytes),
                counter("ninep_reads_failed", "Reads that ended with an error.", stats, FileStats::failed),
                counter("ninep_moves", "How often reads moved to another replica.", stats, FileStats::moves),
                gauge("ninep_reads_in_flight", "Reads that are not answered.", stats, FileStats::inFlight),
                gauge("ninep_reads_waiting", "Parts of reads that no session has been asked for.", stats,
                        FileStats::waiting),
                gauge("ninep_size_bytes", "The size; -1 while it is unknown.", stats, FileStats::size),
                gauge("ninep_serving", "1 if reads are answered.", stats,
                        file -> file.state() == FileState.SERVING ? 1 : 0),
                ofReplicas("ninep_replica_share", "The share of the reads that go to it.", stats, ReplicaStats::share),
                ofReplicas("ninep_replica_sessions", "Sessions that are open.", stats, ReplicaStats::sessions),
                ofReplicas("ninep_replica_outstanding_bytes", "Bytes asked for and not answered.", stats,
                        ReplicaStats::outstanding),
                counterOfReplicas("ninep_replica_sessions_made", "Sessions ever opened.", stats,
                        ReplicaStats::sessionsMade),
                counterOfReplicas("ninep_replica_requests", "Requests answered with data.", stats,
                        ReplicaStats::requests),
                counterOfReplicas("ninep_replica_reissues", "Requests given to another session.", stats,
                        ReplicaStats::reissues),
                counterOfReplicas("ninep_replica_timeouts", "Requests not answered in time.", stats,
                        ReplicaStats::timeouts),
                counterOfReplicas("ninep_replica_errors", "Requests answered with an error.", stats,
                        ReplicaStats::errors),
                states(stats), latencies(stats)));
        return new MetricSnapshots(all);
    }

    private static Labels labels(String export) {
        return Labels.of("export", export);
    }

    private static Labels labels(String export, ReplicaStats replica) {
        return Labels.of("export", export, "replica", replica.uri().toString());
    }

    private static CounterSnapshot counter(String name, String help, Map<String, FileStats> stats,
            ToDoubleFunction<FileStats> value) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
        stats.forEach((export, file) -> counter.dataPoint(
                CounterDataPointSnapshot.builder().labels(labels(export)).value(value.applyAsDouble(file)).build()));
        return counter.build();
    }

    private static GaugeSnapshot gauge(String name, String help, Map<String, FileStats> stats,
            ToDoubleFunction<FileStats> value) {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
        stats.forEach((export, file) -> gauge.dataPoint(
                GaugeDataPointSnapshot.builder().labels(labels(export)).value(value.applyAsDouble(file)).build()));
        return gauge.build();
    }

    private static CounterSnapshot counterOfReplicas(String name, String help, Map<String, FileStats> stats,
            ToDoubleFunction<ReplicaStats> value) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
        stats.forEach((export, file) -> file.replicas().forEach(replica -> counter.dataPoint(CounterDataPointSnapshot
                .builder().labels(labels(export, replica)).value(value.applyAsDouble(replica)).build())));
        return counter.build();
    }

    private static GaugeSnapshot ofReplicas(String name, String help, Map<String, FileStats> stats,
            ToDoubleFunction<ReplicaStats> value) {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
        stats.forEach((export, file) -> file.replicas().forEach(replica -> gauge.dataPoint(GaugeDataPointSnapshot
                .builder().labels(labels(export, replica)).value(value.applyAsDouble(replica)).build())));
        return gauge.build();
    }

    private static GaugeSnapshot states(Map<String, FileStats> stats) {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name("ninep_replica_state")
                .help("1 for the state that it is in.");
        stats.forEach((export, file) -> file.replicas().forEach(replica -> {
            for (ReplicaState state : ReplicaState.values()) {
                gauge.dataPoint(
                        GaugeDataPointSnapshot.builder().labels(labels(export, replica).add("state", state.name()))
                                .value(replica.state() == state ? 1 : 0).build());
            }
        }));
        return gauge.build();
    }

    private static SummarySnapshot latencies(Map<String, FileStats> stats) {
        SummarySnapshot.Builder summary = SummarySnapshot.builder().name("ninep_replica_latency_seconds")
                .help("How long requests took that were answered with data.");
        stats.forEach((export, file) -> file.replicas().forEach(replica -> {
            LatencyStats latency = replica.latency();
            Quantiles quantiles = Quantiles.of(new Quantile(0.5, seconds(latency.p50())),
                    new Quantile(0.9, seconds(latency.p90())), new Quantile(0.99, seconds(latency.p99())),
                    new Quantile(0.999, seconds(latency.p999())), new Quantile(1, seconds(latency.max())));
            summary.dataPoint(SummaryDataPointSnapshot.builder().labels(labels(export, replica)).quantiles(quantiles)
                    .count(latency.count()).build());
        }));
        return summary.build();
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    /** Serves them no more. */
    @Override
    public void close() {
        server.close();
    }
}
