package org.ninep.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.codec.Names;
import org.ninep.message.FileSystemStatus;
import org.ninep.posix.FileSystem;
import org.ninep.posix.Posix;
import org.ninep.posix.Stat;

/**
 * The descriptor of an exported directory, or of the directory that holds an exported file, shared by all that are attached
 * and closed with the last of them. Everything is found from here, component by component, and no symbolic link is
 * followed on the way. Whoever calls brings the memory for the system calls.
 *
 * <p>
 * Thread-safe.
 */
final class ExportRoot {
    private static final int NONE = -1;

    private final Path real;
    /** Of O_PATH, for which nobody needs the right to read or search the directory. */
    private final int directory;
    /** Where the kernel tells the paths of descriptors. */
    private final int descriptors;
    private final byte[] path;
    private final @Nullable String file;
    private final Stat stat;
    private final ReentrantLock lock = new ReentrantLock();
    private int users = 1;

    /** @param real an absolute path without symbolic links, of a directory or a regular file */
    ExportRoot(Posix posix, Path real) throws IOException {
        this.real = real;
        boolean isFile = Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS);
        Path parent = real.getParent();
        Path outer = isFile && parent != null ? parent : real;
        this.file = isFile ? PathNames.toName(real.subpath(real.getNameCount() - 1, real.getNameCount())) : null;
        this.descriptors = posix.openDescriptors();
        int opened = NONE;
        boolean done = false;
        try {
            opened = posix.openPath(Names.encode(PathNames.toName(outer)), Posix.O_PATH);
            this.path = posix.path(descriptors, opened);
            this.stat = required(file == null ? posix.stat(opened) : posix.statat(opened, Names.encode(file)));
            done = true;
        } finally {
            if (!done) {
                close(posix, descriptors, opened);
            }
        }
        this.directory = opened;
    }

    private static void close(Posix posix, int descriptors, int directory) throws IOException {
        try {
            posix.close(descriptors);
        } finally {
            if (directory != NONE) {
                posix.close(directory);
            }
        }
    }

    /** Whether the path still leads to what this is. */
    boolean isAt(Posix posix, Path path) throws IOException {
        if (!real.equals(path)) {
            return false;
        }
        int fd = posix.openPath(Names.encode(PathNames.toName(path)), Posix.O_PATH);
        try {
            Stat now = posix.stat(fd);
            return isSameKind(now) && stat.isSameFile(now);
        } finally {
            posix.close(fd);
        }
    }

    /** Adds a user; false if the last one has gone and taken the descriptor along. */
    boolean retain() {
        lock.lock();
        try {
            if (users == 0) {
                return false;
            }
            users++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    void release(Posix posix) throws IOException {
        lock.lock();
        try {
            if (--users == 0) {
                close(posix, descriptors, directory);
            }
        } finally {
            lock.unlock();
        }
    }

    long dev() {
        return stat.dev();
    }

    /**
     * What is exported, as it is now. Refuses, with ESTALE, a directory that has taken the place of a file: the names in it are
     * no names in the export, whose descriptor is of the directory around the file. And a file in a directory's place.
     */
    Stat stat(Posix posix) throws IOException {
        return required(at(posix, null, posix::stat));
    }

    private Stat required(Stat now) throws ErrnoException {
        if (!isSameKind(now)) {
            throw replaced();
        }
        return now;
    }

    private boolean isSameKind(Stat now) {
        return file == null ? now.isDirectory() : now.isRegular();
    }

    private static ErrnoException replaced() {
        return new ErrnoException(Errno.ESTALE, "the export has been replaced");
    }

    /** What is done with a file while it has a descriptor of O_PATH. */
    interface Action<T extends @Nullable Object> {
        T on(int fd) throws IOException;
    }

    /** Does something with the file that is at a place now. */
    <T extends @Nullable Object> T at(Posix posix, @Nullable Location location, Action<T> action) throws IOException {
        requireInPlace(posix);
        return find(posix, location, action);
    }

    /**
     * As {@link #at}, for an action that only looks. It is left to the caller to see afterwards that the export is in place,
     * also if this fails.
     */
    <T extends @Nullable Object> T find(Posix posix, @Nullable Location location, Action<T> action)
            throws IOException {
        if (location == null && file == null) {
            return action.on(directory);
        }
        int fd = location == null ? step(posix, directory, String.valueOf(file)) : descend(posix, location);
        try {
            return action.on(fd);
        } finally {
            posix.close(fd);
        }
    }

    private int descend(Posix posix, Location location) throws IOException {
        int at = directory;
        for (String name : Location.names(location)) {
            int outer = at;
            try {
                at = step(posix, outer, name);
            } finally {
                if (outer != directory) {
                    posix.close(outer);
                }
            }
        }
        return at;
    }

    /** A descriptor of O_PATH: nothing is opened by it, whatever it is. What is no directory holds no names: ENOTDIR. */
    static int step(Posix posix, int directory, String name) throws IOException {
        return posix.openat(directory, Names.encode(name), Posix.O_PATH, 0);
    }

    /** Refuses, with ESTALE, an export that has been moved or removed since it was attached to. */
    void requireInPlace(Posix posix) throws IOException {
        if (!posix.isAt(descriptors, directory, path, false)) {
            throw replaced();
        }
    }

    /**
     * Refuses, with ESTALE, a file that is not below the path of the export: it has left since its descriptor was opened, or
     * the export has been moved with all that is in it.
     */
    void requireInside(Posix posix, int fd) throws IOException {
        if (file == null && !posix.isAt(descriptors, fd, path, true)) {
            throw outside();
        }
    }

    private static ErrnoException outside() {
        return new ErrnoException(Errno.ESTALE, "the file has left the export");
    }

    /** Where in the export a file is by now; if its name is gone, where that would be. */
    @Nullable
    Location locate(Posix posix, int fd) throws IOException {
        if (file != null) {
            return null;
        }
        requireInPlace(posix);
        byte[] inner = posix.pathBelow(descriptors, fd, path);
        if (inner == null) {
            throw outside();
        }
        Location location = null;
        for (String name : Names.decode(inner).split("/", -1)) {
            if (!name.isEmpty()) {
                location = new Location(location, name);
            }
        }
        return location;
    }

    static FileSystemStatus statfs(Posix posix, int fd) throws IOException {
        FileSystem s = posix.statfs(fd);
        return new FileSystemStatus(FileSystemStatus.V9FS_MAGIC, (int) s.bsize(), s.blocks(), s.bfree(), s.bavail(),
                s.files(), s.ffree(), s.fsid(), (int) s.namelen());
    }

    @Override
    public String toString() {
        return real.toString();
    }
}
