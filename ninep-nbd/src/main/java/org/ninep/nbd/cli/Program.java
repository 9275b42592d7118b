package org.ninep.nbd.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.ninep.nbd.cli.common.Complaints;
import org.ninep.nbd.cli.common.Credentials;
import org.ninep.nbd.cli.common.Streams;
import org.ninep.nbd.cli.copy.CatCommand;
import org.ninep.nbd.cli.copy.GetCommand;
import org.ninep.nbd.cli.copy.PutCommand;
import org.ninep.nbd.cli.files.ChmodCommand;
import org.ninep.nbd.cli.files.LnCommand;
import org.ninep.nbd.cli.files.LsCommand;
import org.ninep.nbd.cli.files.MkdirCommand;
import org.ninep.nbd.cli.files.MvCommand;
import org.ninep.nbd.cli.files.RmCommand;
import org.ninep.nbd.cli.files.StatCommand;
import org.ninep.nbd.cli.files.TreeCommand;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.RunLast;

/**
 * One run of the program: its streams, and its commands.
 *
 * <p>Immutable.
 *
 * @param streams what it reads and writes
 */
record Program(Streams streams) {

    /** Text for whoever uses the result. */
    PrintStream out() {
        return streams.out();
    }

    /** Text for the person at the terminal. */
    PrintStream err() {
        return streams.err();
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
                .addSubcommand(new LsCommand(streams))
                .addSubcommand(new StatCommand(streams))
                .addSubcommand(new CatCommand(streams))
                .addSubcommand(new GetCommand(streams))
                .addSubcommand(new PutCommand(streams))
                .addSubcommand(new MkdirCommand(streams))
                .addSubcommand(new RmCommand(streams))
                .addSubcommand(new MvCommand(streams))
                .addSubcommand(new LnCommand(streams))
                .addSubcommand(chmod())
                .addSubcommand(new TreeCommand(streams))
                .addSubcommand(new CheckCommand(this))
                .addSubcommand(new CommandLine(new MungeCommand())
                        .addSubcommand(new MungeEncodeCommand(this))
                        .addSubcommand(new MungeDecodeCommand(this)))
                .addSubcommand(new DemoCommand(this))
                .addSubcommand(new CompletionCommand(this));
        Complaints complaints = new Complaints(streams);
        return line.setOut(writer(out()))
                .setErr(writer(err()))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpLongOptionsMaxWidth(28)
                .setParameterExceptionHandler(complaints)
                .setExecutionExceptionHandler(complaints)
                .setExecutionStrategy(parsed -> {
                    Logs.configure(ninep.verbose());
                    try {
                        return new RunLast().execute(parsed);
                    } finally {
                        secrets(parsed).forEach(Credentials.Secret::wipe);
                    }
                });
    }

    /** What the options of a command hold that is not to stay in memory when the command has ended. */
    static List<Credentials.Secret> secrets(CommandLine.ParseResult parsed) {
        List<Credentials.Secret> secrets = new ArrayList<>();
        for (CommandLine command : parsed.asCommandLineList()) {
            collect(command.getCommandSpec(), secrets);
        }
        return secrets;
    }

    private static void collect(CommandSpec of, List<Credentials.Secret> secrets) {
        for (CommandSpec mixin : of.mixins().values()) {
            if (mixin.userObject() instanceof Credentials.Secret secret) {
                secrets.add(secret);
            }
            collect(mixin, secrets);
        }
    }

    /** A mode such as -w is no option. */
    private CommandLine chmod() {
        return new CommandLine(new ChmodCommand(streams)).setUnmatchedOptionsArePositionalParams(true);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }
}
