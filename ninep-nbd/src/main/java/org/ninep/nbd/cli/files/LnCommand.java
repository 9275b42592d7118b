package org.ninep.nbd.cli.files;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ninep.client.NinepUri;
import org.ninep.client.RemoteFile;
import org.ninep.nbd.cli.common.ClientOptions;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.Converters;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.nbd.cli.common.Streams;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes links. Confined to one thread. */
@Command(name = "ln", description = {
        "Make a link on a 9P server: a further name for a file, or with --symbolic a file that holds the path of another."
}, footerHeading = "%nExamples:%n", footer = {
        "  ninep ln /root-2026-11.squashfs '9p://server/root.squashfs?aname=/srv'",
        "  ninep ln -sfT root-2026-12.squashfs '9p://server/current?aname=/srv'"
})
public final class LnCommand implements Callable<Integer> {

    @Option(names = {"-s", "--symbolic"}, description = "Make a symbolic link.")
    private boolean symbolic;

    @Option(names = {"-f",
            "--force"}, description = "Replace a file or a link of that name, at once (default: it is an error).")
    private boolean force;

    @Option(names = {"-T",
            "--no-target-directory"}, description = "URI is the link's name, also where there is a directory or a link.")
    private boolean isName;

    @Parameters(index = "0", paramLabel = "TARGET", description = "What the link leads to. With --symbolic any text, which is looked at by nobody; otherwise a file: a URI in the same export, or a"
            + " path from its root, which begins with / and is not percent-encoded.")
    private @Nullable String target;

    @Parameters(index = "1", paramLabel = "URI", converter = Converters.OfUri.class, description = "The link's name, or a directory for it. "
            + FileArgument.URI)
    private @Nullable NinepUri uri;

    @Mixin
    private final ClientOptions options;

    /** For one run of the program. */
    public LnCommand(Streams streams) {
        options = new ClientOptions(streams);
    }

    @Override
    public Integer call() throws IOException {
        String to = Objects.requireNonNull(target, "the parser demands a target");
        NinepUri link = Objects.requireNonNull(uri, "the parser demands a URI");
        if (symbolic && (to.startsWith("9p:") || to.startsWith("9p+unix:") || to.isEmpty())) {
            throw new CommandFailure(ExitStatus.USAGE,
                    "TARGET: a symbolic link holds a path, as the server's clients see it, and not \"" + to + "\"");
        }
        String path = symbolic ? to : Exports.another(to, "TARGET", link).path();
        try (Exports exports = new Exports(options)) {
            RemoteFile root = exports.root(link);
            try (Target where = Target.of(root, link.path(), isName ? Target.Kind.NAME : Target.Kind.EITHER)) {
                Place place = where.place(lastName(path, where));
                if (symbolic) {
                    Replacement.of(place, force, name -> place.names().symlink(name, to));
                } else {
                    hardLink(root, path, place);
                }
            }
        }
        return ExitStatus.OK;
    }

    private static String lastName(String path, Target where) throws CommandFailure {
        if (where.name() != null) {
            return where.name();
        }
        String last = Place.namesOf(path).stream().reduce("", (_, name) -> name);
        if (last.isEmpty() || last.equals("..")) {
            throw new CommandFailure(ExitStatus.UNUSABLE,
                    where.directory() + ": is a directory, and TARGET ends without a name that the link could have");
        }
        return last;
    }

    private void hardLink(RemoteFile root, String path, Place place) throws IOException {
        try (RemoteFile file = root.walk(path)) {
            if (file.qid().isDirectory()) {
                throw new CommandFailure(ExitStatus.UNUSABLE,
                        file + ": is a directory, which has one name; --symbolic makes a link to it");
            }
            try (RemoteFile there = place.find()) {
                if (force && there != null && there.qid().path() == file.qid().path()) {
                    return; // renaming one name of a file to another does nothing, and would leave the temporary one
                }
            }
            Replacement.of(place, force, name -> place.names().link(file, name));
        }
    }
}
