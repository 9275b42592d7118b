package org.ninep.nbd.cli.files;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.ninep.client.NinepUri;
import org.ninep.client.RemoteFile;
import org.ninep.nbd.cli.common.ClientOptions;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.nbd.cli.common.Streams;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Renames and moves. Confined to one thread. */
@Command(name = "mv", description = {
        "Rename files and directories on a 9P server, or move them to another directory of the same export.",
        "What is there under the new name is replaced, at once, as rename(2) does it."
}, footerHeading = "%nExamples:%n", footer = {
        "  ninep mv '9p://server/new.squashfs?aname=/srv' /root.squashfs",
        "  ninep mv '9p://server/a?aname=/srv' '9p://server/b?aname=/srv' /old/"
})
public final class MvCommand implements Callable<Integer> {

    @Option(names = {"-n",
            "--no-clobber"}, description = "Replace nothing: what is there already is an error. It is looked for first; the protocol has no way to do both at once.")
    private boolean keep;

    @Option(names = {"-f",
            "--force"}, description = "Replace what is there, which is the default: takes back --no-clobber.")
    private boolean force;

    @Option(names = {"-T",
            "--no-target-directory"}, description = "TARGET is the new name, also where there is a directory or a link.")
    private boolean isName;

    @Parameters(arity = "2..*", paramLabel = "SOURCE... TARGET", hideParamSyntax = true, description = {
            "SOURCE is what is moved: " + FileArgument.URI,
            "TARGET is the new name, or a directory to move into: a URI in the same export, or a path from its root, which"
                    + " begins with / and is not percent-encoded."
    })
    private List<String> arguments = new ArrayList<>();

    @Mixin
    private final ClientOptions options;

    private final Streams streams;

    /** For one run of the program. */
    public MvCommand(Streams streams) {
        this.streams = streams;
        options = new ClientOptions(streams);
    }

    @Override
    public Integer call() throws IOException {
        NinepUri first = Exports.uri(arguments.getFirst(), "SOURCE");
        List<NinepUri> sources = new ArrayList<>();
        for (String source : arguments.subList(0, arguments.size() - 1)) {
            sources.add(Exports.another(source, "SOURCE", first));
        }
        NinepUri to = Exports.another(arguments.getLast(), "TARGET", first);
        Target.Kind kind = Target.Kind.of(isName, sources.size());
        Failures failures = new Failures("mv", streams);
        try (Exports exports = new Exports(options)) {
            RemoteFile root = exports.root(first);
            try (Target target = Target.of(root, to.path(), kind)) {
                for (NinepUri source : sources) {
                    failures.each(() -> move(root, source.path(), target));
                }
            }
        }
        return failures.status();
    }

    private void move(RemoteFile root, String path, Target target) throws IOException {
        try (Place from = Place.of(root, path, "be moved")) {
            Place to = target.place(from.name());
            refuse(from, to);
            from.names().rename(from.name(), to.names(), to.name());
        }
    }

    /** What rename(2) would take, but nobody means. */
    private void refuse(Place from, Place to) throws IOException {
        try (RemoteFile source = from.walk(); RemoteFile there = to.find()) {
            if (there == null) {
                return;
            }
            if (there.qid().path() == source.qid().path()) {
                throw new CommandFailure(ExitStatus.UNUSABLE,
                        from + ": is the same file as " + to.path() + " already");
            }
            if (keep && !force) {
                throw new CommandFailure(ExitStatus.UNUSABLE, to + ": exists already; it is kept, and "
                        + from.path() + " is not moved");
            }
        }
    }
}
