package org.ninep.nbd.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.ninep.peer.Peers;
import org.ninep.peer.Tool;

/** Something mounted, until it is closed. */
interface Mounted extends AutoCloseable {
    /** For a mount to be there, and for its program to end after it. */
    Duration PATIENCE = Duration.ofSeconds(60);

    Path where();

    boolean isAlive();

    @Override
    void close() throws IOException;

    /**
     * Unmounts, and tries again while that is busy: when another test starts a program, that has all that this JVM has open, too,
     * until it runs.
     */
    private static void unmount(Path directory) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Tool tried;
        do {
            tried = Tool.attempt("umount", directory.toString());
        } while (tried.output().contains("target is busy") && System.nanoTime() < end);
        if (tried.status() != 0) {
            throw new AssertionError(tried.toString());
        }
    }

    /** The NBD export as the file {@code nbd} in the directory. */
    static Mounted nbdfuse(Path directory, String uri) throws IOException {
        Process process = new ProcessBuilder(Peers.require("nbdfuse"), "-r", directory.toString(), uri).inheritIO()
                .start();
        Mounted mounted = new Mounted() {
            @Override
            public Path where() {
                return directory;
            }

            @Override
            public boolean isAlive() {
                return process.isAlive();
            }

            @Override
            public void close() throws IOException {
                unmount(directory);
                if (!Tool.ended(process, PATIENCE)) {
                    process.destroyForcibly();
                    throw new IOException("nbdfuse did not end when it was unmounted");
                }
            }
        };
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end && !Tool.ended(process, Duration.ofMillis(20))) {
            if (Files.exists(directory.resolve("nbd"))) {
                return mounted;
            }
        }
        mounted.close();
        throw new IOException("nbdfuse did not mount " + uri);
    }

    /** The file system image in the file, through a read-only loop device. */
    static Mounted image(FileSystemImages.Kind kind, Path directory, Path image) throws IOException {
        String loop = Tool.run("losetup", "--find", "--show", "--read-only", image.toString()).output().strip();
        try {
            Tool.run("mount", "-t", kind.type(), "-o", kind.options, loop, directory.toString());
        } catch (AssertionError e) {
            Tool.attempt("losetup", "--detach", loop);
            throw e;
        }
        return new Mounted() {
            @Override
            public Path where() {
                return directory;
            }

            @Override
            public boolean isAlive() {
                return true;
            }

            @Override
            public void close() throws IOException {
                unmount(directory);
                Tool.run("losetup", "--detach", loop);
            }
        };
    }
}
