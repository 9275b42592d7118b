package org.ninep.nbd.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.nbd.cli.common.Streams;

/** The program {@code ninep}. Thread-safe. */
public final class Main {

    private Main() {}

    /**
     * Runs one command and ends the process with its status, which {@link ExitStatus} explains.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        Termination termination = Termination.ofThisProcess();
        FileOutputStream stdout = new FileOutputStream(FileDescriptor.out);
        PrintStream out = new PrintStream(stdout, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        termination.exit(new Program(new Streams(new FileInputStream(FileDescriptor.in), out, stdout.getChannel(), err))
                .run(args));
    }

    /** Runs one command within this process. An interrupt of the thread ends it as SIGTERM ends the program. */
    static int run(String[] args, InputStream in, PrintStream out, PrintStream err) {
        WritableByteChannel raw = Channels.newChannel(out);
        return new Program(new Streams(in, out, raw, err)).run(args);
    }
}
