package org.ninep.nbd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A command that was run to its end within this process. */
final class Ran {

    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final int status;
    private final byte[] bytes;
    private final String err;

    private Ran(int status, byte[] bytes, String err) {
        this.status = status;
        this.bytes = bytes;
        this.err = err;
    }

    static Ran of(String... arguments) {
        return of(new byte[0], arguments);
    }

    /** @param input what comes from standard input */
    static Ran of(byte[] input, String... arguments) {
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
    static String output(String... arguments) {
        Ran ran = of(arguments);
        assertEquals(0, ran.status, ran.err);
        return ran.out();
    }

    int status() {
        return status;
    }

    byte[] bytes() {
        return bytes;
    }

    String err() {
        return err;
    }

    String out() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The one line on standard error. */
    String complaint() {
        assertEquals(1, err.lines().count(), err);
        return err.strip();
    }
}
