package org.ninep.nbd.cli.copy;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.nbd.cli.common.Streams;
import org.ninep.nbd.cli.files.FileArgument;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints a file's content. Confined to one thread. */
@Command(name = "cat", description = "Write a file of a 9P server to standard output.")
public final class CatCommand implements Callable<Integer> {

    @Mixin
    private final FileArgument argument;

    private final Streams streams;

    public CatCommand(Streams streams) {
        this.streams = streams;
        argument = new FileArgument(streams);
    }

    @Override
    public Integer call() throws IOException {
        try (FileArgument.Found found = argument.open()) {
            PipelinedCopy.copy(found.file(), found.attr().size(), argument.options().timeout(),
                    (bytes, _) -> streams.write(bytes));
        }
        return ExitStatus.OK;
    }
}
