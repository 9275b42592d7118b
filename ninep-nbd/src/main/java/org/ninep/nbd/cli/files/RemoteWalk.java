package org.ninep.nbd.cli.files;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ninep.client.RemoteDirectory;
import org.ninep.client.RemoteFile;
import org.ninep.message.DirectoryEntry;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.ExitStatus;

/**
 * Goes through a tree on a server, without following a link: each name is walked to from the directory that it is in. On its
 * way it holds, of each directory above, a fid and the names.
 *
 * <p>Confined to one thread.
 */
final class RemoteWalk {

    /** Deeper than Linux' paths can name, and within the fids that a server gives. */
    static final int DEEPEST = 2000;

    private final Failures failures;
    private final Visitor visitor;
    private final Deque<Level> levels = new ArrayDeque<>();

    /** What is done on the way. A failure is told, and the walk goes on. */
    interface Visitor {

        /** A file that is no directory. */
        void file(Level in, Place place, DirectoryEntry entry) throws IOException;

        /**
         * A directory, before what is in it.
         *
         * @return whether to go into it
         */
        boolean enter(Level directory) throws IOException;

        /** A directory that was gone into, after what is in it; not if any of that failed. */
        void leave(Level directory) throws IOException;
    }

    /** A directory on the way. Confined to one thread. */
    static final class Level {

        private final @Nullable Level parent;
        private final int depth;
        private final RemoteFile file;
        private final RemoteDirectory names;
        private final String name;
        private boolean failed;
        private Iterator<DirectoryEntry> entries = Collections.emptyIterator();

        Level(@Nullable Level parent, RemoteFile file, String name) {
            this.parent = parent;
            this.depth = parent == null ? 0 : parent.depth + 1;
            this.file = file;
            this.names = file.directory();
            this.name = name;
        }

        /** Where it is; null for the one from which the walk goes. */
        @Nullable
        Level parent() {
            return parent;
        }

        /** 0 for the one from which the walk goes. */
        int depth() {
            return depth;
        }

        /** Itself, not open. */
        RemoteFile file() {
            return file;
        }

        String name() {
            return name;
        }

        Place place(String name) {
            return new Place(file, names, name);
        }

        /** Whether there is something in it that was not visited. */
        boolean hasMore() {
            return entries.hasNext();
        }
    }

    private RemoteWalk(Failures failures, Visitor visitor) {
        this.failures = failures;
        this.visitor = visitor;
    }

    /** Goes through a directory, itself among what is visited. Closes the file. */
    static void through(RemoteFile directory, Failures failures, Visitor visitor) throws IOException {
        RemoteWalk walk = new RemoteWalk(failures, visitor);
        try {
            walk.enter(new Level(null, directory, ""));
            while (!walk.levels.isEmpty()) {
                walk.step();
            }
        } finally {
            walk.levels.forEach(level -> level.file.close());
        }
    }

    private void enter(Level level) throws IOException {
        boolean entered = false;
        try {
            if (level.depth > DEEPEST) {
                throw new CommandFailure(ExitStatus.UNUSABLE,
                        level.file + ": is more than " + DEEPEST + " directories deep");
            }
            if (visitor.enter(level)) {
                level.entries = list(level.file).iterator();
                levels.push(level);
                entered = true;
            }
        } finally {
            if (!entered) {
                level.file.close();
            }
        }
    }

    /** By name, without the directory itself and the one above. */
    static List<DirectoryEntry> list(RemoteFile directory) throws IOException {
        try (RemoteFile open = directory.walk("").open()) {
            return open.readdir().stream()
                    .filter(entry -> !(entry.name().equals(".") || entry.name().equals("..")))
                    .sorted(Comparator.comparing(DirectoryEntry::name))
                    .toList();
        }
    }

    private void step() throws IOException {
        Level level = levels.getFirst();
        if (level.hasMore()) {
            DirectoryEntry entry = level.entries.next();
            level.failed |= !failures.part(() -> visit(level, entry));
            return;
        }
        try {
            boolean done = !level.failed && failures.part(() -> visitor.leave(level));
            if (level.parent != null) {
                level.parent.failed |= !done;
            }
        } finally {
            levels.removeFirst().file.close();
        }
    }

    private void visit(Level level, DirectoryEntry entry) throws IOException {
        Place place = level.place(entry.name());
        boolean mayBeDirectory = entry.qid().isDirectory() || entry.type() == DirectoryEntry.DT_DIR
                || entry.type() == DirectoryEntry.DT_UNKNOWN;
        if (mayBeDirectory) {
            RemoteFile file = place.walk();
            if (file.qid().isDirectory()) {
                enter(new Level(level, file, entry.name()));
                return;
            }
            file.close();
        }
        visitor.file(level, place, entry);
    }
}
