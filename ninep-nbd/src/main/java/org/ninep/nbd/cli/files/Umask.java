package org.ninep.nbd.cli.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The permissions that this process keeps from what it makes. */
public final class Umask {

    private static final int USUAL = 022;

    private Umask() {}

    /** Read when somebody asks, for most commands do not. */
    private static final class Known {

        private static final int UMASK = read();
    }

    /** The process's, or 022 where the platform does not say. */
    public static int ofThisProcess() {
        return Known.UMASK;
    }

    private static int read() {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("Umask:")).findFirst()
                    .map(line -> Integer.parseInt(line.substring("Umask:".length()).strip(), 8)).orElse(USUAL);
        } catch (IOException | NumberFormatException notLinux) {
            return USUAL;
        }
    }
}
