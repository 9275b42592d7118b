package org.ninep.nbd.cli.copy;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ninep.client.NinepUri;
import org.ninep.nbd.cli.common.ClientOptions;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.nbd.cli.common.Streams;
import org.ninep.nbd.cli.files.Exports;
import org.ninep.nbd.cli.files.Failures;
import org.ninep.nbd.cli.files.FileArgument;
import org.ninep.nbd.cli.files.Place;
import org.ninep.nbd.cli.files.Target;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies local files to a server. Confined to one thread. */
@Command(name = "put", description = {
        "Copy local files and trees to a 9P server.",
        "Each file appears under its name when it is whole, and replaces what was there at once; until then it has another"
                + " name in the same directory, .ninep-NUMBER.part."
}, footerHeading = "%nExamples:%n", footer = {
        "  ninep put root.squashfs 9p://server/?aname=/srv",
        "  ninep put -rp images/ '9p://server/new/images?aname=/srv'",
        "  tar -c . | ninep put - '9p://server/backup.tar?aname=/srv'"
})
public final class PutCommand implements Callable<Integer> {

    @Option(names = {"-r", "-R",
            "--recursive"}, description = "Copy directories, with what is in them. Links are copied as links; sockets, pipes and devices are told and left out.")
    private boolean recursive;

    @Option(names = {"-L",
            "--dereference"}, description = "Copy what links lead to, out of the tree, too. Without --recursive this is so for a SOURCE that is a link.")
    private boolean follow;

    @Option(names = {"-p",
            "--preserve"}, description = "Give permissions and times as they are here; owner, set-user-ID, set-group-ID and sticky bits are not. Without this, permissions are those here without the umask.")
    private boolean preserve;

    @Option(names = {"-T",
            "--no-target-directory"}, description = "URI is the name of the copy, also where there is a directory or a link.")
    private boolean isName;

    @Option(names = "--no-sync", description = "Do not have the server put each file on its disk before it gets its name: faster, but a crash of the server may leave an empty file.")
    private boolean noSync;

    @Option(names = {"-q",
            "--quiet"}, description = "No progress bar. There is one for a single file, if standard error is a terminal.")
    private boolean quiet;

    @Parameters(arity = "2..*", paramLabel = "SOURCE... URI", hideParamSyntax = true, description = {
            "SOURCE is a local file, or - for standard input.",
            "URI is a name, or a directory: " + FileArgument.URI
    })
    private List<String> arguments = new ArrayList<>();

    @Mixin
    private final ClientOptions options;

    private final Streams streams;

    /** For one run of the program. */
    public PutCommand(Streams streams) {
        this.streams = streams;
        options = new ClientOptions(streams);
    }

    @Override
    public Integer call() throws IOException {
        List<String> sources = arguments.subList(0, arguments.size() - 1);
        NinepUri uri = Exports.uri(arguments.getLast(), "URI");
        Target.Kind kind = Target.Kind.of(isName, sources.size());
        Failures failures = new Failures("put", streams);
        Uploads uploads = new Uploads(new PipelinedWrites(options.timeout()), preserve, !noSync, this::progress);
        TreePut tree = new TreePut(uploads, failures, follow);
        try (Exports exports = new Exports(options); Target target = Target.of(exports.root(uri), uri.path(), kind)) {
            for (String source : sources) {
                failures.each(() -> put(source, target, uploads, tree));
            }
        }
        return failures.status();
    }

    private @Nullable Progress progress(String name, long size) {
        return quiet || recursive || !Progress.isTerminal()
                ? null
                : new Progress(streams.err(), name, size, System::nanoTime);
    }

    private void put(String source, Target target, Uploads uploads, TreePut tree) throws IOException {
        if (source.equals("-")) {
            if (target.name() == null) {
                throw new CommandFailure(ExitStatus.UNUSABLE, target.directory()
                        + ": is a directory, and standard input has no name that the copy could have in it");
            }
            ReadableByteChannel in = Channels.newChannel(streams.in());
            uploads.file(in, "standard input", null, target.place(""));
            return;
        }
        Path path = path(source);
        boolean followed = follow || !recursive || source.endsWith("/");
        PosixFileAttributes attributes = attributes(path, followed);
        String name = name(path);
        if (attributes.isDirectory()) {
            if (!recursive) {
                throw new CommandFailure(ExitStatus.UNUSABLE,
                        path + ": is a directory; --recursive copies it, with what is in it");
            }
            Place to = name == null && target.name() == null ? null : target.place(name == null ? "" : name);
            tree.put(path, target.directory(), to);
        } else if (attributes.isSymbolicLink()) {
            uploads.link(path, target.place(String.valueOf(name)));
        } else {
            try (ReadableByteChannel content = open(path)) {
                uploads.file(content, source, attributes, target.place(String.valueOf(name)));
            }
        }
    }

    private static Path path(String source) throws CommandFailure {
        try {
            return Path.of(source);
        } catch (InvalidPathException e) {
            throw new CommandFailure(ExitStatus.USAGE, "SOURCE: " + e.getMessage(), e);
        }
    }

    private static PosixFileAttributes attributes(Path path, boolean followed) throws CommandFailure {
        LinkOption[] links = followed ? new LinkOption[0] : new LinkOption[]{LinkOption.NOFOLLOW_LINKS};
        try {
            return Files.readAttributes(path, PosixFileAttributes.class, links);
        } catch (FileSystemException e) {
            throw Uploads.unreadable(path, e);
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.FAILED, "cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    private static ReadableByteChannel open(Path path) throws IOException {
        try {
            return Files.newByteChannel(path);
        } catch (FileSystemException e) {
            throw Uploads.unreadable(path, e);
        }
    }

    /** What the copy is called, or null if it is not said. */
    private static @Nullable String name(Path path) {
        Path last = path.getFileName();
        String name = last == null ? "" : LocalNames.of(last);
        return name.isEmpty() || name.equals(".") || name.equals("..") ? null : name;
    }
}
