package org.ninep.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A program of others that is run to its end, within a time.
 *
 * <p>
 * Immutable.
 *
 * @param command what was run
 * @param status its exit status
 * @param output what it printed, standard output and error together
 */
public record Tool(List<String> command, int status, String output) {
    private static final Duration LONGEST = Duration.ofMinutes(3);

    /**
     * Runs it, and fails unless its status is 0.
     *
     * @param command the program's name and its arguments
     * @return how it ended
     */
    public static Tool run(String... command) throws IOException {
        Tool ended = attempt(command);
        if (ended.status() != 0) {
            throw new AssertionError(ended.toString());
        }
        return ended;
    }

    /** Runs it to its end, whatever that is; killed and failed if it takes longer than three minutes. */
    public static Tool attempt(String... command) throws IOException {
        List<String> whole = new ArrayList<>(List.of(command));
        whole.set(0, Peers.require(command[0]));
        Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
        process.getOutputStream().close();
        StringBuilder output = new StringBuilder();
        Thread reader = Thread.ofVirtual().start(() -> read(process, output));
        boolean ended = ended(process, LONGEST);
        if (!ended) {
            process.destroyForcibly();
        }
        join(reader);
        if (!ended) {
            throw new AssertionError("not ended after " + LONGEST + ": " + whole + "\n" + output);
        }
        synchronized (output) {
            return new Tool(whole, process.exitValue(), output.toString());
        }
    }

    /**
     * Waits for a process to end.
     *
     * @return whether it has ended within that time
     * @throws InterruptedIOException if the thread is interrupted, as tests are that take too long; it stays so
     */
    public static boolean ended(Process process, Duration atMost) throws InterruptedIOException {
        try {
            return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new InterruptedIOException("interrupted while a process ran: " + process.info());
        }
    }

    /** The lines that a process prints, as they come. */
    public static BlockingQueue<String> lines(BufferedReader from) {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        Thread.ofVirtual().start(() -> {
            try (from) {
                from.lines().forEach(lines::add);
            } catch (IOException | UncheckedIOException ended) {
                // the process was killed; what it printed before counts
            }
        });
        return lines;
    }

    private static void join(Thread reader) throws InterruptedIOException {
        try {
            reader.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a process' output was read");
        }
    }

    private static void read(Process process, StringBuilder output) {
        try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
            String line;
            while ((line = lines.readLine()) != null) {
                synchronized (output) {
                    output.append(line).append('\n');
                }
            }
        } catch (IOException ended) {
            // the process was killed; what it printed before counts
        }
    }

    /** The command, the status and all the output, for a failure's message. */
    @Override
    public String toString() {
        return String.join(" ", command) + "\nended with status " + status + ":\n" + output;
    }
}
