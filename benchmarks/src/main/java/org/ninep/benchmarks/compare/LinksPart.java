package org.ninep.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A link between the two hops that takes time, or has a rate. */
final class LinksPart implements Part {
    static final String NAME = "links";
    static final double GIGABIT_MEBIBYTES = 1e9 / 8 / 1048576;
    static final Kind SHAPED = new Kind("1 Gbit/s, 6 ms", Duration.ofMillis(6), 125_000_000);
    static final List<Kind> KINDS = List.of(new Kind("1 ms", Duration.ofMillis(1), 0),
            new Kind("6 ms", Duration.ofMillis(6), 0), SHAPED);
    static final String STREAM = "TCP alone";

    private static final int DEPTH = 16;
    private static final int ROUND_TRIPS = 100;
    private static final int SUBJECTS = 6;

    /**
     * A kind of link. Immutable.
     *
     * @param bytesPerSecond 0 for as fast as it goes
     */
    record Kind(String name, Duration roundTrip, long bytesPerSecond) {
        boolean isShaped() {
            return bytesPerSecond > 0;
        }

        String copying() {
            return name + ": in order";
        }

        String reading() {
            return name + ": 4 KiB, depth " + DEPTH;
        }
    }

    static String warm(String server) {
        return "ninep in a warm JVM, of " + server;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String title() {
        return "Over a link";
    }

    @Override
    public String text() {
        return """
                Between the two hops stands a proxy of the benchmark's own, which delivers late what it is given, half of the time stated in each \
                direction, and where a rate is stated no faster than that, all connections together. It is no network: what TCP does on a long way is not in \
                it. The row "TCP alone" is what a plain stream gets through it, and how long a byte takes there and back. The image has an eighth of the size. \
                Memory is that of the program in front.""";
    }

    @Override
    public double roundSeconds(Options options) {
        double copy = options.linkMebibytes() / (0.8 * GIGABIT_MEBIBYTES);
        double reads = KINDS.stream().filter(kind -> !kind.isShaped()).count() * 4 * (options.seconds() + 0.6);
        return KINDS.size() * (SUBJECTS * copy + options.seconds()) + reads;
    }

    @Override
    public void run(Bench bench) throws IOException, InterruptedException {
        Servers servers = bench.servers();
        List<Link> links = new ArrayList<>();
        List<WarmClient> clients = new ArrayList<>();
        List<Service> services = new ArrayList<>();
        Rounds rounds = new Rounds(bench, name());
        try (Stream stream = new Stream()) {
            Service diod = servers.diod(bench.export());
            Service serve = servers.ninepServe(bench.export());
            Service nbdkit = servers.nbdkitFile(bench.tiny().path());
            List<Path> images = List.of(bench.tiny().path());
            for (Kind kind : KINDS) {
                addStream(bench, rounds, kind, open(links, kind, stream.port()));
                for (Service server : List.of(diod, serve)) {
                    Service far = server.at(open(links, kind, server.port()));
                    WarmClient client = new WarmClient(far, bench.tiny(), 1 << 20);
                    clients.add(client);
                    client.verify();
                    rounds.add(kind.copying(), warm(server.name()), () -> client.read(far));
                    services.add(add(bench, rounds, kind, servers.ninepNbd(far, images)));
                }
                Service far = nbdkit.at(open(links, kind, nbdkit.port()));
                services.add(add(bench, rounds, kind, servers.nbdkitRetryNbd(far)));
                services.add(add(bench, rounds, kind, servers.nbdkitNbd(far)));
            }
            rounds.run();
            int perKind = services.size() / KINDS.size();
            for (int i = 0; i < services.size(); i++) {
                bench.results().add(new Measurement(NAME, KINDS.get(i / perKind).name(), services.get(i).name(),
                        Metric.MEMORY, 1, services.get(i).programs().getFirst().peakMebibytes()));
            }
        } finally {
            clients.forEach(WarmClient::close);
            for (Link link : links) {
                link.close();
            }
        }
    }

    private static int open(List<Link> links, Kind kind, int server) throws IOException {
        Link link = new Link(server, kind.roundTrip(), kind.bytesPerSecond());
        links.add(link);
        return link.port();
    }

    private static void addStream(Bench bench, Rounds rounds, Kind kind, int port) {
        rounds.add(kind.copying(), STREAM,
                () -> new Figures()
                        .with(Metric.THROUGHPUT, Stream.flood(port, bench.options().runLength()) / 1048576)
                        .with(Metric.ROUND_TRIP, Stream.roundTrip(port, ROUND_TRIPS) * 1e3));
    }

    private static Service add(Bench bench, Rounds rounds, Kind kind, Service service) throws IOException {
        Workloads workloads = new Workloads(bench);
        workloads.verify(service, bench.tiny());
        rounds.add(kind.copying(), service.name(), () -> workloads.copy(service, bench.tiny(), 1));
        if (!kind.isShaped()) {
            rounds.add(kind.reading(), service.name(),
                    () -> workloads.random(service, bench.tiny(), Image.BLOCK, DEPTH));
        }
        return service;
    }
}
