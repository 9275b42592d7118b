package org.ninep.nbd.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.RunLast;

/**
 * One run of the program: its streams, and its commands.
 *
 * <p>Immutable.
 *
 * @param in what it is given to work on
 * @param out text for whoever uses the result
 * @param rawOut the same stream, for content
 * @param err text for the person at the terminal
 */
record Program(InputStream in, PrintStream out, WritableByteChannel rawOut, PrintStream err) {

    /** All that comes from standard input; fails if that is more. */
    byte[] input(int most) throws IOException {
        byte[] all = in.readNBytes(most + 1);
        if (all.length > most) {
            throw new CommandFailure(ExitStatus.FAILED, "more than " + most + " bytes on standard input");
        }
        return all;
    }

    int run(String... args) {
        return commandLine().execute(args);
    }

    CommandLine commandLine() {
        NinepCommand ninep = new NinepCommand();
        CommandLine line = new CommandLine(ninep)
                .addSubcommand(new ServeCommand(this))
                .addSubcommand(new NbdCommand(this))
                .addSubcommand(new StatusCommand(this))
                .addSubcommand(new ReplicasCommand(this))
                .addSubcommand(new LsCommand(this))
                .addSubcommand(new StatCommand(this))
                .addSubcommand(new CatCommand(this))
                .addSubcommand(new GetCommand(this))
                .addSubcommand(new CommandLine(new MungeCommand())
                        .addSubcommand(new MungeEncodeCommand(this))
                        .addSubcommand(new MungeDecodeCommand(this)))
                .addSubcommand(new DemoCommand(this))
                .addSubcommand(new CompletionCommand(this));
        Complaints complaints = new Complaints(this);
        return line.setOut(writer(out))
                .setErr(writer(err))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpLongOptionsMaxWidth(28)
                .setParameterExceptionHandler(complaints)
                .setExecutionExceptionHandler(complaints)
                .setExecutionStrategy(parsed -> {
                    Logs.configure(ninep.verbose());
                    return new RunLast().execute(parsed);
                });
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }
}
