package org.ninep.nbd.cli.common;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * The streams of one run of the program.
 *
 * <p>Immutable.
 *
 * @param in what it is given to work on
 * @param out text for whoever uses the result
 * @param rawOut the same stream, for content
 * @param err text for the person at the terminal
 */
public record Streams(InputStream in, PrintStream out, WritableByteChannel rawOut, PrintStream err) {

    /** All that comes from standard input; fails if that is more. */
    public byte[] input(int most) throws IOException {
        byte[] all = in.readNBytes(most + 1);
        if (all.length > most) {
            throw new CommandFailure(ExitStatus.FAILED, "more than " + most + " bytes on standard input");
        }
        return all;
    }

    /** Writes all of the bytes to standard output. */
    public void write(ByteBuffer bytes) throws CommandFailure {
        writeAll(rawOut, bytes, "to standard output");
    }

    /**
     * Writes all of the bytes.
     *
     * @param where they go, for people
     */
    public static void writeAll(WritableByteChannel out, ByteBuffer bytes, String where) throws CommandFailure {
        try {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.FAILED, "cannot write " + where + ": " + Complaints.words(e), e);
        }
    }
}
