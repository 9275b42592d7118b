package org.ninep.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ninep.client.TagTableBenchmark;
import org.ninep.message.Rmessage;
import org.ninep.message.Tmessage;
import org.ninep.resilient.TrafficBenchmark;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs all single parts with the profiler of allocations, and writes what they take as JSON and as tables of Markdown:
 * {@code Summary [--full] JSON MARKDOWN}. In the Markdown file what stands between the two marks is replaced.
 */
final class Summary {
    private static final String BEGIN = "<!-- single parts: begin -->\n";
    private static final String END = "<!-- single parts: end -->\n";

    private Summary() {}

    /** See above. */
    public static void main(String[] arguments) throws IOException, RunnerException {
        List<String> given = new ArrayList<>(List.of(arguments));
        boolean full = given.remove("--full");
        if (given.size() != 2) {
            throw new IllegalArgumentException("Summary [--full] JSON MARKDOWN");
        }
        Path markdown = Path.of(given.get(1));
        String before = Files.readString(markdown);
        if (!before.contains(BEGIN) || !before.contains(END)) {
            throw new IOException(markdown + " lacks the lines " + BEGIN.strip() + " and " + END.strip());
        }
        List<RunResult> results = new ArrayList<>();
        for (ChainedOptionsBuilder options : List.of(codec(full), inPlaceAndTags(full), rest(full), munge(full))) {
            results.addAll(run(options));
        }
        requireEveryMessage(results);
        ResultFormatFactory.getInstance(ResultFormatType.JSON, given.getFirst()).writeOut(results);
        String tables = SummaryTables.of(results);
        System.out.println("\n" + tables);
        Files.writeString(markdown, before.substring(0, before.indexOf(BEGIN) + BEGIN.length()) + tables
                + before.substring(before.indexOf(END)));
    }

    private static Collection<RunResult> run(ChainedOptionsBuilder options) throws RunnerException {
        return new Runner(options.addProfiler(GCProfiler.class).shouldFailOnError(true).build()).run();
    }

    private static ChainedOptionsBuilder codec(boolean full) {
        return lasting(full, 200, new OptionsBuilder().include(all(CodecBenchmark.class)));
    }

    private static ChainedOptionsBuilder inPlaceAndTags(boolean full) {
        return lasting(full, 500, new OptionsBuilder().include(all(InPlaceBenchmark.class))
                .include(all(TagTableBenchmark.class)).include(all(TrafficBenchmark.class)));
    }

    private static ChainedOptionsBuilder rest(boolean full) {
        return lasting(full, 1500, new OptionsBuilder().include(all(ClientBenchmark.class))
                .include(all(NbdBenchmark.class)));
    }

    private static ChainedOptionsBuilder munge(boolean full) {
        return lasting(full, 1000, new OptionsBuilder().include(all(MungeBenchmark.class) + "(encode|decode)$")
                .param("cipher", "AES128").param("mac", "SHA256"));
    }

    private static String all(Class<?> benchmark) {
        return "^" + benchmark.getName() + "\\.";
    }

    /** As long as the benchmark says, or one fork that measures twice after having warmed up twice. */
    private static ChainedOptionsBuilder lasting(boolean full, int millis, ChainedOptionsBuilder options) {
        TimeValue time = TimeValue.milliseconds(millis);
        return full
                ? options
                : options.forks(1).warmupIterations(2).warmupTime(time).measurementIterations(2).measurementTime(time);
    }

    private static void requireEveryMessage(Collection<RunResult> results) {
        Set<String> missing = Stream.of(Tmessage.class, Rmessage.class)
                .flatMap(kind -> Stream.of(kind.getPermittedSubclasses())).map(Class::getSimpleName)
                .collect(Collectors.toCollection(TreeSet::new));
        results.forEach(result -> missing.remove(String.valueOf(result.getParams().getParam("message"))));
        if (!missing.isEmpty()) {
            throw new IllegalStateException("CodecBenchmark lacks " + missing);
        }
    }
}
