package org.ninep.nbd.cli.files;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ninep.client.RemoteFile;
import org.ninep.message.Attr;
import org.ninep.message.DirectoryEntry;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.nbd.cli.common.Streams;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Draws a tree. Confined to one thread. */
@Command(name = "tree", description = {
        "Draw a directory on a 9P server and all that is in it, and count it. Links are not followed.",
        "What begins with a dot is shown, too. Control characters in names are shown as ?."
}, footerHeading = "%nExamples:%n", footer = {
        "  ninep tree -L 2 9p://server/images?aname=/srv",
        "  ninep tree -s --json '9p://server/?aname=/srv'"
})
public final class TreeCommand implements Callable<Integer> {

    @Option(names = {"-L",
            "--depth"}, paramLabel = "COUNT", description = "Go no deeper than so many directories (default: all, at most 2000).")
    private int depth = RemoteWalk.DEEPEST;

    @Option(names = {"-s", "--size"}, description = "Show the size of files, in bytes, and their sum.")
    private boolean sizes;

    @Option(names = "--json", description = "One line of JSON. Names are exact: a byte that is not UTF-8 is the code unit DC00 and the byte.")
    private boolean json;

    @Mixin
    private final FileArgument argument;

    private final Streams streams;

    /** For one run of the program. */
    public TreeCommand(Streams streams) {
        this.streams = streams;
        argument = new FileArgument(streams);
    }

    /** How the tree is shown. */
    interface Form {

        /**
         * A directory.
         *
         * @param shown whether what is in it comes next
         */
        void directory(RemoteWalk.Level directory, @Nullable Attr attr, boolean shown);

        /** Something else; what could not be found out of it is null. */
        void file(RemoteWalk.Level in, String name, @Nullable Attr attr, @Nullable String target);

        /** That was all. */
        void sum(long directories, long files, long bytes);
    }

    @Override
    public Integer call() throws IOException {
        if (depth < 1 || depth > RemoteWalk.DEEPEST) {
            throw new CommandFailure(ExitStatus.USAGE, "--depth: " + depth + " is not from 1 to " + RemoteWalk.DEEPEST);
        }
        Failures failures = new Failures("tree", streams);
        try (FileArgument.Found found = argument.find()) {
            if (!found.attr().isDirectory()) {
                throw new CommandFailure(ExitStatus.UNUSABLE, found.file() + ": is not a directory");
            }
            Form form = json ? new TreeJson(streams.out()) : new TreeDrawing(streams.out(), sizes);
            Drawing drawing = new Drawing(form);
            RemoteWalk.through(found.file(), failures, drawing);
            form.sum(drawing.directories, drawing.files, drawing.bytes);
        }
        return failures.status();
    }

    private final class Drawing implements RemoteWalk.Visitor {

        private final Form form;
        private long directories;
        private long files;
        private long bytes;

        Drawing(Form form) {
            this.form = form;
        }

        @Override
        public boolean enter(RemoteWalk.Level directory) throws IOException {
            boolean goOn = directory.depth() < depth;
            if (directory.parent() != null) {
                directories++;
            }
            form.directory(directory, json ? directory.file().getattr() : null, goOn);
            return goOn;
        }

        @Override
        public void file(RemoteWalk.Level in, Place place, DirectoryEntry entry) throws IOException {
            files++;
            Attr attr = null;
            String target = null;
            try {
                boolean isLink = entry.qid().isSymlink() || entry.type() == DirectoryEntry.DT_LNK;
                if (sizes || json || isLink) {
                    try (RemoteFile file = place.walk()) {
                        attr = file.getattr();
                        target = attr.isSymlink() ? file.readlink() : null;
                    }
                    bytes += attr.isRegular() ? attr.size() : 0;
                }
            } finally {
                form.file(in, place.name(), attr, target);
            }
        }

        @Override
        public void leave(RemoteWalk.Level directory) {
            // it is shown already
        }
    }
}
