package org.ninep.nbd.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints a file's content. Confined to one thread. */
@Command(name = "cat", description = "Write a file of a 9P server to standard output.")
final class CatCommand implements Callable<Integer> {

    @Mixin
    private final FileArgument argument;

    private final Program program;

    CatCommand(Program program) {
        this.program = program;
        argument = new FileArgument(program);
    }

    @Override
    public Integer call() throws IOException {
        try (FileArgument.Found found = argument.open()) {
            PipelinedCopy.copy(found.file(), found.attr().size(), argument.options().timeout(),
                    (bytes, _) -> PipelinedCopy.writeAll(program.rawOut(), bytes, "to standard output"));
        }
        return ExitStatus.OK;
    }
}
