package org.ninep.nbd.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The command line as a process of its own, from its first {@code ready:} line to its end. */
final class Program implements AutoCloseable {
    private final Process process;
    private final BlockingQueue<String> printed = new LinkedBlockingQueue<>();

    private Program(Process process) {
        this.process = process;
        Thread.ofVirtual().start(() -> {
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                lines.lines().forEach(printed::add);
            } catch (IOException | java.io.UncheckedIOException ended) {
                // what was printed before counts
            }
        });
    }

    /** Starts {@code ninep} with these arguments; its log goes where the test's own goes. */
    static Program start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                "org.ninep.nbd.cli.Main"));
        command.addAll(List.of(arguments));
        return new Program(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /** The URI of the next {@code ready:} line. */
    String ready() throws InterruptedException {
        String line = printed.poll(60, TimeUnit.SECONDS);
        if (line == null || !line.startsWith("ready: ")) {
            throw new AssertionError("expected a line \"ready: ...\", but got " + line);
        }
        return line.substring("ready: ".length());
    }

    /** Sends SIGTERM and waits; the program must end in order. */
    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the program did not end within 20 s of SIGTERM");
        }
        if (process.exitValue() != 0) {
            throw new AssertionError("the program ended with status " + process.exitValue() + " on SIGTERM");
        }
    }
}
