package org.ninep.benchmarks.compare;

import java.util.ArrayList;
import java.util.List;

/** Rows of text as Markdown. Confined to one thread. */
final class Table {
    private final List<List<String>> rows = new ArrayList<>();

    Table(List<String> header) {
        rows.add(List.copyOf(header));
    }

    /** Adds a row, as long as the header. */
    Table row(List<String> cells) {
        if (cells.size() != rows.getFirst().size()) {
            throw new IllegalArgumentException(cells.size() + " cells below a header of " + rows.getFirst().size());
        }
        rows.add(List.copyOf(cells));
        return this;
    }

    /** The figures of a metric in a part: a row for each subject, a column for each workload. */
    static Table of(Results results, String part, Metric metric) {
        List<String> workloads = results.workloads(part, metric);
        List<String> header = new ArrayList<>(List.of(metric.unit()));
        header.addAll(workloads);
        Table table = new Table(header);
        for (String subject : results.subjects(part, metric)) {
            List<String> row = new ArrayList<>(List.of(subject));
            for (String workload : workloads) {
                row.add(results.summary(part, workload, subject, metric).map(one -> one.text(metric.digits()))
                        .orElse(""));
            }
            table.row(row);
        }
        return table;
    }

    /** As lines, each with its end. */
    String markdown() {
        StringBuilder text = new StringBuilder();
        line(text, rows.getFirst());
        text.append("|---".repeat(rows.getFirst().size())).append("|\n");
        rows.stream().skip(1).forEach(row -> line(text, row));
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> cells) {
        for (String cell : cells) {
            text.append("| ").append(cell).append(cell.isEmpty() ? "" : " ");
        }
        text.append("|\n");
    }
}
