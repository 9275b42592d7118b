package org.ninep.posix;

import org.jspecify.annotations.Nullable;
import org.ninep.message.Timespec;

/**
 * What {@code statx(2)} says of a file.
 *
 * <p>
 * Immutable.
 *
 * @param dev the file system's device, as {@code st_dev}
 * @param ino inode number
 * @param mode type and permissions
 * @param nlink number of hard links, 0 if the file has no name any more
 * @param rdev device number of a device node, as {@code st_rdev}
 * @param size in bytes
 * @param blksize preferred size of an I/O, in bytes
 * @param blocks space taken, in units of 512 bytes
 * @param btime creation; null where the file system does not know it
 */
public record Stat(long dev, long ino, int mode, int uid, int gid, long nlink, long rdev, long size, int blksize,
        long blocks, Timespec atime, Timespec mtime, Timespec ctime, @Nullable Timespec btime) {
    private static final int TYPE = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int REGULAR = 0100000;
    private static final int SYMLINK = 0120000;

    /** Whether this is a directory's. */
    public boolean isDirectory() {
        return (mode & TYPE) == DIRECTORY;
    }

    /** Whether this is a regular file's. */
    public boolean isRegular() {
        return (mode & TYPE) == REGULAR;
    }

    /** Whether this is a symbolic link's. */
    public boolean isSymlink() {
        return (mode & TYPE) == SYMLINK;
    }

    /** Whether both speak of the same file. */
    public boolean isSameFile(Stat other) {
        return ino == other.ino && dev == other.dev;
    }
}
