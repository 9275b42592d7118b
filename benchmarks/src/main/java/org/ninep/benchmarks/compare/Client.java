package org.ninep.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs that do something and end. Only one runs at a time, so that what the children have used is its own. */
final class Client {
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final Path work;

    /** @param work for what they print */
    Client(Path work) {
        this.work = work;
    }

    /**
     * What one did. Immutable.
     *
     * @param seconds from its start to its end
     * @param cpuSeconds what it has used of the processors
     * @param output what it has printed to standard output; empty if that was thrown away
     */
    record Run(double seconds, double cpuSeconds, String output) {}

    /** Runs one, and keeps what it prints. */
    Run run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(work, "client", ".out");
        try {
            Run run = run(command, ProcessBuilder.Redirect.to(output.toFile()));
            return new Run(run.seconds(), run.cpuSeconds(), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }

    /** Runs one, and throws away what it prints. */
    Run discard(List<String> command) throws IOException, InterruptedException {
        return run(command, ProcessBuilder.Redirect.DISCARD);
    }

    private Run run(List<String> command, ProcessBuilder.Redirect output) throws IOException, InterruptedException {
        Path errors = Files.createTempFile(work, "client", ".err");
        double before = children();
        long begin = System.nanoTime();
        Process process = new ProcessBuilder(command).redirectOutput(output).redirectError(errors.toFile()).start();
        try {
            if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("not done after " + LONGEST.toSeconds() + " s: " + String.join(" ", command));
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            if (process.exitValue() != 0) {
                throw new IOException("status " + process.exitValue() + ": " + String.join(" ", command) + ": "
                        + Files.readString(errors).strip());
            }
            return new Run(seconds, children() - before, "");
        } finally {
            process.destroyForcibly();
            Files.delete(errors);
        }
    }

    private static double children() throws IOException {
        return ProcFs.cpu(ProcessHandle.current().pid()).children();
    }
}
