package org.ninep.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.message.Protocol;
import org.ninep.posix.Accounts;
import org.ninep.posix.Credentials;
import org.ninep.posix.Posix;
import org.ninep.posix.PosixException;
import org.ninep.posix.ThreadIdentity;

/**
 * A directory on disk, or a single file: read-only, unless {@link Builder#readWrite} says otherwise.
 *
 * <pre>{@code
 * FileTree tree = DirectoryTree.builder(Path.of("/srv/home")).readWrite().actAsAttachingUser().build();
 * }</pre>
 *
 * <h2>Confinement</h2>
 *
 * No path and no symbolic link leads out of the directory: each operation begins at a directory's own descriptor and names one
 * entry of it ({@code openat} and its like, {@code O_NOFOLLOW}), a link is only ever given to the client as text, and {@code ..}
 * stays at the root. That holds while somebody renames directories or replaces them by links, too; whatever has left the
 * export is no longer found (ESTALE). Symbolic links in the path that is exported are the administrator's own, and are
 * followed, again for every attach.
 *
 * <h2>What a fid stands for</h2>
 *
 * In a read-only tree it stands for a place: a fid holds no descriptor until it is opened, then one, and what is at its place
 * now is looked up each time. In a writable tree it stands for a file: it holds a descriptor, so that it remains the same
 * file when that is renamed, and when its last name is removed. There are only so many of those
 * ({@link Builder#maxHeldDescriptors}); the fids beyond stand for places.
 *
 * <p>
 * Special files (devices, fifos, sockets) are listed, and made if a client wants; they refuse to be opened with ENXIO, and
 * never are, so that none makes anyone wait. A qid's path is the inode number, its version and the data version of the
 * attributes are made of the times of change and the size. Offsets of Treaddir are the file system's own. Of the flags of Tlopen
 * and Tlcreate the server heeds the access mode, O_CREAT, O_EXCL, O_TRUNC, O_APPEND, O_DSYNC, O_SYNC and O_NOATIME;
 * the others, O_DIRECT among them, are the client's business. Set-uid bits, quotas and the like are the kernel's.
 *
 * <h2>As whom</h2>
 *
 * As the server's own user (whoever attaches to a server that root runs is root in the export), unless
 * {@link Builder#squashTo} or {@link Builder#actAsAttachingUser} says otherwise. Only with the latter does the group that a request names count; otherwise new files have the group of the user as whom they are made.
 * The client's modes are taken as they are, without the server's umask; only where a container forbids
 * {@code unshare(CLONE_FS)} does that take bits away, and the log says so.
 *
 * <h2>What it takes</h2>
 *
 * Linux (x86-64, aarch64, riscv64), {@code /proc}, and native access: {@code --enable-native-access=org.ninep.core}
 * ({@code ALL-UNNAMED} on the class path), without which JDK 25 prints a warning. A file whose path is longer than 4095
 * bytes is not found: ENAMETOOLONG. Record locks are the server's, and no concern of other programs. A system call that hangs, on a
 * dead network file system for instance, heeds no interrupt: other requests of the client go on, but the Rflush waits for it.
 *
 * <p>
 * Thread-safe.
 */
public final class DirectoryTree implements FileTree {
    /** As whom files are served. */
    private interface Identities {
        DiskAccess.@Nullable Identity of(User user) throws IOException;
    }

    private final Path path;
    private final boolean writable;
    private final Identities identities;
    private final DiskAccess.Held held;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable ExportRoot current;

    private DirectoryTree(Builder builder) {
        path = builder.path.toAbsolutePath();
        writable = builder.writable;
        identities = builder.identities;
        held = new DiskAccess.Held(writable ? builder.maxHeld : 0);
    }

    /**
     * A tree of what is there on disk, read-only, served as the server's own user.
     *
     * @param path of a directory or a regular file, which must be there
     * @throws IOException if it is not there, is neither, or cannot be opened
     * @throws UnsupportedOperationException if this is not Linux, or native access is denied
     */
    public static DirectoryTree of(Path path) throws IOException {
        return builder(path).build();
    }

    /**
     * A tree that is still to be told how it is served.
     *
     * @param path of a directory or a regular file
     */
    public static Builder builder(Path path) {
        return new Builder(path);
    }

    private Path real() throws IOException {
        Path real = path.toRealPath();
        if (!Files.isDirectory(real) && !Files.isRegularFile(real)) {
            throw new NoSuchFileException(path.toString(), null, "neither a directory nor a regular file");
        }
        return real;
    }

    /** @throws IOException EPERM for a user as whom nothing can be served */
    @Override
    public FileNode attach(String aname, User user) throws IOException {
        DiskAccess.Identity identity = identities.of(user);
        if ((writable || identity != null) && Thread.currentThread().isVirtual()) {
            throw new ErrnoException(Errno.EPERM, "identity and umask are a platform thread's, this one is virtual");
        }
        Path real = real();
        Posix posix = Posix.create();
        ExportRoot root = root(posix, real);
        boolean done = false;
        try {
            FileNode node = DiskNode.root(new DiskAccess(root, identity, writable, held));
            done = true;
            return node;
        } finally {
            if (!done) {
                root.release(posix);
            }
        }
    }

    private ExportRoot root(Posix posix, Path real) throws IOException {
        lock.lock();
        try {
            ExportRoot root = current;
            if (root == null || !root.isAt(posix, real) || !root.retain()) {
                root = new ExportRoot(posix, real);
                current = root;
            }
            return root;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }

    /**
     * How a directory is served.
     *
     * <p>
     * Confined to one thread.
     */
    public static final class Builder {
        private final Path path;
        private boolean writable;
        private int maxHeld = 16384;
        private Identities identities = _ -> null;
        private @Nullable Credentials probe;

        private Builder(Path path) {
            this.path = path;
        }

        /** Lets clients change what is there. The threads of the server must then be platform threads, as by default. */
        public Builder readWrite() {
            writable = true;
            return this;
        }

        /**
         * Serves everybody as one user, without supplementary groups, which takes a server that may act as others: root.
         *
         * @param uid from 0
         * @param gid from 0
         */
        public Builder squashTo(int uid, int gid) {
            if (uid < 0 || gid < 0) {
                throw new IllegalArgumentException("uid " + uid + " or gid " + gid + " is negative");
            }
            Credentials one = new Credentials(uid, gid, List.of());
            identities = _ -> new DiskAccess.Identity(one, false);
            probe = one;
            return this;
        }

        /**
         * Serves each user as that user, with the groups that it has on this machine; who is no user of this machine gets
         * EPERM. A user is known by its number, or without one by its name, as of a v9fs that mounts. Takes a server that may act as others: root. Without {@link Server.Builder#authentication} that is whoever
         * the client says it is, root too.
         */
        public Builder actAsAttachingUser() {
            identities = Builder::account;
            probe = new Credentials(0, 0, List.of());
            return this;
        }

        private static DiskAccess.Identity account(User user) throws IOException {
            boolean named = user.uid() == Protocol.NONUNAME;
            return new DiskAccess.Identity(named ? Accounts.of(user.uname()) : Accounts.of(user.uid()), true);
        }

        /**
         * How many descriptors fids may hold in a writable tree, of all clients together. A fid beyond stands for the place
         * where its file is, and no longer finds a file that another client renames or removes.
         *
         * @param count from 0; default 16384
         */
        public Builder maxHeldDescriptors(int count) {
            if (count < 0) {
                throw new IllegalArgumentException("maxHeldDescriptors " + count + " is negative");
            }
            maxHeld = count;
            return this;
        }

        /**
         * The tree.
         *
         * @throws IOException if the path is not there, is neither a directory nor a regular file, or cannot be opened; or
         *     if this process may not act as others, and should
         * @throws UnsupportedOperationException if this is not Linux, or native access is denied
         */
        public DirectoryTree build() throws IOException {
            DirectoryTree tree = new DirectoryTree(this);
            Posix posix = Posix.create();
            new ExportRoot(posix, tree.real()).release(posix);
            Credentials other = probe;
            if (other != null) {
                requireIdentity(posix, other);
            }
            return tree;
        }

        private static void requireIdentity(Posix posix, Credentials other) throws IOException {
            ThreadIdentity thread = new ThreadIdentity(posix);
            try {
                thread.assume(other);
                thread.restore();
            } catch (PosixException e) {
                throw new IOException("to serve files as other users takes CAP_SETUID and CAP_SETGID, as root has them",
                        e);
            }
        }
    }
}
