package org.ninep.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Searches for an input that breaks a target, with Jazzer, guided by what of {@code org.ninep} each input reaches. A target is
 * a public class with
 *
 * <pre>{@code
 * public static void fuzzerTestOneInput(byte[] input)
 * }</pre>
 *
 * which throws when something is wrong; its inputs that are kept are its {@link Inputs}. The search runs in a JVM of its
 * own; below the module's {@code target/fuzz} it leaves its log, and what it has learned for the next search. The system property
 * {@code ninep.fuzz} names a directory where the target may do what it likes.
 *
 * <p>
 * Immutable.
 *
 * @param target the class
 * @param everyday seconds that a search takes in the everyday build
 * @param full seconds in the profile full
 * @param nightly seconds in the profile nightly
 */
public record Fuzzing(Class<?> target, int everyday, int full, int nightly) {
    /** An input that takes longer is a hang. The first has classes to load, on machines that may have much else to do. */
    private static final int SECONDS_FOR_ONE = 120;
    /** To start, to replay what is known, and to end. */
    private static final int SECONDS_MORE = 180;
    private static final int HEAP_MIB = 512;
    /** The heap, as much outside of it, which the JVM bounds too, and what Jazzer and malloc keep. */
    private static final int RESIDENT_MIB = 8 * HEAP_MIB;
    private static final int LONGEST = 1024;
    /** Inputs get longer when nothing new was found for some thousand runs. */
    private static final int GROW_AFTER = 10;
    private static final int LAST_LINES = 60;
    private static final Pattern DONE = Pattern.compile("#(\\d+)\\s+DONE\\s+cov: (\\d+) ft: (\\d+) corp: (\\d+)");
    private static final String ARTIFACTS = "found-";

    /** What a search came to: how many inputs it ran, and how many edges of the program they reached. */
    public record Result(long runs, int edges) {}

    /** For as long as the profile gives. */
    private int seconds() {
        return switch (System.getProperty("ninep.tests", "everyday")) {
            case "nightly" -> nightly;
            case "full" -> full;
            default -> everyday;
        };
    }

    /**
     * Searches.
     *
     * @throws AssertionError if an input broke the target; it has the input
     * @throws IOException if Jazzer did not run to its end
     */
    public Result search() throws IOException, InterruptedException {
        Path dir = Path.of("target", "fuzz", target.getSimpleName());
        Path seeds = seeds(dir);
        forgetFound(dir);
        Path log = dir.resolve("log");
        Path world = Files.createTempDirectory(memory(), "ninep-fuzz");
        // No pipes: a test beside it may count those of this process.
        ProcessBuilder jazzer = new ProcessBuilder(command(dir, seeds, world))
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true).redirectOutput(log.toFile());
        // Else each thread that a target starts leaves malloc an arena of its own, with what it has freed still in it.
        jazzer.environment().put("MALLOC_ARENA_MAX", "2");
        Process process = jazzer.start();
        try {
            if (!process.waitFor(seconds() + SECONDS_MORE, TimeUnit.SECONDS)) {
                throw new IOException("the search does not end: " + tail(log));
            }
        } finally {
            process.destroyForcibly().waitFor();
            remove(world);
        }
        refuseFound(dir, log);
        Matcher done = DONE.matcher(Files.readString(log));
        if (process.exitValue() != 0 || !done.find()) {
            throw new IOException("the search ended with status " + process.exitValue() + ": " + tail(log));
        }
        return new Result(Long.parseLong(done.group(1)), Integer.parseInt(done.group(2)));
    }

    /** A target that makes and removes files does it many times as often there. */
    private static Path memory() {
        Path memory = Path.of("/dev/shm");
        return Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static void remove(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> all = Files.list(path)) {
                for (Path below : all.toList()) {
                    remove(below);
                }
            }
        }
        Files.delete(path);
    }

    private List<String> command(Path dir, Path seeds, Path world) throws IOException {
        Path learned = Files.createDirectories(dir.resolve("learned"));
        // The harness is not to be learned: else the search spends itself on it, and is told of what may not leak.
        String harness = target.getName() + "**";
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                "-Xmx" + HEAP_MIB + "m", "-XX:+EnableDynamicAgentLoading", "--enable-native-access=ALL-UNNAMED",
                "-Dninep.fuzz=" + world, "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                "-cp", System.getProperty("java.class.path"), "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.getName(), "--instrumentation_includes=org.ninep.**",
                "--instrumentation_excludes=" + harness + ":org.ninep.fuzz.**", "--custom_hook_excludes=**",
                // It takes a test's own connection for an attack.
                "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.ServerSideRequestForgery",
                "--reproducer_path=" + dir, "-artifact_prefix=" + dir + "/" + ARTIFACTS, "-timeout=" + SECONDS_FOR_ONE,
                "-rss_limit_mb=" + RESIDENT_MIB, "-max_len=" + LONGEST, "-len_control=" + GROW_AFTER,
                "-use_value_profile=1", "-print_final_stats=1",
                "-max_total_time=" + seconds(), learned.toString(), seeds.toString());
    }

    private Path seeds(Path dir) throws IOException {
        Path seeds = Files.createDirectories(dir.resolve("seeds"));
        for (Inputs.Input input : Inputs.of(target)) {
            Files.write(seeds.resolve(input.name()), input.bytes());
        }
        return seeds;
    }

    private static void forgetFound(Path dir) throws IOException {
        for (Path found : found(dir)) {
            Files.delete(found);
        }
    }

    private static List<Path> found(Path dir) throws IOException {
        try (Stream<Path> all = Files.list(dir)) {
            return all.filter(path -> path.getFileName().toString().startsWith(ARTIFACTS)).sorted().toList();
        }
    }

    private void refuseFound(Path dir, Path log) throws IOException {
        for (Path found : found(dir)) {
            throw new AssertionError(target.getSimpleName()
                    + " is broken by an input that the search found. Mend it, and keep"
                    + " the input: as a line of " + target.getSimpleName() + ".inputs, with a name of its own.\n"
                    + found.getFileName() + " " + HexFormat.of().formatHex(Files.readAllBytes(found)) + "\n"
                    + tail(log));
        }
    }

    /** The end of the log, but for what it says of its progress. */
    private static String tail(Path log) throws IOException {
        List<String> lines = Files.readString(log).lines()
                .filter(line -> !line.startsWith("#") && !line.startsWith("INFO:")).toList();
        return lines.stream().skip(Math.max(0, lines.size() - LAST_LINES)).collect(Collectors.joining("\n"));
    }
}
