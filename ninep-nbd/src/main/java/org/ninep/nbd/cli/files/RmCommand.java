package org.ninep.nbd.cli.files;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.client.NinepUri;
import org.ninep.client.RemoteFile;
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

/** Removes files and trees. Confined to one thread. */
@Command(name = "rm", description = {
        "Remove files, links and directories on a 9P server. Links are removed and never followed.",
        "What cannot be removed is told, and the rest is removed all the same."
}, footerHeading = "%nExamples:%n", footer = {
        "  ninep rm 9p://server/old.squashfs?aname=/srv",
        "  ninep rm -rf '9p://server/build/tmp?aname=/srv'"
})
public final class RmCommand implements Callable<Integer> {

    @Option(names = {"-r", "-R", "--recursive"}, description = "Remove directories, with what is in them.")
    private boolean recursive;

    @Option(names = {"-f", "--force"}, description = "What is not there is no error.")
    private boolean force;

    @Parameters(paramLabel = "URI", arity = "1..*", converter = Converters.OfUri.class, description = FileArgument.URI)
    private List<NinepUri> uris = new ArrayList<>();

    @Mixin
    private final ClientOptions options;

    private final Streams streams;

    /** For one run of the program. */
    public RmCommand(Streams streams) {
        this.streams = streams;
        options = new ClientOptions(streams);
    }

    @Override
    public Integer call() throws IOException {
        Failures failures = new Failures("rm", streams);
        try (Exports exports = new Exports(options)) {
            for (NinepUri uri : uris) {
                failures.each(() -> unlessGone(() -> remove(exports.root(uri), uri.path(), failures)));
            }
        }
        return failures.status();
    }

    private void unlessGone(Failures.Deed deed) throws IOException {
        try {
            deed.run();
        } catch (RemoteException e) {
            if (!force || !e.errno().equals(Errno.ENOENT)) {
                throw e;
            }
        }
    }

    private void remove(RemoteFile root, String path, Failures failures) throws IOException {
        try (Place place = Place.of(root, path, "be removed")) {
            RemoteFile file = place.walk();
            if (file.qid().path() == root.qid().path() && file.qid().isDirectory()) {
                file.close();
                throw new CommandFailure(ExitStatus.UNUSABLE, place + ": is the root of the export");
            }
            if (!file.qid().isDirectory()) {
                file.close();
                place.names().unlink(place.name());
            } else if (recursive) {
                RemoteWalk.through(file, failures, new Removal(place));
            } else {
                file.close();
                throw new CommandFailure(ExitStatus.UNUSABLE,
                        place + ": is a directory; --recursive removes it, with what is in it");
            }
        }
    }

    private final class Removal implements RemoteWalk.Visitor {

        private final Place top;

        Removal(Place top) {
            this.top = top;
        }

        @Override
        public void file(RemoteWalk.Level in, Place place, DirectoryEntry entry) throws IOException {
            unlessGone(() -> place.names().unlink(place.name()));
        }

        @Override
        public boolean enter(RemoteWalk.Level directory) {
            return true;
        }

        @Override
        public void leave(RemoteWalk.Level directory) throws IOException {
            RemoteWalk.Level parent = directory.parent();
            Place place = parent == null ? top : parent.place(directory.name());
            unlessGone(() -> place.names().rmdir(place.name()));
        }
    }
}
