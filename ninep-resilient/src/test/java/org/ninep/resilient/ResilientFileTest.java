package org.ninep.resilient;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ninep.ConnectionLostException;

/** Over real connections to real servers of ours; the simulator has the rest. */
@Timeout(120)
class ResilientFileTest {
    private static final byte[] IMAGE = Copy.image(1_000_000, 1);

    private Copy first;
    private Copy second;

    @BeforeEach
    void serve() throws IOException {
        first = new Copy(IMAGE);
        second = new Copy(IMAGE);
    }

    @AfterEach
    void stop() {
        first.close();
        second.close();
    }

    private ResilientFileBuilder builder() {
        return ResilientFile.builder(List.of(first.uri(), second.uri())).timeout(Duration.ofMillis(300))
                .maxBackoff(Duration.ofMillis(100)).name("image");
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, what);
            Thread.onSpinWait();
        }
    }

    private static ReplicaState state(ResilientFile file, Copy copy) {
        return file.stats().replicas().stream().filter(replica -> replica.uri().equals(copy.uri())).findFirst()
                .orElseThrow().state();
    }

    private static void assertReads(ResilientFile file) throws IOException {
        assertArrayEquals(IMAGE, Copy.read(file, 0, IMAGE.length));
        assertArrayEquals(Arrays.copyOfRange(IMAGE, 4096, 8192), Copy.read(file, 4096, 4096));
    }

    @Test
    void readsTheFirstReplica() throws IOException {
        try (ResilientFile file = builder().open()) {
            assertEquals(IMAGE.length, file.size());
            assertReads(file);
            assertEquals(first.uri(), file.stats().active().orElseThrow());
            assertEquals(2, file.stats().reads());
            assertEquals(FileState.SERVING, file.stats().state());
        }
    }

    @Test
    void readsGoOnWhenAServerIsKilled() throws IOException {
        try (ResilientFile file = builder().open()) {
            await("the second is up", () -> state(file, second) == ReplicaState.UP);
            for (int i = 0; i < 10; i++) {
                Copy victim = i % 2 == 0 ? first : second;
                victim.kill();
                assertReads(file);
                victim.restart();
                await("the victim is up again", () -> state(file, victim) == ReplicaState.UP);
            }
        }
    }

    @Test
    void readsGoOnWhenAServerHangs() throws IOException {
        try (ResilientFile file = builder().open()) {
            await("the second is up", () -> state(file, second) == ReplicaState.UP);
            first.hang();
            assertReads(file);
            assertEquals(second.uri(), file.stats().active().orElseThrow());
            assertTrue(file.stats().replicas().getFirst().timeouts() > 0);
        }
    }

    @Test
    void waitsWhileAllAreGone() throws IOException {
        try (ResilientFile file = builder().open()) {
            first.kill();
            second.kill();
            await("nobody is there", () -> file.stats().state() == FileState.WAITING);
            Thread reader = Thread.ofVirtual().unstarted(() -> {
                try {
                    assertReads(file);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            reader.start();
            await("the read waits", () -> file.stats().waiting() > 0);
            second.restart();
            await("the read is answered", () -> file.stats().inFlight() == 0 && file.stats().reads() == 2);
            assertEquals(0, file.stats().failed());
        }
    }

    @Test
    void doesNotReadOtherContentOfTheSameSize() throws IOException {
        try (ResilientFile file = builder().open()) {
            await("the second is up", () -> state(file, second) == ReplicaState.UP);
            second.restart(Copy.image(IMAGE.length, 2));
            await("it is quarantined", () -> state(file, second) == ReplicaState.QUARANTINED);
            int before = second.reads.get();
            assertReads(file);
            first.kill();
            await("nobody has the image", () -> file.stats().state() == FileState.QUARANTINED);
            assertTrue(before <= second.reads.get());
            second.restart(IMAGE);
            assertReads(file);
        }
    }

    @Test
    void doesNotReadAFileOfAnotherSize() throws IOException {
        try (ResilientFile file = builder().open()) {
            await("the second is up", () -> state(file, second) == ReplicaState.UP);
            second.restart(Arrays.copyOf(IMAGE, IMAGE.length - 1));
            await("it is quarantined", () -> state(file, second) == ReplicaState.QUARANTINED);
            assertEquals("999999 bytes, and should have 1000000", file.stats().replicas().get(1).reason());
        }
    }

    @Test
    void theFirstReplicaDecidesWhatTheImageIs() throws IOException {
        second.restart(Copy.image(IMAGE.length, 2));
        try (ResilientFile file = builder().open()) {
            await("the second is quarantined", () -> state(file, second) == ReplicaState.QUARANTINED);
            assertReads(file);
        }
    }

    @Test
    void replicasComeAndGoWhileItIsRead() throws IOException {
        try (Copy third = new Copy(IMAGE); ResilientFile file = builder().open()) {
            file.replicas().add(third.uri());
            await("the third is up", () -> state(file, third) == ReplicaState.UP);
            file.replicas().remove(first.uri());
            file.replicas().remove(second.uri());
            assertReads(file);
            assertEquals(List.of(third.uri()), file.replicas().list());
            assertEquals(third.uri(), file.stats().active().orElseThrow());
            assertThrows(IllegalArgumentException.class, () -> file.replicas().remove(third.uri()));
            assertThrows(IllegalArgumentException.class, () -> file.replicas().add(third.uri()));
            await("the others have no connections", () -> first.connections() + second.connections() == 0);
        }
    }

    @Test
    void saysWhyItCannotBeOpened() {
        first.kill();
        second.kill();
        IOException e = assertThrows(ConnectionLostException.class, () -> builder().openOrFail());
        assertTrue(e.toString().contains(first.uri().transport().endpoint()), e.toString());
        assertEquals(1, e.getSuppressed().length);
    }

    @Test
    void aReadPastTheEndFails() throws IOException {
        try (ResilientFile file = builder().open()) {
            assertThrows(EOFException.class, () -> Copy.read(file, IMAGE.length - 1, 2));
            assertThrows(EOFException.class, () -> Copy.read(file, -1, 1));
            assertEquals(0, Copy.read(file, IMAGE.length, 0).length);
        }
    }

    @Test
    void leavesNothingBehind() throws IOException {
        try (ResilientFile file = builder().open()) {
            assertReads(file);
        }
        await("no connection is left", () -> first.connections() + second.connections() == 0);
    }
}
