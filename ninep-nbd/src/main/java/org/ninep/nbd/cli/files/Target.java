package org.ninep.nbd.cli.files;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ninep.client.RemoteFile;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.ExitStatus;

/**
 * Where something is to be put: into a directory under its own name, or under another name. Closing it closes the directory.
 * Thread-safe.
 *
 * @param directory an existing one
 * @param name the name in it, or null for that of what is put
 */
public record Target(RemoteFile directory, @Nullable String name) implements Closeable {

    /** What the last name on a target's path may be. */
    public enum Kind {
        /** The directory that it is, or else a name. */
        EITHER,
        /** Only a directory. */
        DIRECTORY,
        /** A name, whatever is there. */
        NAME;

        /**
         * What may be the target of something.
         *
         * @param isName whether it is said to be a name
         * @param count how many are put there; several take a directory
         */
        public static Kind of(boolean isName, int count) throws CommandFailure {
            if (isName && count > 1) {
                throw new CommandFailure(ExitStatus.USAGE, "--no-target-directory: several cannot have the same name");
            }
            return count > 1 ? DIRECTORY : isName ? NAME : EITHER;
        }
    }

    /**
     * Looks what is there.
     *
     * @param root of the export
     */
    public static Target of(RemoteFile root, String path, Kind wanted) throws IOException {
        List<String> names = Place.namesOf(path);
        if (names.isEmpty() || names.getLast().equals("..")) {
            RemoteFile directory = root.walk(path);
            if (wanted == Kind.NAME) {
                throw closing(directory, new CommandFailure(ExitStatus.UNUSABLE,
                        directory + ": ends without a name, so it can only be a directory"));
            }
            return new Target(directory, null);
        }
        Place place = Place.of(root, String.join("/", names), "be a target");
        boolean done = false;
        try {
            Target target = of(place, path.endsWith("/") || path.endsWith("/.") ? Kind.DIRECTORY : wanted);
            done = target.directory().equals(place.directory());
            return target;
        } finally {
            if (!done) {
                place.close();
            }
        }
    }

    private static Target of(Place place, Kind wanted) throws IOException {
        if (wanted == Kind.NAME) {
            return new Target(place.directory(), place.name());
        }
        RemoteFile there = wanted == Kind.DIRECTORY ? place.walk() : place.find();
        if (there == null) {
            return new Target(place.directory(), place.name());
        }
        if (there.qid().isDirectory()) {
            return new Target(there, null);
        }
        if (there.qid().isSymlink()) {
            throw closing(there,
                    new CommandFailure(ExitStatus.UNUSABLE, there + ": is a symbolic link, and links are not"
                            + " followed: name what it leads to, or have it replaced with --no-target-directory"));
        }
        if (wanted == Kind.DIRECTORY) {
            throw closing(there, new CommandFailure(ExitStatus.UNUSABLE, there + ": is not a directory"));
        }
        there.close();
        return new Target(place.directory(), place.name());
    }

    private static CommandFailure closing(RemoteFile file, CommandFailure failure) {
        file.close();
        return failure;
    }

    /** The place for what has this name where it comes from. It stays open until this is closed. */
    public Place place(String ownName) {
        return new Place(directory, name == null ? ownName : name);
    }

    @Override
    public void close() {
        directory.close();
    }
}
