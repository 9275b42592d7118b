package org.ninep.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.ninep.client.NinepUri;
import org.ninep.peer.Diod;

/** The program behind {@code benchmarks/resilience}: what a file over replicas costs, and what its readers see of a fault. */
final class Resilience {
    /** Longer than the caches of a processor, shorter than the page cache of any machine. */
    static final int IMAGE_BYTES = 64 << 20;

    private Resilience() {}

    /**
     * Measures.
     *
     * @param arguments {@code overhead PAIRS MILLISECONDS}, {@code stall SECONDS} or {@code outage SECONDS NINEP}
     */
    public static void main(String... arguments) throws IOException, InterruptedException {
        try (TemporaryDirectory made = TemporaryDirectory.make("ninep-resilience")) {
            Path work = made.path();
            int number = Integer.parseInt(arguments[1]);
            switch (arguments[0]) {
                case "overhead" -> Overhead.run(work, number, Duration.ofMillis(Integer.parseInt(arguments[2])));
                case "stall" -> Stall.run(work, Duration.ofSeconds(number));
                case "outage" -> Outage.run(work, Duration.ofSeconds(number), Path.of(arguments[2]));
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        }
    }

    /** A diod that has an image: the same for each name. */
    static Diod serve(Path work, String name) throws IOException {
        Path export = Files.createDirectory(work.resolve(name));
        Random random = new Random(1);
        byte[] piece = new byte[1 << 20];
        try (OutputStream image = Files.newOutputStream(export.resolve("image"))) {
            for (int written = 0; written < IMAGE_BYTES; written += piece.length) {
                random.nextBytes(piece);
                image.write(piece);
            }
        }
        return Diod.startOnTcp(export);
    }

    /** The image of one of them. */
    static NinepUri uri(Diod diod, Path work, String name) {
        return NinepUri.parse("9p://" + diod.address() + "/image?aname=" + work.resolve(name));
    }
}
