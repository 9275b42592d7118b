package org.ninep.benchmarks.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;
import org.ninep.benchmarks.Spread;

/**
 * What the project wants to reach, beside what was measured. Immutable.
 *
 * @param what for people
 * @param bound what is wanted
 * @param most whether less is better
 * @param unit of both, behind the number
 * @param measured from the medians; empty if that was not measured
 */
record Target(String what, double bound, boolean most, String unit, Function<Results, Optional<Double>> measured) {
    private static final String TIMES = " x";

    /** A figure among the results, by its median. */
    private record Cell(String part, String workload, String subject, Metric metric) {
        Optional<Double> of(Results results) {
            return results.median(part, workload, subject, metric);
        }
    }

    static List<Target> all() {
        List<Target> all = new ArrayList<>(nineP());
        all.addAll(nbd());
        all.addAll(others());
        return all;
    }

    private static List<Target> nineP() {
        Cell diodcat = new Cell(NinePPart.NAME, NinePPart.FROM_DIOD, NinePPart.DIODCAT, Metric.THROUGHPUT);
        Cell client = new Cell(NinePPart.NAME, NinePPart.FROM_DIOD, NinePPart.WARM_64K, Metric.THROUGHPUT);
        Cell server = new Cell(NinePPart.NAME, NinePPart.FROM_NINEP, NinePPart.WARM_1M, Metric.THROUGHPUT);
        return List.of(
                ratio("the client in a warm JVM, in order from diod at an msize of 64 KiB, against diodcat", client,
                        diodcat, 1.3),
                ratio("`ninep serve` to the client at an msize of 1 MiB, against diod to diodcat", server, diodcat, 2));
    }

    private static List<Target> nbd() {
        List<Target> all = new ArrayList<>();
        for (int connections : new int[]{1, 4}) {
            String copying = NbdPart.copying(connections);
            all.add(nbd(copying, NbdPart.NINEP_DIOD, NbdPart.C_CHAIN, 1));
            all.add(nbd(copying, NbdPart.NINEP_NINEP, NbdPart.C_CHAIN, 1.2));
            all.add(nbd(copying, NbdPart.NINEP_NINEP, NbdPart.ONE_HOP, 0.6));
        }
        all.add(nbd(NbdPart.reading(Image.BLOCK, 1), NbdPart.NINEP_DIOD, NbdPart.C_CHAIN, 1.15));
        all.add(nbd(NbdPart.reading(Image.BLOCK, 16), NbdPart.NINEP_DIOD, NbdPart.C_CHAIN, 2));
        all.add(nbd(NbdPart.reading(Image.BLOCK, 64), NbdPart.NINEP_DIOD, NbdPart.C_CHAIN, 2));
        all.add(nbd(NbdPart.reading(Image.BLOCK, 16), NbdPart.NINEP_NINEP, NbdPart.ONE_HOP, 0.6));
        return all;
    }

    private static Target nbd(String workload, String ours, String theirs, double bound) {
        boolean copying = workload.startsWith("nbdcopy");
        String part = copying ? NbdPart.COPY : NbdPart.RANDOM;
        Metric metric = copying ? Metric.THROUGHPUT : Metric.READS;
        return ratio(ours + ", against " + theirs + ": " + workload, new Cell(part, workload, ours, metric),
                new Cell(part, workload, theirs, metric), bound);
    }

    private static List<Target> others() {
        List<Target> all = new ArrayList<>();
        for (String chain : List.of(NbdPart.NINEP_DIOD, NbdPart.NINEP_NINEP)) {
            Cell link = new Cell(LinksPart.NAME, LinksPart.SHAPED.copying(), chain, Metric.THROUGHPUT);
            all.add(new Target(chain + ", the link of 1 Gbit/s with 6 ms between them: share of its rate", 0.8, false,
                    TIMES, results -> link.of(results).map(rate -> rate / LinksPart.GIGABIT_MEBIBYTES)));
        }
        all.add(new Target("memory of `ninep nbd` under load", 128, true, " MiB", Target::memory));
        Cell start = new Cell(StartPart.NAME, StartPart.WORKLOAD, StartPart.NINEP_NBD, Metric.START);
        all.add(new Target("from `./ninep nbd` to `ready:`", 0.6, true, " s", start::of));
        for (String chain : List.of(NbdPart.NINEP_DIOD, NbdPart.NINEP_NINEP)) {
            all.add(ratio(chain + ": 512 clients together, against 8", clients(chain, 512), clients(chain, 8), 0.9));
        }
        return all;
    }

    private static Cell clients(String chain, int count) {
        return new Cell(ClientsPart.NAME, ClientsPart.workload(count), chain, Metric.READS);
    }

    private static Optional<Double> memory(Results results) {
        OptionalDouble most = Stream.of(NbdPart.COPY, NbdPart.RANDOM)
                .flatMap(part -> Stream.of(NbdPart.NINEP_DIOD, NbdPart.NINEP_NINEP)
                        .map(chain -> new Cell(part, "ninep nbd", chain, Metric.MEMORY)))
                .flatMap(cell -> cell.of(results).stream()).mapToDouble(Double::doubleValue).max();
        return most.isPresent() ? Optional.of(most.getAsDouble()) : Optional.empty();
    }

    private static Target ratio(String what, Cell ours, Cell theirs, double bound) {
        return new Target(what, bound, false, TIMES,
                results -> ours.of(results).flatMap(one -> theirs.of(results).map(other -> one / other)));
    }

    /** For people: at least, or at most, what. */
    String wanted() {
        return (most ? "at most " : "at least ") + number(bound);
    }

    /** For people: what was measured. */
    String reached(Results results) {
        return measured.apply(results).map(this::number).orElse("not measured");
    }

    private String number(double value) {
        return Spread.number(value, unit.equals(" MiB") ? 0 : 2) + unit;
    }
}
