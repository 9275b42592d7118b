package org.ninep.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A directory on disk, or a single file, read-only.
 *
 * <p>
 * No path and no symbolic link leads out of it: each operation goes from the export's own handle through its directories
 * one by one ({@code openat}, {@code O_NOFOLLOW}), a link is only ever given to the client as text, and {@code ..} stays at
 * the root. That holds while somebody renames directories or replaces them by links, too; whatever has then left the
 * export is no longer found. Symbolic links in the path that is exported are the administrator's own, and are followed,
 * again for every attach.
 *
 * <p>
 * A fid holds no descriptor until it is opened, then one for a file and two for a directory. Special files (devices,
 * fifos, sockets) are listed, and refuse to be opened with ENXIO. A qid's path is the inode number, its version and
 * the data version of the attributes are made of the times of change and the size.
 *
 * <p>
 * What the JDK cannot do: extended attributes are not given (EOPNOTSUPP); blocks are computed from the size; the time of
 * creation is not given; the number of inodes in the file system is 0. Symbolic links are read by calls of libc, for which a
 * JVM wants {@code --enable-native-access=org.ninep.core} ({@code ALL-UNNAMED} on the class path) or prints a warning; where they are
 * denied, Treadlink gets EOPNOTSUPP. Two system calls stand between a look at a file and its opening: who can write into
 * the export and swaps a file for a fifo just then makes the client that opens it wait, and nobody else.
 *
 * <p>
 * Thread-safe.
 */
public final class DirectoryTree implements FileTree {
    private final Path path;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable ExportRoot current;

    private DirectoryTree(Path path) {
        this.path = path;
    }

    /**
     * A tree of what is there on disk.
     *
     * @param path of a directory or a regular file, which must be there
     * @throws IOException if it is not there, is neither, or cannot be opened
     * @throws UnsupportedOperationException if the platform has no {@code openat}
     */
    public static DirectoryTree of(Path path) throws IOException {
        DirectoryTree tree = new DirectoryTree(path.toAbsolutePath());
        new ExportRoot(tree.real()).release();
        return tree;
    }

    private Path real() throws IOException {
        Path real = path.toRealPath();
        if (!Files.isDirectory(real) && !Files.isRegularFile(real)) {
            throw new NoSuchFileException(path.toString(), null, "neither a directory nor a regular file");
        }
        return real;
    }

    @Override
    public FileNode attach(String aname, User user) throws IOException {
        Path real = real();
        lock.lock();
        try {
            ExportRoot root = current;
            if (root == null || !root.isAt(real) || !root.retain()) {
                root = new ExportRoot(real);
                current = root;
            }
            return new DiskNode(root, null, root.stat());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
