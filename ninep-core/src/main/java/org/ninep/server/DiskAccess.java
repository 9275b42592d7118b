package org.ninep.server;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.posix.Credentials;
import org.ninep.posix.Posix;
import org.ninep.posix.PosixException;
import org.ninep.posix.ThreadIdentity;
import org.ninep.posix.Xattrs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One user's way to an exported directory: what all nodes of one attach share. Each thread that uses it has its own memory
 * for system calls, and its own identity to go back to.
 *
 * <p>
 * Thread-safe.
 */
final class DiskAccess {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryTree.class);

    private final ExportRoot root;
    private final ThreadLocal<Calls> calls = ThreadLocal.withInitial(Calls::new);
    private final @Nullable Identity user;
    private final boolean writable;
    private final Held held;

    /** What one thread makes its system calls with. */
    private static final class Calls {
        final Posix posix = Posix.create();
        final Xattrs xattrs = new Xattrs(posix);
        private @Nullable ThreadIdentity identity;
        boolean umaskIsOwn;

        /** The first time is while the thread is nobody else. */
        ThreadIdentity identity() throws PosixException {
            ThreadIdentity known = identity;
            if (known == null) {
                known = new ThreadIdentity(posix);
                identity = known;
            }
            return known;
        }
    }

    /**
     * As whom files are served.
     *
     * @param choosesGroup whether the group that a request names is that of the file it makes; else that is the user's own
     */
    record Identity(Credentials credentials, boolean choosesGroup) {}

    /**
     * How many descriptors the nodes of a tree hold, of those that they may.
     *
     * @param umaskTold whether the log has been told of the umask
     */
    record Held(AtomicInteger count, int most, AtomicBoolean umaskTold) {
        Held(int most) {
            this(new AtomicInteger(), most, new AtomicBoolean());
        }

        boolean take() {
            if (count.incrementAndGet() <= most) {
                return true;
            }
            count.decrementAndGet();
            return false;
        }

        void giveBack() {
            count.decrementAndGet();
        }
    }

    /** Something that is done as the user. */
    interface Deed<T extends @Nullable Object> {
        T run() throws IOException;
    }

    /** @param user null for the server's own */
    DiskAccess(ExportRoot root, @Nullable Identity user, boolean writable, Held held) {
        this.root = root;
        this.user = user;
        this.writable = writable;
        this.held = held;
    }

    ExportRoot root() {
        return root;
    }

    /** The calling thread's own. */
    Posix posix() {
        return calls.get().posix;
    }

    /** The calling thread's own. */
    Xattrs xattrs() {
        return calls.get().xattrs;
    }

    Held held() {
        return held;
    }

    boolean isWritable() {
        return writable;
    }

    void requireWritable() throws ErrnoException {
        if (!writable) {
            throw new ErrnoException(Errno.EROFS, "read-only export");
        }
    }

    /** Does something as the user, and is the thread's own self again afterwards. */
    <T extends @Nullable Object> T asUser(Deed<T> deed) throws IOException {
        Identity other = user;
        return other == null ? deed.run() : as(other.credentials(), deed);
    }

    private <T extends @Nullable Object> T as(Credentials other, Deed<T> deed) throws IOException {
        ThreadIdentity thread = calls.get().identity();
        thread.assume(other);
        try {
            return deed.run();
        } finally {
            thread.restore();
        }
    }

    /**
     * Makes a file as the user, with exactly the mode that is asked for: the client has applied its own umask.
     *
     * @param gid the new file's group, where the user chooses it
     * @throws ErrnoException EPERM for a group that the user is not in
     */
    <T extends @Nullable Object> T creating(int gid, Deed<T> deed) throws IOException {
        requireWritable();
        int before = takeUmask();
        try {
            Identity other = user;
            return other == null ? deed.run() : as(withGroup(other, gid), deed);
        } finally {
            if (before >= 0) {
                ThreadIdentity.umask(before);
            }
        }
    }

    private static Credentials withGroup(Identity user, int gid) throws ErrnoException {
        Credentials own = user.credentials();
        if (!user.choosesGroup() || gid == Posix.KEEP || own.gid() == gid) {
            return own;
        }
        if (own.uid() != 0 && !own.groups().contains(gid)) {
            throw new ErrnoException(Errno.EPERM, "not a member of group " + Integer.toUnsignedString(gid));
        }
        return new Credentials(own.uid(), gid, own.groups());
    }

    /** The umask that is to be set again; -1 where the thread cannot have its own, and the process' one applies. */
    private int takeUmask() {
        Calls own = calls.get();
        if (!own.umaskIsOwn) {
            try {
                own.identity().separateUmask();
                own.umaskIsOwn = true;
            } catch (PosixException forbidden) {
                if (!held.umaskTold().getAndSet(true)) {
                    LOG.warn(
                            "{}: the process' umask takes permissions from new files, for a thread cannot have its own: {}",
                            root, forbidden.getMessage());
                }
                return -1;
            }
        }
        return ThreadIdentity.umask(0);
    }
}
