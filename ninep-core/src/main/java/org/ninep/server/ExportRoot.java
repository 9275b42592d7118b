package org.ninep.server;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.message.FileSystemStatus;

/**
 * The handle of an exported directory, or of the directory that holds an exported file, shared by all that are attached
 * and closed with the last of them. Everything is found from here, component by component, and no symbolic link is
 * followed on the way.
 *
 * <p>
 * Thread-safe.
 */
final class ExportRoot {

    /** What is done in a directory while its handle is open. */
    interface Action<T> {
        T in(SecureDirectoryStream<Path> directory, Path path) throws IOException;
    }

    private final SecureDirectoryStream<Path> handle;
    private final Path path;
    private final @Nullable Path file;
    private final FileStat stat;
    private final FileStore store;
    private final ReentrantLock lock = new ReentrantLock();
    private int users = 1;
    private @Nullable LinkReader links;

    /** @param real an absolute path without symbolic links, of a directory or a regular file */
    ExportRoot(Path real) throws IOException {
        boolean isFile = Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS);
        this.file = isFile ? real.getFileName() : null;
        this.path = isFile && real.getParent() != null ? real.getParent() : real;
        this.handle = open(path);
        boolean done = false;
        try {
            this.stat = file == null ? FileStat.of(handle, path) : FileStat.of(handle, file, real);
            this.store = Files.getFileStore(path);
            done = true;
        } finally {
            if (!done) {
                handle.close();
            }
        }
    }

    @SuppressWarnings("StreamResourceLeak")
    private static SecureDirectoryStream<Path> open(Path directory) throws IOException {
        return secure(Files.newDirectoryStream(directory));
    }

    static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream) throws IOException {
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new UnsupportedOperationException("exporting a directory needs openat(2), which this platform lacks");
    }

    /** Whether the path still leads to what this is. */
    boolean isAt(Path real) throws IOException {
        Path expected = file == null ? path : path.resolve(file);
        return expected.equals(real)
                && stat.key()
                        .equals(Files.readAttributes(real, "unix:fileKey", LinkOption.NOFOLLOW_LINKS).get("fileKey"));
    }

    /** Adds a user; false if the last one has gone and taken the handle along. */
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

    void release() throws IOException {
        lock.lock();
        try {
            if (--users == 0) {
                handle.close();
            }
        } finally {
            lock.unlock();
        }
    }

    /** What reads symbolic links, made when it is first wanted: a program without links does without native access. */
    LinkReader links() throws ErrnoException {
        lock.lock();
        try {
            LinkReader reader = links;
            if (reader == null) {
                reader = new LinkReader();
                links = reader;
            }
            return reader;
        } finally {
            lock.unlock();
        }
    }

    FileStat stat() {
        return stat;
    }

    long dev() {
        return stat.dev();
    }

    /** The file's attributes now, by way of the directories' handles. */
    FileStat stat(@Nullable Location location) throws IOException {
        if (location == null && file == null) {
            return FileStat.of(handle, path);
        }
        return beside(location, (directory, at) -> FileStat.of(directory, name(location), at.resolve(name(location))));
    }

    /** The name of a file in the directory that holds it. Not for an exported directory, which is not looked up. */
    Path name(@Nullable Location location) {
        if (location != null) {
            return location.name();
        }
        if (file == null) {
            throw new IllegalStateException("the root has no name");
        }
        return file;
    }

    /** Does something in the directory that holds the file. */
    <T> T beside(@Nullable Location location, Action<T> action) throws IOException {
        return location == null || location.parent() == null
                ? action.in(handle, path)
                : inside(location.parent(), action);
    }

    /** Does something in a directory. */
    <T> T inside(@Nullable Location location, Action<T> action) throws IOException {
        if (location == null) {
            return action.in(handle, path);
        }
        Deque<Path> names = new ArrayDeque<>();
        for (Location l = location; l != null; l = l.parent()) {
            names.push(l.name());
        }
        SecureDirectoryStream<Path> directory = handle;
        Path at = path;
        try {
            for (Path name : names) {
                SecureDirectoryStream<Path> outer = directory;
                directory = enter(outer, name);
                at = at.resolve(name);
                close(outer);
            }
            return action.in(directory, at);
        } finally {
            close(directory);
        }
    }

    @SuppressWarnings("ReferenceEquality")
    private void close(Closeable directory) throws IOException {
        if (directory != handle) {
            directory.close();
        }
    }

    /** The handle of a directory in a directory. What is none is not even opened: a fifo would block. */
    private static SecureDirectoryStream<Path> enter(SecureDirectoryStream<Path> directory, Path name)
            throws IOException {
        if (!directory.getFileAttributeView(name, BasicFileAttributeView.class,
                LinkOption.NOFOLLOW_LINKS).readAttributes().isDirectory()) {
            throw new ErrnoException(Errno.ENOTDIR, name + " is not a directory");
        }
        return secure(directory.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS));
    }

    FileSystemStatus statfs() throws IOException {
        long bsize = store.getBlockSize();
        return new FileSystemStatus(FileSystemStatus.V9FS_MAGIC, (int) bsize, store.getTotalSpace() / bsize,
                store.getUnallocatedSpace() / bsize, store.getUsableSpace() / bsize, 0, 0, dev(),
                PathNames.LONGEST_NAME);
    }
}
