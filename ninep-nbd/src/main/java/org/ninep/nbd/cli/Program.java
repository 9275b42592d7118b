package org.ninep.nbd.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
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
        return commandLineFor(args).execute(args);
    }

    /** With all commands. */
    CommandLine commandLine() {
        return commandLine(commands().values());
    }

    /**
     * With the command alone that is named. To make one is to look at every annotation of its options, and for all commands that takes
     * longer than the rest of the program's start.
     *
     * @param args the command line; if it names no command, they are all there, for help and for suggestions
     */
    CommandLine commandLineFor(String... args) {
        Map<String, Supplier<Object>> commands = commands();
        for (String arg : args) {
            Supplier<Object> named = commands.get(arg);
            if (named != null) {
                return commandLine(List.of(named));
            }
            if (!arg.startsWith("-")) {
                break;
            }
        }
        return commandLine(commands.values());
    }

    /** By name, in the order of the help. */
    private Map<String, Supplier<Object>> commands() {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("serve", () -> new ServeCommand(this));
        commands.put("nbd", () -> new NbdCommand(this));
        commands.put("status", () -> new StatusCommand(this));
        commands.put("replicas", () -> new ReplicasCommand(this));
        commands.put("ls", () -> new LsCommand(streams));
        commands.put("stat", () -> new StatCommand(streams));
        commands.put("cat", () -> new CatCommand(streams));
        commands.put("get", () -> new GetCommand(streams));
        commands.put("put", () -> new PutCommand(streams));
        commands.put("mkdir", () -> new MkdirCommand(streams));
        commands.put("rm", () -> new RmCommand(streams));
        commands.put("mv", () -> new MvCommand(streams));
        commands.put("ln", () -> new LnCommand(streams));
        commands.put("chmod", this::chmod);
        commands.put("tree", () -> new TreeCommand(streams));
        commands.put("check", () -> new CheckCommand(this));
        commands.put("munge", this::munge);
        commands.put("demo", () -> new DemoCommand(this));
        commands.put("completion", () -> new CompletionCommand(this));
        return commands;
    }

    private CommandLine commandLine(Collection<Supplier<Object>> commands) {
        NinepCommand ninep = new NinepCommand();
        CommandLine line = new CommandLine(ninep);
        for (Supplier<Object> command : commands) {
            line.addSubcommand(command.get());
        }
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

    private CommandLine munge() {
        return new CommandLine(new MungeCommand())
                .addSubcommand(new MungeEncodeCommand(this))
                .addSubcommand(new MungeDecodeCommand(this));
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }
}
