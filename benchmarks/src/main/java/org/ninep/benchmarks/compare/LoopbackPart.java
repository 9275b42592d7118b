package org.ninep.benchmarks.compare;

import java.io.IOException;

/** What the loopback interface has to give to two processes that do nothing else. */
final class LoopbackPart implements Part {
    static final String NAME = "loopback";
    static final String STREAM = "one stream, and a byte there and back";

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
                The limit of everything that follows: one process sends and another takes, both threads of one JVM, pieces of at most 256 KiB.""";
    }

    @Override
    public double roundSeconds(Options options) {
        return options.seconds() + 0.5;
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
            rounds.run();
        }
    }
}
