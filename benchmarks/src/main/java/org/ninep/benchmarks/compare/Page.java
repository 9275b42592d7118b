package org.ninep.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes what was measured: a page with tables and plots, and the figures of all rounds as CSV and JSON. */
final class Page {
    private static final List<Metric> PLOTTED = List.of(Metric.THROUGHPUT, Metric.READS, Metric.START);

    private final Results results;
    private final Machine machine;
    private final Options options;
    private final String command;
    private final String date;

    /**
     * Writes nothing yet.
     *
     * @param command what repeats the run
     * @param date the day, as ISO 8601 has it
     */
    Page(Results results, Machine machine, Options options, String command, String date) {
        this.results = results;
        this.machine = machine;
        this.options = options;
        this.command = command;
        this.date = date;
    }

    /** Writes {@code results.md}, {@code results.csv}, {@code results.json} and the plots. */
    void write(Collection<Part> parts) throws IOException {
        Path out = Files.createDirectories(options.out());
        Files.writeString(out.resolve("results.csv"), DataFiles.csv(results));
        Files.writeString(out.resolve("results.json"), DataFiles.json(results, machine, command, date));
        Map<String, Metric> plots = new LinkedHashMap<>();
        StringBuilder text = new StringBuilder(head());
        for (Part part : parts) {
            List<Metric> metrics = new ArrayList<>();
            for (Metric metric : Metric.values()) {
                if (results.has(part.name(), metric)) {
                    metrics.add(metric);
                }
            }
            if (!metrics.isEmpty()) {
                text.append("\n## ").append(part.title()).append("\n\n").append(part.text()).append('\n');
                for (Metric metric : metrics) {
                    section(text, part, metric, plots);
                }
            }
        }
        Files.writeString(out.resolve("results.md"), text);
        for (Part part : parts) {
            for (Map.Entry<String, Metric> plot : plots.entrySet()) {
                if (plot.getKey().equals(plotName(part, plot.getValue()))) {
                    Plot.write(results, part.name(), part.title(), plot.getValue(), out.resolve(plot.getKey()));
                }
            }
        }
    }

    private void section(StringBuilder text, Part part, Metric metric, Map<String, Metric> plots) {
        text.append('\n').append(Table.of(results, part.name(), metric).markdown());
        if (PLOTTED.contains(metric) && results.subjects(part.name(), metric).size() > 1) {
            String name = plotName(part, metric);
            plots.put(name, metric);
            text.append("\n![").append(part.title()).append(", ").append(metric.unit()).append("](").append(name)
                    .append(")\n");
        }
    }

    private static String plotName(Part part, Metric metric) {
        return part.name() + "-" + metric.name().toLowerCase(Locale.ROOT) + ".svg";
    }

    private String head() {
        StringBuilder text = new StringBuilder();
        text.append("# The programs of ninep beside others\n\n```\n").append(command).append("\n```\n\n");
        text.append(
                """
                        has written this page on %s. Everything ran on one machine over loopback, turn and turn about: in each of %d rounds, after
                        one that is not counted, every workload was given to everybody, in alternating order. Tables have medians (smallest to largest).
                        Each chain was first asked for all bytes of the image, of %d MiB and in the page cache, and they were compared. All servers have
                        their default settings, and serve read-only. CPU is that of all processes of a chain, user and system, and memory the most that was
                        resident (VmHWM). [results.csv](results.csv) and [results.json](results.json) have the figures of every round.
                        """
                        .formatted(date, options.rounds(), options.mebibytes()));
        text.append('\n').append(facts(machine.facts())).append('\n').append(facts(machine.programs()));
        text.append("\n## What the project wants to reach\n\nRatios are of medians.\n\n");
        Table targets = new Table(List.of("", "wanted", "measured"));
        for (Target target : Target.all()) {
            targets.row(List.of(target.what(), target.wanted(), target.reached(results)));
        }
        text.append(targets.markdown());
        if (!results.failures().isEmpty()) {
            text.append("\n## What failed\n\n");
            results.failures().forEach(failure -> text.append("- ").append(failure).append('\n'));
        }
        return text.toString();
    }

    private static String facts(Map<String, String> facts) {
        Table table = new Table(List.copyOf(facts.keySet()));
        table.row(List.copyOf(facts.values()));
        return table.markdown();
    }
}
