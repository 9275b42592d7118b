package org.ninep.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Many NBD clients at a time: how much all of them get together. */
final class ClientsPart implements Part {
    static final String NAME = "clients";
    static final List<Integer> COUNTS = List.of(1, 8, 64, 512);
    static final int DEPTH = 4;

    private static final int CHAINS = 3;

    static String workload(int clients) {
        return clients + (clients == 1 ? " client" : " clients");
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String title() {
        return "Many NBD clients";
    }

    @Override
    public String text() {
        return """
                4-KiB reads at random places, four in flight for each client, from 1 to 512 clients at a time: what all of them get together. All clients \
                are in one thread of one process, which checks each reply; it takes its share of the processors, the same for everybody.""";
    }

    @Override
    public double roundSeconds(Options options) {
        return CHAINS * COUNTS.size() * (options.seconds() + 0.3);
    }

    @Override
    public void run(Bench bench) throws IOException, InterruptedException {
        Servers servers = bench.servers();
        Workloads workloads = new Workloads(bench);
        Path image = bench.small().path();
        List<Service> services = List.of(servers.ninepNbd(servers.diod(bench.export()), List.of(image)),
                servers.ninepNbd(servers.ninepServe(bench.export()), List.of(image)),
                servers.nbdkitRetryNbd(servers.nbdkitFile(image)));
        Rounds rounds = new Rounds(bench, name());
        for (Service service : services) {
            workloads.verify(service, bench.small());
            for (int count : COUNTS) {
                rounds.add(workload(count), service.name(), () -> load(bench, service, List.of(""), count));
            }
        }
        rounds.run();
        for (Service service : services) {
            workloads.memory(name(), service);
        }
    }

    /** Reads at random places with so many clients, which take the exports in turn. */
    static Figures load(Bench bench, Service service, List<String> exports, int clients) throws IOException {
        try (LoadGenerator generator = new LoadGenerator(service, exports, clients, DEPTH)) {
            double server = service.cpuSeconds();
            double own = ProcFs.cpu(ProcessHandle.current().pid()).own();
            LoadGenerator.Load load = generator.run(bench.options().runLength());
            return Figures.random(load.reads(), load.perSecond(), service.cpuSeconds() - server,
                    ProcFs.cpu(ProcessHandle.current().pid()).own() - own);
        }
    }
}
