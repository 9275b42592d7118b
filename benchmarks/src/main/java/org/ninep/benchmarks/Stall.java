package org.ninep.benchmarks;

import static org.ninep.benchmarks.Resilience.IMAGE_BYTES;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.ninep.client.ReadHandler;
import org.ninep.peer.Diod;
import org.ninep.resilient.Connections;
import org.ninep.resilient.ResilientFile;

/**
 * 4-KiB reads that begin at fixed times, however long those before them take, over two diods of which the preferred one is
 * stopped for 5 s in every 10. A read's time counts from when it was to begin.
 */
final class Stall {
    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final int PER_SECOND = 1_000;
    private static final int BYTES = 4 << 10;
    private static final Duration HALF = Duration.ofSeconds(5);

    private Stall() {}

    static void run(Path work, Duration length) throws IOException, InterruptedException {
        try (Diod first = Resilience.serve(work, "a");
                Diod second = Resilience.serve(work, "b");
                Connections connections = Connections.builder().build();
                ResilientFile file = connections
                        .file(List.of(Resilience.uri(first, work, "a"), Resilience.uri(second, work, "b")))
                        .timeout(TIMEOUT).open()) {
            read(file, null, Duration.ofSeconds(5));
            double[] millis = read(file, first, length);
            Arrays.sort(millis);
            long twice = Arrays.stream(millis).filter(one -> one > 1.5 * TIMEOUT.toMillis()).count();
            System.out.printf(Locale.ROOT,
                    "%d reads of 4 KiB, %d/s, timeout %d ms, the preferred of two diods stopped for"
                            + " 5 s in every 10%n",
                    millis.length, PER_SECOND, TIMEOUT.toMillis());
            System.out.printf(Locale.ROOT,
                    "ms: p50 %.2f, p99 %.1f, p99.9 %.1f, longest %.1f; longer than 1.5 timeouts: %d%n",
                    at(millis, 0.5), at(millis, 0.99), at(millis, 0.999), millis[millis.length - 1], twice);
            file.stats().replicas().forEach(replica -> System.out.println(replica.uri() + ": " + replica.requests()
                    + " requests, " + replica.timeouts() + " not answered in time"));
        }
    }

    private static double at(double[] sorted, double share) {
        return sorted[(int) Math.min(sorted.length - 1, Math.ceil(share * sorted.length))];
    }

    /** @return how long each took, in milliseconds */
    private static double[] read(ResilientFile file, @Nullable Diod victim, Duration length)
            throws IOException, InterruptedException {
        int count = (int) (length.toMillis() * PER_SECOND / 1000);
        double[] millis = new double[count];
        CountDownLatch left = new CountDownLatch(count);
        Random random = new Random(3);
        long start = System.nanoTime();
        boolean hung = false;
        for (int i = 0; i < count; i++) {
            long begin = start + i * (1_000_000_000L / PER_SECOND);
            while (System.nanoTime() < begin) {
                LockSupport.parkNanos(begin - System.nanoTime());
            }
            boolean toHang = (begin - start) / HALF.toNanos() % 2 == 1;
            if (victim != null && hung != toHang) {
                hung = toHang;
                signal(victim, hung);
            }
            long offset = (long) random.nextInt(IMAGE_BYTES / BYTES) * BYTES;
            file.read(ByteBuffer.allocateDirect(BYTES), offset, new Timed(millis, i, begin, left));
        }
        left.await();
        if (victim != null && hung) {
            victim.goOn();
        }
        return millis;
    }

    private static void signal(Diod victim, boolean hang) throws IOException {
        if (hang) {
            victim.hang();
        } else {
            victim.goOn();
        }
    }

    private static final class Timed implements ReadHandler {
        private final double[] millis;
        private final int number;
        private final long begin;
        private final CountDownLatch left;

        Timed(double[] millis, int number, long begin, CountDownLatch left) {
            this.millis = millis;
            this.number = number;
            this.begin = begin;
            this.left = left;
        }

        @Override
        public void completed(int count) {
            millis[number] = (System.nanoTime() - begin) / 1e6;
            left.countDown();
        }

        @Override
        public void failed(IOException cause) {
            throw new IllegalStateException(cause);
        }
    }
}
