package org.ninep.nbd.cli.files;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ninep.client.NinepUri;
import org.ninep.client.RemoteFile;
import org.ninep.client.SetAttr;
import org.ninep.message.Attr;
import org.ninep.message.DirectoryEntry;
import org.ninep.nbd.cli.common.ClientOptions;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.Converters;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.nbd.cli.common.Streams;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Changes permissions. Confined to one thread. */
@Command(name = "chmod", description = {
        "Change permissions on a 9P server. Links are not followed: one that is named is an error, and those in a tree are"
                + " passed over.",
        "A change without u, g, o or a leaves out what the umask has."
}, footerHeading = "%nExamples:%n", footer = {
        "  ninep chmod 0644 9p://server/root.squashfs?aname=/srv",
        "  ninep chmod -R u=rwX,go=rX '9p://server/images?aname=/srv'"
})
public final class ChmodCommand implements Callable<Integer> {

    private static final int PERMISSIONS = 07777;

    @Option(names = {"-R", "--recursive"}, description = "Change directories and all that is in them.")
    private boolean recursive;

    @Parameters(index = "0", paramLabel = "MODE", converter = ModeChange.Converter.class, description = "Octal, 0644, or changes: [ugoa...][-+=][rwxXst...|u|g|o], separated by commas. X is x where there is one already, and for directories."
            + " Directories keep their set-user-ID and set-group-ID bits unless these are named, or there are five octal digits.")
    private @Nullable ModeChange mode;

    @Parameters(index = "1..*", paramLabel = "URI", arity = "1..*", converter = Converters.OfUri.class, description = FileArgument.URI)
    private List<NinepUri> uris = new ArrayList<>();

    @Mixin
    private final ClientOptions options;

    private final Streams streams;

    /** For one run of the program. */
    public ChmodCommand(Streams streams) {
        this.streams = streams;
        options = new ClientOptions(streams);
    }

    @Override
    public Integer call() throws IOException {
        Failures failures = new Failures("chmod", streams);
        try (Exports exports = new Exports(options)) {
            for (NinepUri uri : uris) {
                failures.each(() -> change(exports.root(uri).walk(uri.path()), failures));
            }
        }
        return failures.status();
    }

    private void change(RemoteFile file, Failures failures) throws IOException {
        if (recursive && file.qid().isDirectory()) {
            RemoteWalk.through(file, failures, new Change());
            return;
        }
        try (file) {
            if (file.qid().isSymlink()) {
                throw new CommandFailure(ExitStatus.UNUSABLE,
                        file + ": is a symbolic link, which has no permissions; name what it leads to");
            }
            change(file);
        }
    }

    private void change(RemoteFile file) throws IOException {
        Attr attr = file.getattr(Attr.MODE);
        if (attr.isSymlink()) {
            return;
        }
        int now = attr.mode() & PERMISSIONS;
        int wanted = Objects.requireNonNull(mode, "the parser demands a mode").apply(now, attr.isDirectory(),
                Umask.ofThisProcess());
        if (wanted != now) {
            file.setattr(SetAttr.NOTHING.withMode(wanted));
        }
    }

    private final class Change implements RemoteWalk.Visitor {

        @Override
        public void file(RemoteWalk.Level in, Place place, DirectoryEntry entry) throws IOException {
            try (RemoteFile file = place.walk()) {
                change(file);
            }
        }

        @Override
        public boolean enter(RemoteWalk.Level directory) throws IOException {
            change(directory.file());
            return true;
        }

        @Override
        public void leave(RemoteWalk.Level directory) {
            // its mode was changed before
        }
    }
}
