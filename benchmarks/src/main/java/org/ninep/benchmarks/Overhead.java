package org.ninep.benchmarks;

import static org.ninep.benchmarks.Resilience.IMAGE_BYTES;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.ninep.client.Client;
import org.ninep.client.NinepUri;
import org.ninep.client.RemoteFile;
import org.ninep.peer.Diod;
import org.ninep.resilient.Connections;
import org.ninep.resilient.ResilientFile;

/**
 * Random reads over one connection to diod through the bare client and through a file over replicas, turn and turn about: what
 * counts is the ratio within each pair, which the machine's other work moves least.
 */
final class Overhead {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private Overhead() {}

    static void run(Path work, int pairs, Duration slice) throws IOException, InterruptedException {
        try (Diod diod = Resilience.serve(work, "a")) {
            NinepUri uri = Resilience.uri(diod, work, "a");
            try (Client client = Client.connect(uri);
                    RemoteFile bare = client.open(uri);
                    Connections connections = Connections.builder().perServer(1).build();
                    ResilientFile resilient = connections.file(List.of(uri)).open()) {
                ReadsInFlight.Reads direct = (buffer, offset, handler) -> bare.readFully(buffer, offset, TIMEOUT,
                        handler);
                ReadsInFlight.Reads over = resilient::read;
                System.out.printf("%-18s %34s   %34s%n", "", "reads/s", "CPU of this process, us/read");
                System.out.printf("%-18s %10s %10s %12s   %10s %10s %12s%n", "medians", "bare", "replicas", "ratio",
                        "bare", "replicas", "ratio");
                compare("4 KiB, depth 1", 4 << 10, 1, direct, over, pairs, slice);
                compare("4 KiB, depth 16", 4 << 10, 16, direct, over, pairs, slice);
                compare("256 KiB, depth 16", 256 << 10, 16, direct, over, pairs, slice);
            }
        }
    }

    private static void compare(String what, int bytes, int depth, ReadsInFlight.Reads bare,
            ReadsInFlight.Reads resilient, int pairs,
            Duration slice) throws InterruptedException {
        ReadsInFlight load = new ReadsInFlight(bytes, depth, IMAGE_BYTES);
        for (int i = 0; i < pairs / 4; i++) {
            load.run(bare, slice);
            load.run(resilient, slice);
        }
        List<ReadsInFlight.Slice> direct = new ArrayList<>();
        List<ReadsInFlight.Slice> over = new ArrayList<>();
        for (int i = 0; i < pairs; i++) {
            boolean bareFirst = i % 2 == 0;
            ReadsInFlight.Slice first = load.run(bareFirst ? bare : resilient, slice);
            ReadsInFlight.Slice second = load.run(bareFirst ? resilient : bare, slice);
            direct.add(bareFirst ? first : second);
            over.add(bareFirst ? second : first);
        }
        System.out.printf("%-18s %s   %s%n", what, row(direct, over, ReadsInFlight.Slice::perSecond),
                row(direct, over, ReadsInFlight.Slice::cpu));
    }

    private static String row(List<ReadsInFlight.Slice> direct, List<ReadsInFlight.Slice> over,
            ToDoubleFunction<ReadsInFlight.Slice> figure) {
        double[] ratios = new double[direct.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = figure.applyAsDouble(over.get(i)) / figure.applyAsDouble(direct.get(i));
        }
        return String.format(Locale.ROOT, "%10.1f %10.1f %12.3f",
                Spread.of(direct.stream().mapToDouble(figure).toArray()).median(),
                Spread.of(over.stream().mapToDouble(figure).toArray()).median(), Spread.of(ratios).median());
    }
}
