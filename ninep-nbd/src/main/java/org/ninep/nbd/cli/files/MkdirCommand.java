package org.ninep.nbd.cli.files;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.client.NinepUri;
import org.ninep.client.RemoteFile;
import org.ninep.client.SetAttr;
import org.ninep.nbd.cli.common.ClientOptions;
import org.ninep.nbd.cli.common.Converters;
import org.ninep.nbd.cli.common.Streams;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes directories. Confined to one thread. */
@Command(name = "mkdir", description = "Make directories on a 9P server.", footerHeading = "%nExamples:%n", footer = {
        "  ninep mkdir 9p://server/images?aname=/srv",
        "  ninep mkdir -p -m 0750 '9p://server/a/b/c?aname=/srv'"
})
public final class MkdirCommand implements Callable<Integer> {

    private static final int ALL = 0777;
    private static final int OWNERS = 0300;

    @Option(names = {"-p",
            "--parents"}, description = "Make the directories above, too; one that is there already is no error.")
    private boolean parents;

    @Option(names = {"-m",
            "--mode"}, paramLabel = "MODE", converter = ModeChange.Converter.class, description = "Permissions, as for chmod: 0750 or go-w (default: 0777 without the umask).")
    private @Nullable ModeChange mode;

    @Parameters(paramLabel = "URI", arity = "1..*", converter = Converters.OfUri.class, description = FileArgument.URI)
    private List<NinepUri> uris = new ArrayList<>();

    @Mixin
    private final ClientOptions options;

    private final Streams streams;

    /** For one run of the program. */
    public MkdirCommand(Streams streams) {
        this.streams = streams;
        options = new ClientOptions(streams);
    }

    @Override
    public Integer call() throws IOException {
        Failures failures = new Failures("mkdir", streams);
        try (Exports exports = new Exports(options)) {
            for (NinepUri uri : uris) {
                failures.each(() -> make(exports.root(uri), uri.path()));
            }
        }
        return failures.status();
    }

    private void make(RemoteFile root, String path) throws IOException {
        if (parents) {
            makeAll(root, path);
            return;
        }
        try (Place place = Place.of(root, path, "be made")) {
            makeOne(place);
        }
    }

    private void makeOne(Place place) throws IOException {
        ModeChange given = mode;
        if (given == null) {
            place.names().mkdir(place.name(), ALL & ~Umask.ofThisProcess());
            return;
        }
        int wanted = given.apply(ALL, true, Umask.ofThisProcess());
        place.names().mkdir(place.name(), wanted & ALL);
        // the server may have put a mask of its own on it
        try (RemoteFile made = place.walk()) {
            made.setattr(SetAttr.NOTHING.withMode(wanted));
        }
    }

    private void makeAll(RemoteFile root, String path) throws IOException {
        List<String> names = Place.namesOf(path);
        RemoteFile at = root.walk("");
        try {
            for (int i = 0; i < names.size(); i++) {
                RemoteFile next = step(at, names.get(i), i == names.size() - 1);
                at.close();
                at = next;
            }
        } finally {
            at.close();
        }
    }

    private RemoteFile step(RemoteFile directory, String name, boolean last) throws IOException {
        Place place = new Place(directory, name);
        RemoteFile there = place.find();
        if (there == null) {
            try {
                if (last) {
                    makeOne(place);
                } else {
                    place.names().mkdir(name, (ALL & ~Umask.ofThisProcess()) | OWNERS);
                }
            } catch (RemoteException e) {
                if (!e.errno().equals(Errno.EEXIST)) {
                    throw e;
                }
                // somebody else was quicker, which is as good if it is a directory
            }
            there = place.walk();
        }
        return place.requireDirectory(there);
    }
}
