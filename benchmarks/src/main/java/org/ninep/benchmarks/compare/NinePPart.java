package org.ninep.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** 9P, in order: the clients beside each other on the same servers. */
final class NinePPart implements Part {
    static final String NAME = "9p";
    static final String FROM_DIOD = "from diod";
    static final String FROM_NINEP = "from ninep serve";
    static final String DIODCAT = "diodcat, 64 KiB";
    static final String WARM_64K = "ninep in a warm JVM, 64 KiB";
    static final String WARM_1M = "ninep in a warm JVM, 1 MiB";

    private static final String CAT = "ninep cat, from its start";
    private static final int SMALL = 64 << 10;
    private static final int LARGE = 1 << 20;
    private static final int TRIALS = 8;

    private final Path ninep;

    /** @param ninep the program of this checkout */
    NinePPart(Path ninep) {
        this.ninep = ninep;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String title() {
        return "9P, in order";
    }

    @Override
    public String text() {
        return """
                The whole image in order, each client in turn on the same servers: `diodcat` as a process, the client of this project in a JVM that has \
                done it before, with four reads of 1 MiB in flight, and `ninep cat` as a process, with the start of its JVM. What stands behind a client is the \
                msize that it asks for; diod 1.0.24 agrees to 64 KiB at most.""";
    }

    @Override
    public double roundSeconds(Options options) {
        return TRIALS * options.mebibytes() / 900.0;
    }

    @Override
    public void run(Bench bench) throws IOException, InterruptedException {
        Rounds rounds = new Rounds(bench, name());
        Image image = bench.image();
        List<WarmClient> clients = new ArrayList<>();
        try {
            add(bench, rounds, FROM_DIOD, bench.servers().diod(bench.export()), clients);
            add(bench, rounds, FROM_NINEP, bench.servers().ninepServe(bench.export()), clients);
            bench.say("comparing all bytes of " + image.mebibytes() + " MiB");
            for (WarmClient client : clients) {
                client.verify();
            }
            rounds.run();
        } finally {
            clients.forEach(WarmClient::close);
        }
    }

    private void add(Bench bench, Rounds rounds, String workload, Service service, List<WarmClient> clients)
            throws IOException {
        Image image = bench.image();
        List<String> diodcat = List.of("diodcat", "-s", "127.0.0.1:" + service.port(), "-m", "" + SMALL, "-a",
                bench.export().toString(), image.path().getFileName().toString());
        List<String> cat = List.of(ninep.toString(), "cat", service.nineP(image.path()));
        for (List<String> command : List.of(diodcat, cat)) {
            try {
                image.verify(command);
            } catch (IOException e) {
                bench.failed(name() + ": " + workload + ": " + command.getFirst(), e);
            }
        }
        rounds.add(workload, DIODCAT, () -> process(bench, service, diodcat));
        warm(bench, rounds, workload, service, clients, WARM_64K, SMALL);
        warm(bench, rounds, workload, service, clients, WARM_1M, LARGE);
        rounds.add(workload, CAT, () -> process(bench, service, cat));
    }

    private static void warm(Bench bench, Rounds rounds, String workload, Service service, List<WarmClient> clients,
            String subject, int msize) throws IOException {
        WarmClient client = new WarmClient(service, bench.image(), msize);
        clients.add(client);
        rounds.add(workload, subject, () -> client.read(service));
    }

    private static Figures process(Bench bench, Service service, List<String> command)
            throws IOException, InterruptedException {
        double before = service.cpuSeconds();
        Client.Run run = bench.client().discard(command);
        return Figures.sequential(bench.image().bytes(), run.seconds(), service.cpuSeconds() - before,
                run.cpuSeconds());
    }
}
