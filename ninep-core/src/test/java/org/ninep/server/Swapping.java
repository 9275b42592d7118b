package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Somebody who swaps a directory of an export for a link that leads out of it, and back, over and over. */
final class Swapping {
    private Swapping() {}

    /** What is tried meanwhile. */
    interface Attempts {
        void run() throws IOException;
    }

    /**
     * Swaps {@code sub} in the export while something is tried.
     *
     * @param dir holds the export, and what is moved out of the way
     * @param outside where the link leads
     */
    static void subOf(Path export, Path dir, Path outside, Attempts attempts) throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicReference<@Nullable IOException> failed = new AtomicReference<>();
        CountDownLatch swapping = new CountDownLatch(1);
        Thread swapper = Thread.ofPlatform().daemon().start(() -> {
            try {
                Path link = Files.createSymbolicLink(dir.resolve("link"), outside);
                while (!stop.get()) {
                    Files.move(export.resolve("sub"), dir.resolve("moved"));
                    Files.move(link, export.resolve("sub"));
                    swapping.countDown();
                    Files.move(export.resolve("sub"), link);
                    Files.move(dir.resolve("moved"), export.resolve("sub"));
                }
            } catch (IOException e) {
                failed.set(e);
            }
        });
        swapping.await();
        try {
            attempts.run();
        } finally {
            stop.set(true);
            swapper.join();
        }
        assertEquals(null, failed.get());
    }
}
