package org.ninep.resilient;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Failovers over real sockets, one after the other, after which as little must be left as after the first ones. */
@Timeout(1800)
class LeakTest {
    private static final byte[] IMAGE = Copy.image(100_000, 1);
    /** A failover takes 10 ms, and on a host that has much else to do some 50. */
    private static final int FAILOVERS = switch (System.getProperty("ninep.tests", "everyday")) {
        case "nightly" -> 10_000;
        case "full" -> 1_000;
        default -> 300;
    };

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end);
            Thread.onSpinWait();
        }
    }

    private static long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isUp(ResilientFile file, int replica) {
        return file.stats().replicas().get(replica).state() == ReplicaState.UP;
    }

    @Test
    void noThreadAndNoSocketIsLeftOfSessionsThatHaveEnded() throws IOException {
        int threadsBefore = Thread.activeCount();
        try (Copy first = new Copy(IMAGE); Copy second = new Copy(IMAGE)) {
            try (ResilientFile file = ResilientFile.builder(List.of(first.uri(), second.uri()))
                    .timeout(Duration.ofSeconds(5)).maxBackoff(Duration.ofMillis(1)).open()) {
                await(() -> isUp(file, 1));
                long descriptors = descriptors();
                for (int i = 0; i < FAILOVERS; i++) {
                    Copy victim = i % 2 == 0 ? first : second;
                    int number = i % 2;
                    victim.kill();
                    int offset = i % 90_000;
                    assertTrue(Arrays.equals(IMAGE, offset, offset + 4096, Copy.read(file, offset, 4096), 0, 4096));
                    victim.restart();
                    await(() -> isUp(file, number));
                }
                long least = descriptors;
                await(() -> descriptors() <= least + 20);
                await(() -> Thread.activeCount() <= threadsBefore + 20);
                assertTrue(file.stats().replicas().getFirst().sessionsMade() >= FAILOVERS / 2);
            }
            await(() -> first.connections() + second.connections() == 0);
        }
        await(() -> Thread.activeCount() <= threadsBefore + 1);
    }
}
