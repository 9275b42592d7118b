package org.ninep.nbd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.ninep.peer.Tool;

/** The program as a process of its own. Closing it kills what is left of it. */
public final class ProgramProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final BlockingQueue<String> out;
    private final BlockingQueue<String> err;

    private ProgramProcess(Process process) {
        this.process = process;
        this.out = Tool.lines(process.inputReader());
        this.err = Tool.lines(process.errorReader());
    }

    /** Starts {@code ninep} with these arguments. */
    public static ProgramProcess start(String... arguments) throws IOException {
        return start(Map.of(), List.of(), arguments);
    }

    /**
     * Starts {@code ninep} as another program does.
     *
     * @param wrapper a program and its arguments that ends by executing what follows
     */
    public static ProgramProcess start(Map<String, String> environment, List<String> wrapper, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(List.of(
                // a build that a script starts in the background ignores SIGINT, and so would all that it starts
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        String compiler = System.getProperty("ninep.testCompiler", "");
        if (!compiler.isEmpty()) {
            command.add(compiler);
        }
        command.addAll(List.of("-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "org.ninep.nbd.cli.Main"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return new ProgramProcess(builder.start());
    }

    /** The URI of the next {@code ready:} line. */
    public String ready() throws InterruptedException {
        String line = line();
        assertEquals("ready: ", line.substring(0, 7));
        return line.substring(7);
    }

    /** The next line on standard output. */
    public String line() throws InterruptedException {
        String line = out.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertNotNull(line, () -> "nothing on standard output; standard error: " + err);
        return line;
    }

    /** The next line on standard error. */
    public String complaint() throws InterruptedException {
        String line = err.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertNotNull(line, "nothing on standard error");
        return line;
    }

    /** Waits for a line on standard error that has this part, and passes over the others. */
    public void awaitComplaint(String part) throws InterruptedException {
        List<String> passed = new ArrayList<>();
        while (passed.isEmpty() || !passed.getLast().contains(part)) {
            String line = err.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertNotNull(line, () -> "no line with \"" + part + "\"; these were there: " + String.join("\n", passed));
            passed.add(line);
        }
    }

    /** Sends a signal by its name, and gives the status that the process ends with. */
    public int signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
        return status();
    }

    public int status() throws InterruptedException {
        assertTrue(process.waitFor(PATIENCE), "it did not end");
        return process.exitValue();
    }

    /** Sends SIGTERM and waits; the program must end in order. */
    public void stop() throws IOException {
        process.destroy();
        if (!Tool.ended(process, PATIENCE)) {
            process.destroyForcibly();
            throw new AssertionError("the program did not end within " + PATIENCE + " of SIGTERM");
        }
        assertEquals(0, process.exitValue(), () -> "on SIGTERM; standard error: " + err);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
