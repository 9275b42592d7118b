package org.ninep.nbd.cli.files;

import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.client.RemoteDirectory;
import org.ninep.client.RemoteFile;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.ExitStatus;

/**
 * A name in a directory, whether or not there is such a file. Closing it closes the directory. Thread-safe.
 *
 * @param directory where the name is
 * @param names its names, to be changed
 * @param name one name
 */
public record Place(RemoteFile directory, RemoteDirectory names, String name) implements Closeable {

    /** A name in that directory. */
    public Place(RemoteFile directory, String name) {
        this(directory, directory.directory(), name);
    }

    /** The names on a path; those that lead nowhere are left out. */
    static List<String> namesOf(String path) {
        return Arrays.stream(path.split("/", -1)).filter(name -> !name.isEmpty() && !name.equals(".")).toList();
    }

    /**
     * The last name on a path, in the directory that the others lead to.
     *
     * @param root of the export
     * @param what is to be done, for people: "be removed"
     */
    static Place of(RemoteFile root, String path, String what) throws IOException {
        List<String> names = namesOf(path);
        if (names.isEmpty()) {
            throw new CommandFailure(ExitStatus.UNUSABLE, root + ": the root of an export cannot " + what);
        }
        if (names.getLast().equals("..") || path.endsWith("/.")) {
            throw new CommandFailure(ExitStatus.UNUSABLE,
                    root.client().endpoint() + ": " + path + ": what a path calls . or .. cannot " + what);
        }
        return new Place(root.walk(String.join("/", names.subList(0, names.size() - 1))), names.getLast());
    }

    /** From the root of the export. */
    public String path() {
        return (directory.path().equals("/") ? "" : directory.path()) + "/" + name;
    }

    /** The file of that name; links are not followed. */
    public RemoteFile walk() throws IOException {
        return directory.walk(name);
    }

    /**
     * Returns the file of that name if it is a directory, where one is to be made.
     *
     * @throws CommandFailure if it is none; then it is closed
     */
    public RemoteFile requireDirectory(RemoteFile there) throws CommandFailure {
        if (!there.qid().isDirectory()) {
            there.close();
            throw new CommandFailure(ExitStatus.UNUSABLE, this + ": exists already, and is not a directory");
        }
        return there;
    }

    /** The file of that name, or null. */
    public @Nullable RemoteFile find() throws IOException {
        try {
            return walk();
        } catch (RemoteException e) {
            if (e.errno().equals(Errno.ENOENT) && directory.qid().isDirectory()) {
                return null;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        directory.close();
    }

    /** Server and path, for people. */
    @Override
    public String toString() {
        return directory.client().endpoint() + ": " + path();
    }
}
