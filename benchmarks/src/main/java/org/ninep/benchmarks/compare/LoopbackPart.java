package org.ninep.benchmarks.compare;

import java.io.IOException;

/** What the loopback interface has to give to two processes that do nothing else. */
final class LoopbackPart implements Part {
    static final String NAME = "loopback";
    static final String STREAM = "one stream, and a byte there and back";
    private static final String RELAYED = "one stream, through one that reads and writes it";

    private static final int ROUND_TRIPS = 10_000;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String title() {
        return "TCP on loopback";
    }

    @Override
    public String text() {
        return """
                The limit of everything that follows: one process sends and another takes, both threads of one JVM, pieces of at most 256 KiB. And what is
                the least for whoever stands between two others, as `ninep nbd` does: a third thread that reads 256 KiB from one socket and
                writes them to another, through 4 MiB of memory, which is what one client of `ninep nbd` gets.""";
    }

    @Override
    public double roundSeconds(Options options) {
        return 2 * options.seconds() + 0.5;
    }

    @Override
    public void run(Bench bench) throws IOException, InterruptedException {
        try (Stream stream = new Stream()) {
            int port = stream.port();
            Rounds rounds = new Rounds(bench, NAME);
            rounds.add(STREAM, "TCP",
                    () -> new Figures()
                            .with(Metric.THROUGHPUT, Stream.flood(port, bench.options().runLength()) / 1048576)
                            .with(Metric.ROUND_TRIP, Stream.roundTrip(port, ROUND_TRIPS) * 1e3));
            rounds.add(RELAYED, "TCP", () -> {
                try (Relay relay = new Relay(port)) {
                    double rate = Stream.flood(relay.port(), bench.options().runLength());
                    return new Figures().with(Metric.THROUGHPUT, rate / 1048576)
                            .with(Metric.FRONT_CPU_PER_GIB, relay.cpuPerGib());
                }
            });
            rounds.run();
        }
    }
}
