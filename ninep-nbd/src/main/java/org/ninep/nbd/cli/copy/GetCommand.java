package org.ninep.nbd.cli.copy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.Complaints;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.nbd.cli.common.Streams;
import org.ninep.nbd.cli.files.FileArgument;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies a file to the local disk. Confined to one thread. */
@Command(name = "get", description = {
        "Copy a file of a 9P server to the local disk.",
        "It appears under its name when it is whole; until then it has another one in the same directory."
})
public final class GetCommand implements Callable<Integer> {

    @Mixin
    private final FileArgument argument;

    @Parameters(index = "1", arity = "0..1", paramLabel = "FILE", description = "Where to, a file or a directory; the URI's last name, here, unless given. A file that is there is replaced.")
    private @Nullable Path file;

    @Option(names = {"-q",
            "--quiet"}, description = "No progress bar. There is one only if standard error is a terminal.")
    private boolean quiet;

    private final Streams streams;

    public GetCommand(Streams streams) {
        this.streams = streams;
        argument = new FileArgument(streams);
    }

    @Override
    public Integer call() throws IOException {
        Path target = target();
        try (FileArgument.Found found = argument.open()) {
            write(found, target);
        }
        return ExitStatus.OK;
    }

    private void write(FileArgument.Found found, Path target) throws IOException {
        Path part = target.resolveSibling("." + target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        boolean done = false;
        try {
            try (FileChannel out = create(part, target)) {
                copy(found, out, target);
                out.force(true);
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            done = true;
        } finally {
            if (!done) {
                Files.deleteIfExists(part);
            }
        }
    }

    private static FileChannel create(Path part, Path target) throws CommandFailure {
        try {
            return FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.FAILED, "cannot write " + target + ": " + Complaints.words(e), e);
        }
    }

    private Path target() throws CommandFailure {
        String path = argument.uri().path();
        String last = path.substring(path.lastIndexOf('/') + 1);
        boolean nameless = last.isEmpty() || last.equals(".") || last.equals("..");
        Path given = file;
        if (given != null && !(Files.isDirectory(given) && !nameless)) {
            return given.toAbsolutePath();
        }
        if (nameless) {
            throw new CommandFailure(ExitStatus.USAGE,
                    "FILE: the URI's path ends without a name, so one is needed here");
        }
        return (given == null ? Path.of(last) : given.resolve(last)).toAbsolutePath();
    }

    private void copy(FileArgument.Found found, FileChannel out, Path target) throws IOException {
        long size = found.attr().size();
        String name = target.getFileName().toString();
        Progress progress = quiet || !Progress.isTerminal()
                ? null
                : new Progress(streams.err(), name, size, System::nanoTime);
        PipelinedCopy.copy(found.file(), size, argument.options().timeout(), (bytes, end) -> {
            Streams.writeAll(out, bytes, target.toString());
            if (progress != null) {
                progress.at(end);
            }
        });
        if (progress != null) {
            progress.end(out.position());
        }
    }
}
