package org.ninep.benchmarks.compare;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ninep.benchmarks.TemporaryDirectory;

/** What the parts of the benchmark share. Confined to one thread, but for {@link #close}. */
final class Bench implements Closeable {
    private final Options options;
    private final Results results;
    private final Path work;
    private final Programs programs;
    private final Servers servers;
    private final Client client;
    private final Image image;
    private final Image small;
    private final Image tiny;
    private final long end;

    /**
     * Makes the images.
     *
     * @param ninep the program of this checkout
     */
    Bench(Options options, Results results, Path work, Path ninep) throws IOException {
        this.options = options;
        this.results = results;
        this.work = work;
        this.end = System.nanoTime() + options.limit().toNanos();
        this.programs = new Programs(work);
        this.servers = new Servers(programs, work, ninep);
        this.client = new Client(work);
        Path export = Files.createDirectory(work.resolve("export"));
        this.image = Image.create(export.resolve("image"), options.mebibytes());
        this.small = Image.create(export.resolve("small"), options.smallMebibytes());
        this.tiny = Image.create(export.resolve("tiny"), options.linkMebibytes());
    }

    Options options() {
        return options;
    }

    Results results() {
        return results;
    }

    /** A directory for files of this run. */
    Path work() {
        return work;
    }

    Programs programs() {
        return programs;
    }

    Servers servers() {
        return servers;
    }

    Client client() {
        return client;
    }

    Image image() {
        return image;
    }

    Image small() {
        return small;
    }

    /** For what goes over a link. */
    Image tiny() {
        return tiny;
    }

    /** The directory in which the images are. */
    Path export() {
        return work.resolve("export");
    }

    /** Whether the time is over within which rounds may begin. */
    boolean isLate() {
        return System.nanoTime() - end > 0;
    }

    /** Tells how far it is. */
    void say(String message) {
        System.err.println("compare: " + message);
    }

    /** Says that something failed, and goes on; but not of what fails because all is to end. */
    void failed(String what, Exception cause) {
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        String message = what + ": " + (cause.getMessage() == null ? cause.toString() : cause.getMessage());
        results.fail(message.lines().findFirst().orElse(what));
        say("FAILED: " + message);
    }

    /** Ends all programs, and removes all files. */
    @Override
    public void close() throws IOException {
        programs.close();
        ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
        new TemporaryDirectory(work).close();
    }
}
