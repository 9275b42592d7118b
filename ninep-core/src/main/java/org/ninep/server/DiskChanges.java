package org.ninep.server;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage.Tsetattr;
import org.ninep.posix.Posix;
import org.ninep.posix.Stat;

/** Sets the attributes of a file on disk. */
final class DiskChanges {
    private static final int PERMISSIONS = 07777;

    private DiskChanges() {}

    /**
     * In an order in which no change undoes another: a new owner takes set-uid bits away, a new size sets the time of change.
     *
     * @param fd of O_PATH
     */
    static void set(Posix posix, int fd, Tsetattr m) throws IOException {
        int valid = m.valid();
        if ((valid & (Tsetattr.UID | Tsetattr.GID)) != 0) {
            posix.fchown(fd, id(valid & Tsetattr.UID, m.uid()), id(valid & Tsetattr.GID, m.gid()));
        }
        if ((valid & Tsetattr.MODE) != 0) {
            posix.fchmod(fd, m.mode() & PERMISSIONS);
        }
        if ((valid & Tsetattr.SIZE) != 0) {
            posix.truncate(fd, m.size());
        }
        if ((valid & (Tsetattr.ATIME | Tsetattr.MTIME)) != 0) {
            posix.utimens(fd, time(valid, Tsetattr.ATIME, Tsetattr.ATIME_SET, m.atime()),
                    time(valid, Tsetattr.MTIME, Tsetattr.MTIME_SET, m.mtime()));
        }
        if (valid == Tsetattr.CTIME) {
            touch(posix, fd);
        }
    }

    private static int id(int bit, int id) throws ErrnoException {
        if (bit != 0 && id == Posix.KEEP) {
            throw new ErrnoException(Errno.EINVAL, "no user or group has the number -1");
        }
        return bit == 0 ? Posix.KEEP : id;
    }

    private static @Nullable Timespec time(int valid, int bit, int set, Timespec given) {
        if ((valid & bit) == 0) {
            return null;
        }
        return (valid & set) == 0 ? Posix.NOW : given;
    }

    /** The time of the attributes' change cannot be set; it becomes now with any change, even one that changes nothing. */
    private static void touch(Posix posix, int fd) throws IOException {
        Stat now = posix.stat(fd);
        if (now.isSymlink()) {
            posix.fchown(fd, Posix.KEEP, Posix.KEEP);
        } else {
            posix.fchmod(fd, now.mode() & PERMISSIONS);
        }
    }
}
