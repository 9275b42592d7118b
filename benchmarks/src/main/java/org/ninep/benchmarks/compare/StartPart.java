package org.ninep.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** How long the servers take from their start until they serve. */
final class StartPart implements Part {
    static final String NAME = "start";
    static final String WORKLOAD = "until it is ready";
    static final String NINEP_NBD = "ninep nbd";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String title() {
        return "Start";
    }

    @Override
    public String text() {
        return """
                From the start of a program until it says that it is ready, or until it listens, over a 9P or NBD server that is there. `ninep` is \
                built, and started by `./ninep`.""";
    }

    @Override
    public double roundSeconds(Options options) {
        return 3;
    }

    private interface Start {
        Service start() throws IOException;
    }

    @Override
    public void run(Bench bench) throws IOException, InterruptedException {
        Servers servers = bench.servers();
        Path image = bench.small().path();
        Service diod = servers.diod(bench.export());
        Service nbdkit = servers.nbdkitFile(image);
        Rounds rounds = new Rounds(bench, name());
        add(bench, rounds, NINEP_NBD, () -> servers.ninepNbd(diod, List.of(image)));
        add(bench, rounds, "ninep serve", () -> servers.ninepServe(bench.export()));
        add(bench, rounds, "nbdkit retry nbd", () -> servers.nbdkitRetryNbd(nbdkit));
        add(bench, rounds, "qemu-nbd", () -> servers.qemuNbd(nbdkit));
        add(bench, rounds, "diod", () -> servers.diod(bench.export()));
        rounds.run();
    }

    private static void add(Bench bench, Rounds rounds, String subject, Start start) {
        rounds.add(WORKLOAD, subject, () -> {
            Service service = start.start();
            Program program = service.programs().getFirst();
            Figures figures = new Figures().with(Metric.START, program.startSeconds());
            bench.servers().endFront(service);
            return figures;
        });
    }
}
