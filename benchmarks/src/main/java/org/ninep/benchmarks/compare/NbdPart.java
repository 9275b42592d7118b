package org.ninep.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** NBD: chains of two hops beside each other, and one hop as the limit. */
final class NbdPart implements Part {
    static final String COPY = "nbdcopy";
    static final String RANDOM = "random";
    static final String NINEP_DIOD = "ninep nbd over diod";
    static final String NINEP_NINEP = "ninep nbd over ninep serve";
    static final String C_CHAIN = "nbdkit retry nbd over nbdkit file";
    static final String ONE_HOP = "nbdkit file";

    private static final int CHAINS = 7;
    private static final int LARGE = 256 << 10;

    private final boolean sequential;

    /** @param sequential whether to copy in order, or to read at random places */
    NbdPart(boolean sequential) {
        this.sequential = sequential;
    }

    static String copying(int connections) {
        return "nbdcopy, " + connections + (connections == 1 ? " connection" : " connections");
    }

    static String reading(int bytes, int depth) {
        return (bytes >> 10) + " KiB, depth " + depth;
    }

    @Override
    public String name() {
        return sequential ? COPY : RANDOM;
    }

    @Override
    public String title() {
        return sequential ? "NBD, in order" : "NBD, at random places";
    }

    @Override
    public String text() {
        return sequential
                ? """
                        The whole image in order to nowhere with `nbdcopy`, over one connection and over four. Two hops beside each other, and one \
                        hop, which is no peer but a limit. Of the two hops, `ninep nbd` and nbdkit with its retry filter connect again when a server was \
                        lost; the others do not."""
                : """
                        Reads at random places with `fio`, of 4 KiB and of 256 KiB, so many in flight on one connection. \
                        nbdkit's retry filter passes on one request of a connection at a time (thread model serialize_requests), so that depth gives \
                        it little; nbdkit without it, and qemu-nbd, do not connect again when a server was lost.""";
    }

    @Override
    public double roundSeconds(Options options) {
        return CHAINS * (sequential ? 2 * options.mebibytes() / 900.0 : 4 * (options.seconds() + 0.6));
    }

    @Override
    public void run(Bench bench) throws IOException, InterruptedException {
        Workloads workloads = new Workloads(bench);
        Image image = bench.image();
        Rounds rounds = new Rounds(bench, name());
        List<Service> services = new ArrayList<>();
        for (Service service : start(bench)) {
            try {
                workloads.verify(service, image);
                services.add(service);
            } catch (IOException e) {
                bench.failed(name(), e);
            }
        }
        for (Service service : services) {
            if (sequential) {
                for (int connections : new int[]{1, 4}) {
                    rounds.add(copying(connections), service.name(), () -> workloads.copy(service, image, connections));
                }
            } else {
                for (int depth : new int[]{1, 16, 64}) {
                    rounds.add(reading(Image.BLOCK, depth), service.name(),
                            () -> workloads.random(service, image, Image.BLOCK, depth));
                }
                rounds.add(reading(LARGE, 16), service.name(), () -> workloads.random(service, image, LARGE, 16));
            }
        }
        rounds.run();
        for (Service service : services) {
            workloads.memory(name(), service);
        }
    }

    private interface Start {
        Service start() throws IOException;
    }

    private List<Service> start(Bench bench) throws IOException {
        Servers servers = bench.servers();
        Path image = bench.image().path();
        List<Path> images = List.of(image);
        List<Service> services = new ArrayList<>();
        for (Start start : List.<Start>of(() -> servers.ninepNbd(servers.diod(bench.export()), images),
                () -> servers.ninepNbd(servers.ninepServe(bench.export()), images),
                () -> servers.nbdkitRetryNbd(servers.nbdkitFile(image)),
                () -> servers.nbdkitNbd(servers.nbdkitFile(image)), () -> servers.qemuNbd(servers.nbdkitFile(image)),
                () -> servers.nbdkitFile(image), () -> servers.nbdServer(image))) {
            try {
                services.add(start.start());
            } catch (IOException e) {
                bench.failed(name(), e);
            }
        }
        return services;
    }
}
