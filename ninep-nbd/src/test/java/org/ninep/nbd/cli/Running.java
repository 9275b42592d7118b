package org.ninep.nbd.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A command that serves, on a thread of this process. Closing it interrupts it, and expects status 0. */
final class Running implements AutoCloseable {

    private final BlockingQueue<String> out = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> err = new LinkedBlockingQueue<>();
    private final FutureTask<Integer> run;
    private final Thread thread;

    private Running(String... arguments) {
        run = new FutureTask<>(() -> Main.run(arguments, InputStream.nullInputStream(), lines(out), lines(err)));
        thread = Thread.ofPlatform().name("ninep " + arguments[0]).start(run);
    }

    static Running start(String... arguments) {
        return new Running(arguments);
    }

    private static PrintStream lines(BlockingQueue<String> to) {
        return new PrintStream(
                new OutputStream() {
                    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

                    @Override
                    public void write(int b) {
                        if (b == '\n') {
                            to.add(line.toString(StandardCharsets.UTF_8));
                            line.reset();
                        } else {
                            line.write(b);
                        }
                    }
                },
                true,
                StandardCharsets.UTF_8);
    }

    /** The URI of the next {@code ready:} line. */
    String ready() throws InterruptedException {
        String line = out.poll(60, TimeUnit.SECONDS);
        assertNotNull(line, () -> "no ready line; standard error: " + err);
        assertEquals("ready: ", line.substring(0, 7));
        return line.substring(7);
    }

    /** The next line on standard error. */
    String complaint() throws InterruptedException {
        return assertLine(err.poll(60, TimeUnit.SECONDS));
    }

    private static String assertLine(String line) {
        assertNotNull(line, "nothing on standard error");
        return line;
    }

    boolean hasPrinted() {
        return !out.isEmpty();
    }

    @Override
    public void close() {
        thread.interrupt();
        assertEquals(0, assertDoesNotThrow(() -> run.get(60, TimeUnit.SECONDS)));
    }
}
