package org.ninep.nbd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A command that was run to its end within this process. */
public final class Ran {

    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final int status;
    private final byte[] bytes;
    private final String err;

    private Ran(int status, byte[] bytes, String err) {
        this.status = status;
        this.bytes = bytes;
        this.err = err;
    }

    /** Runs it with nothing on standard input. */
    public static Ran of(String... arguments) {
        return of(new byte[0], arguments);
    }

    /**
     * Runs it.
     *
     * @param input what comes from standard input
     */
    public static Ran of(byte[] input, String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int status = assertTimeoutPreemptively(LONGEST, () -> Main.run(
                arguments,
                new ByteArrayInputStream(input),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8)));
        return new Ran(status, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
    }

    /** What a command that succeeds prints. */
    public static String output(String... arguments) {
        Ran ran = of(arguments);
        assertEquals(0, ran.status, ran.err);
        return ran.out();
    }

    public int status() {
        return status;
    }

    public byte[] bytes() {
        return bytes;
    }

    public String err() {
        return err;
    }

    public String out() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The one line on standard error. */
    public String complaint() {
        assertEquals(1, err.lines().count(), err);
        return err.strip();
    }
}
