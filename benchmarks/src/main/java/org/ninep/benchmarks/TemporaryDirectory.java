package org.ninep.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/**
 * A directory for the length of a benchmark, which is removed with all that is in it. Immutable.
 *
 * @param path where it is
 */
public record TemporaryDirectory(Path path) implements Closeable {
    /** Makes one where the system has such. */
    static TemporaryDirectory make(String prefix) throws IOException {
        return new TemporaryDirectory(Files.createTempDirectory(prefix));
    }

    /** Idempotent. What somebody else removes meanwhile is as good as removed. */
    @Override
    public void close() throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (var all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
