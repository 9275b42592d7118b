package org.ninep.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.ninep.posix.Posix;

/**
 * A directory on disk, or a single file, read-only.
 *
 * <p>
 * No path and no symbolic link leads out of it: each operation goes from the export's own descriptor through its directories
 * one by one ({@code openat}, {@code O_NOFOLLOW}), a link is only ever given to the client as text, and {@code ..} stays at
 * the root. That holds while somebody renames directories or replaces them by links, too; whatever has then left the
 * export is no longer found. Symbolic links in the path that is exported are the administrator's own, and are followed,
 * again for every attach.
 *
 * <p>
 * A fid holds no descriptor until it is opened, then one. Special files (devices, fifos, sockets) are listed, and refuse to be
 * opened with ENXIO: they are never opened at all, so none makes anyone wait. A qid's path is the inode number, its version
 * and the data version of the attributes are made of the times of change and the size.
 *
 * <p>
 * Takes Linux (x86-64, aarch64, riscv64), {@code /proc}, and native access: {@code --enable-native-access=org.ninep.core}
 * ({@code ALL-UNNAMED} on the class path), without which JDK 25 prints a warning. A file whose path is longer than 4095
 * bytes is not found: ENAMETOOLONG.
 *
 * <p>
 * Thread-safe.
 */
public final class DirectoryTree implements FileTree {
    private final Path path;
    private final DiskAccess.Held held;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable ExportRoot current;

    private DirectoryTree(Path path) {
        this.path = path;
        this.held = new DiskAccess.Held(new AtomicInteger(), 0);
    }

    /**
     * A tree of what is there on disk, read-only.
     *
     * @param path of a directory or a regular file, which must be there
     * @throws IOException if it is not there, is neither, or cannot be opened
     * @throws UnsupportedOperationException if this is not Linux, or native access is denied
     */
    public static DirectoryTree of(Path path) throws IOException {
        DirectoryTree tree = new DirectoryTree(path.toAbsolutePath());
        Posix posix = Posix.create();
        new ExportRoot(posix, tree.real()).release(posix);
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
        Posix posix = Posix.create();
        lock.lock();
        try {
            ExportRoot root = current;
            if (root == null || !root.isAt(posix, real) || !root.retain()) {
                root = new ExportRoot(posix, real);
                current = root;
            }
            boolean done = false;
            try {
                FileNode node = DiskNode.root(new DiskAccess(root, null, false, held));
                done = true;
                return node;
            } finally {
                if (!done) {
                    root.release(posix);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
