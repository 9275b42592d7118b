package org.ninep.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The program behind {@code benchmarks/compare}. */
final class Compare {
    /** Of a part: its servers, and the comparison of all bytes. */
    private static final double SECONDS_TO_START = 12;

    private Compare() {}

    /**
     * Measures. Ends with status 1 if something failed, and with 2 if the command line is wrong.
     *
     * @param arguments the root of the repository, and the command line
     */
    public static void main(String... arguments) throws IOException, InterruptedException {
        Path root = Path.of(arguments[0]);
        Map<String, Part> parts = parts(root.resolve("ninep"));
        List<String> line = Arrays.asList(arguments).subList(1, arguments.length);
        try {
            Options options = Options.parse(line, Collections.unmodifiableSet(parts.keySet()),
                    root.resolve("benchmarks/target/compare"));
            List<Part> chosen = options.only().stream().map(parts::get).map(Objects::requireNonNull).toList();
            String command = ("benchmarks/compare " + String.join(" ", line)).strip();
            System.exit(run(options, chosen, root.resolve("ninep"), command) ? 0 : 1);
        } catch (Options.Wrong e) {
            System.err.println("compare: " + e.getMessage());
            System.exit(2);
        }
    }

    private static Map<String, Part> parts(Path ninep) {
        Map<String, Part> parts = new LinkedHashMap<>();
        for (Part part : List.of(new LoopbackPart(), new NinePPart(ninep), new NbdPart(true), new NbdPart(false),
                new ClientsPart(), new ExportsPart(), new LinksPart(), new StartPart())) {
            parts.put(part.name(), part);
        }
        return parts;
    }

    /** Runs the parts, and writes the page; returns whether nothing failed. */
    private static boolean run(Options options, List<Part> parts, Path ninep, String command)
            throws IOException, InterruptedException {
        double seconds = parts.stream()
                .mapToDouble(part -> part.roundSeconds(options) * (options.rounds() + 1) + SECONDS_TO_START).sum();
        Results results = new Results();
        Path work = Files.createTempDirectory(options.directory(), "ninep-compare");
        try (Bench bench = new Bench(options, results, work, ninep)) {
            Thread running = Thread.currentThread();
            Thread interrupted = new Thread(() -> end(bench, running));
            Runtime.getRuntime().addShutdownHook(interrupted);
            bench.say("about " + (int) Math.ceil(seconds / 60) + " minutes, and no round begins after "
                    + options.limit().toMinutes());
            for (Part part : parts) {
                bench.say(part.title());
                run(bench, part);
            }
            Machine machine = Machine.ask(bench.client(), ninep);
            new Page(results, machine, options, command, LocalDate.now(ZoneOffset.UTC).toString()).write(parts);
            bench.say("written: " + options.out().resolve("results.md") + ", results.csv, results.json and plots");
            Runtime.getRuntime().removeShutdownHook(interrupted);
        }
        for (Target target : Target.all()) {
            System.out.printf("%-100s %20s %12s%n", target.what(), target.wanted(), target.reached(results));
        }
        return results.failures().isEmpty();
    }

    private static void run(Bench bench, Part part) throws InterruptedException {
        try {
            part.run(bench);
        } catch (IOException | RuntimeException e) {
            bench.failed(part.name(), e);
        } finally {
            bench.programs().close();
        }
    }

    /** Upon a signal: stops what runs, so that it starts nothing more, and clears up. */
    private static void end(Bench bench, Thread running) {
        running.interrupt();
        try {
            running.join(Duration.ofSeconds(10));
            bench.close();
        } catch (IOException | InterruptedException e) {
            System.err.println("compare: cannot remove all files: " + e);
        }
    }
}
