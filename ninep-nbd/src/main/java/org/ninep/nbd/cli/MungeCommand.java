package org.ninep.nbd.cli;

import java.util.concurrent.Callable;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.ExitStatus;
import picocli.CommandLine.Command;

/** Makes and checks credentials. Confined to one thread. */
@Command(name = "munge", description = "Make and check MUNGE credentials, as munge and unmunge do.", synopsisSubcommandLabel = "encode|decode")
final class MungeCommand implements Callable<Integer> {

    @Override
    public Integer call() throws CommandFailure {
        throw new CommandFailure(ExitStatus.USAGE, "encode or decode is missing");
    }
}
