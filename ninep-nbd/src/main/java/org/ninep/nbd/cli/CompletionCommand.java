package org.ninep.nbd.cli;

import java.util.concurrent.Callable;
import org.ninep.nbd.cli.common.ExitStatus;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** Prints the shell's side of completion. Confined to one thread. */
@Command(name = "completion", description = {
        "Print a script that makes bash and zsh complete ninep's commands and options.",
        "To use it now: source <(ninep completion)"
})
final class CompletionCommand implements Callable<Integer> {

    private final Program program;

    CompletionCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        program.out().print(AutoComplete.bash("ninep", program.commandLine()));
        program.out().flush();
        return ExitStatus.OK;
    }
}
