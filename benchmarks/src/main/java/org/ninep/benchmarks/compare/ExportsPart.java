package org.ninep.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Many exports of one server: the same number of clients, spread over 1 to 64 of them. */
final class ExportsPart implements Part {
    static final String NAME = "exports";
    static final List<Integer> COUNTS = List.of(1, 8, 64);
    private static final int CLIENTS = 64;

    static String workload(int exports) {
        return exports + (exports == 1 ? " export" : " exports");
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String title() {
        return "Many exports";
    }

    @Override
    public String text() {
        return """
                The load of 64 clients, as above, spread over 1 to 64 exports of one server. The C programs have the exports of a directory.""";
    }

    @Override
    public double roundSeconds(Options options) {
        return 2 * COUNTS.size() * (options.seconds() + 0.3);
    }

    @Override
    public void run(Bench bench) throws IOException, InterruptedException {
        Servers servers = bench.servers();
        Path directory = Files.createDirectory(bench.work().resolve("exports"));
        List<Path> images = new ArrayList<>();
        for (int i = 0; i < COUNTS.getLast(); i++) {
            images.add(Files.createLink(directory.resolve("image" + i), bench.small().path()));
        }
        List<String> names = images.stream().map(image -> image.getFileName().toString()).toList();
        Service behind = servers.diod(directory);
        Service nbdkit = servers.nbdkitRetryNbd(servers.nbdkitDirectory(directory), "dynamic-export=true");
        Map<String, Service> services = new LinkedHashMap<>();
        Rounds rounds = new Rounds(bench, name());
        for (int count : COUNTS) {
            List<String> exports = names.subList(0, count);
            Service ninep = servers.ninepNbd(behind, images.subList(0, count));
            services.put(workload(count), ninep);
            for (Service service : List.of(ninep, nbdkit)) {
                bench.small().verify(List.of("nbdcopy", service.nbd(exports.getLast()), "-"));
                rounds.add(workload(count), service.name(),
                        () -> ClientsPart.load(bench, service, exports, CLIENTS));
            }
        }
        rounds.run();
        for (Map.Entry<String, Service> one : services.entrySet()) {
            Service service = one.getValue();
            bench.results().add(new Measurement(name(), one.getKey(), service.name(), Metric.MEMORY, 1,
                    service.programs().getFirst().peakMebibytes()));
        }
    }
}
