package org.ninep.benchmarks;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.ninep.peer.Diod;

/**
 * The program behind {@code benchmarks/server}: {@code ninep serve} beside diod over the same tree, with the same clients, turn and
 * turn about.
 */
final class ServerComparison {
    private static final int FILES_PER_DIRECTORY = 100;

    private final List<Measure> measures;
    private final Map<String, List<double[]>> figures = new LinkedHashMap<>();

    private ServerComparison(List<Measure> measures) {
        this.measures = measures;
    }

    /**
     * One way to use a server.
     *
     * @param perSecond how much of it is done in a second
     */
    record Measure(String name, String unit, PerSecond perSecond) {}

    /** Uses a server, and tells how much was done in a second. */
    interface PerSecond {
        double of(ServerUnderTest server) throws IOException, InterruptedException;
    }

    /**
     * Measures.
     *
     * @param arguments rounds, MiB of the file, seconds of a run, how many small files, a file for JSON, the program ninep
     */
    public static void main(String... arguments) throws IOException, InterruptedException {
        int rounds = Integer.parseInt(arguments[0]);
        int mebibytes = Integer.parseInt(arguments[1]);
        Duration slice = Duration.ofSeconds(Integer.parseInt(arguments[2]));
        int files = Integer.parseInt(arguments[3]);
        try (TemporaryDirectory made = TemporaryDirectory.make("ninep-server");
                BufferedWriter json = Files.newBufferedWriter(Path.of(arguments[4]))) {
            Path work = made.path();
            make(work, mebibytes, files);
            List<Measure> measures = ServerMeasures.all(mebibytes, slice, files);
            try (Diod diod = Diod.startOnTcp(work); NinepServe ninep = NinepServe.start(Path.of(arguments[5]), work)) {
                ServerUnderTest theirs = new ServerUnderTest("diod", diod.address(), work);
                ServerUnderTest ours = new ServerUnderTest("ninep", ninep.address(), work);
                ServerComparison comparison = new ServerComparison(measures);
                for (int round = 0; round <= rounds; round++) {
                    comparison.round(round, ours, theirs, json);
                }
                comparison.print(rounds, mebibytes, files);
            }
        }
    }

    private static void make(Path work, int mebibytes, int files) throws IOException {
        Random random = new Random(1);
        byte[] piece = new byte[1 << 20];
        try (OutputStream image = Files.newOutputStream(work.resolve("image"))) {
            for (int i = 0; i < mebibytes; i++) {
                random.nextBytes(piece);
                image.write(piece);
            }
        }
        for (int i = 0; i < files; i++) {
            Path directory = work.resolve(directory(i));
            if (i % FILES_PER_DIRECTORY == 0) {
                Files.createDirectory(directory);
            }
            Files.writeString(directory.resolve("f" + i), "file " + i);
        }
    }

    private static String directory(int file) {
        return "d" + file / FILES_PER_DIRECTORY;
    }

    /** The path of one of the small files. */
    static String path(int file) {
        return directory(file) + "/f" + file;
    }

    /** Whoever went first in one round goes second in the next. The first round warms up. */
    private void round(int round, ServerUnderTest ours, ServerUnderTest theirs, BufferedWriter json)
            throws IOException, InterruptedException {
        for (Measure measure : measures) {
            boolean oursFirst = round % 2 == 0;
            double first = measure.perSecond().of(oursFirst ? ours : theirs);
            double second = measure.perSecond().of(oursFirst ? theirs : ours);
            double[] pair = oursFirst ? new double[]{first, second} : new double[]{second, first};
            if (round > 0) {
                figures.computeIfAbsent(measure.name(), _ -> new ArrayList<>()).add(pair);
                json.write(String.format(Locale.ROOT,
                        "{\"round\":%d,\"measure\":\"%s\",\"unit\":\"%s\",\"ninep\":%.1f,\"diod\":%.1f}%n", round,
                        measure.name(), measure.unit(), pair[0], pair[1]));
                json.flush();
            }
            System.err.printf(Locale.ROOT, "server: round %d: %s: ninep %.0f, diod %.0f %s%n", round, measure.name(),
                    pair[0], pair[1], measure.unit());
        }
    }

    private void print(int rounds, int mebibytes, int files) {
        System.out.printf(
                "file of %d MiB, %d small files, %d rounds after one uncounted, medians (smallest to largest)%n",
                mebibytes, files, rounds);
        System.out.printf("%-44s %-8s %-26s %-26s %s%n", "", "", "ninep serve", "diod", "ninep / diod");
        for (Measure measure : measures) {
            List<double[]> pairs = figures.getOrDefault(measure.name(), List.of());
            System.out.printf("%-44s %-8s %-26s %-26s %s%n", measure.name(), measure.unit(),
                    Spread.of(pairs.stream().mapToDouble(p -> p[0]).toArray()).text(0),
                    Spread.of(pairs.stream().mapToDouble(p -> p[1]).toArray()).text(0),
                    Spread.of(pairs.stream().mapToDouble(p -> p[0] / p[1]).toArray()).text(2));
        }
    }

    /** A buffer for whole pieces. */
    static ByteBuffer piece() {
        return ByteBuffer.allocateDirect(1 << 20);
    }
}
