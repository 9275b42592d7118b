package org.ninep.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** What {@link Summary} measured, as tables of Markdown. */
final class SummaryTables {
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private SummaryTables() {}

    /** Two tables: the parts, and the messages. */
    static String of(Collection<RunResult> results) {
        return parts(results) + "\n" + messages(results);
    }

    private static String parts(Collection<RunResult> results) {
        StringBuilder table = new StringBuilder("| part | ns/op | B/op |\n|---|---|---|\n");
        for (RunResult result : results) {
            if (!isOf(result, CodecBenchmark.class)) {
                table.append("| ").append(name(result)).append(" | ").append(time(result)).append(" | ")
                        .append(bytes(result)).append(" |\n");
            }
        }
        return table.toString();
    }

    private static String messages(Collection<RunResult> results) {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        for (String method : List.of("encode", "decode")) {
            for (RunResult result : results) {
                if (isOf(result, CodecBenchmark.class) && method(result).equals(method)) {
                    List<String> row = rows.computeIfAbsent(parameters(result), _ -> new ArrayList<>());
                    row.add(time(result));
                    row.add(bytes(result));
                }
            }
        }
        String head = "| message as a record | encode, ns/op | B/op | decode, ns/op | B/op |\n|---|---|---|---|---|\n";
        return rows.entrySet().stream()
                .map(row -> "| " + row.getKey() + " | " + String.join(" | ", row.getValue()) + " |\n")
                .collect(Collectors.joining("", head, ""));
    }

    private static boolean isOf(RunResult result, Class<?> benchmark) {
        return result.getParams().getBenchmark().startsWith(benchmark.getName() + ".");
    }

    private static String method(RunResult result) {
        String whole = result.getParams().getBenchmark();
        return whole.substring(whole.lastIndexOf('.') + 1);
    }

    /** {@code Client.blockingRead unix}. */
    private static String name(RunResult result) {
        String whole = result.getParams().getBenchmark();
        String type = whole.substring(0, whole.lastIndexOf('.'));
        String part = type.substring(type.lastIndexOf('.') + 1).replace("Benchmark", "");
        return (part + "." + method(result) + " " + parameters(result)).strip();
    }

    private static String parameters(RunResult result) {
        return result.getParams().getParamsKeys().stream().map(result.getParams()::getParam)
                .collect(Collectors.joining(" "));
    }

    private static String time(RunResult result) {
        double nanos = TimeUnit.NANOSECONDS.convert(1, result.getParams().getTimeUnit());
        double score = result.getPrimaryResult().getScore();
        boolean isRate = result.getParams().getMode().equals(Mode.Throughput);
        return number(isRate ? nanos / score : nanos * score);
    }

    /** What the profiler itself allocates makes less than half a byte. */
    private static String bytes(RunResult result) {
        Result<?> allocated = result.getSecondaryResults().get(ALLOCATED);
        return allocated == null ? "?" : String.format(Locale.ROOT, "%.0f", allocated.getScore());
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%.0f", value);
    }
}
