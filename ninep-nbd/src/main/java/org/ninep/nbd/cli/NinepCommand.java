package org.ninep.nbd.cli;

import java.util.concurrent.Callable;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.ExitStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What all commands have in common. Confined to one thread. */
@Command(name = "ninep", description = "Files over 9P2000.L, and block devices made of them.", mixinStandardHelpOptions = true, scope = ScopeType.INHERIT, versionProvider = Version.class, usageHelpWidth = 100, synopsisSubcommandLabel = "COMMAND", exitCodeListHeading = "%nExit status:%n", exitCodeList = {
        "0:done; also after SIGTERM or SIGINT, for a server",
        "1:any other failure",
        "2:malformed option or URI",
        "3:a 9P server cannot be reached, does not answer, or the connection was lost",
        "4:the 9P server refused: the message ends with its error (ENOENT, EACCES and so on)",
        "5:the peer does not speak 9P2000.L, or breaks it",
        "6:the file is not what is needed: a directory or an empty file as an image, for instance",
        "7:cannot listen at an address",
        "8:no MUNGE credential can be made, or one is not good"
})
final class NinepCommand implements Callable<Integer> {

    @Option(names = {"-v", "--verbose"}, scope = ScopeType.INHERIT, description = "Log details, on standard error.")
    private boolean verbose;

    boolean verbose() {
        return verbose;
    }

    @Override
    public Integer call() throws CommandFailure {
        throw new CommandFailure(ExitStatus.USAGE, "a command is missing, such as serve, nbd or ls");
    }
}
