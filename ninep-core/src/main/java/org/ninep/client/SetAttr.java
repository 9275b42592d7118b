package org.ninep.client;

import org.ninep.message.Timespec;
import org.ninep.message.Tmessage.Tsetattr;

/**
 * What Tsetattr is to change: nothing at first, and each {@code with} adds something.
 *
 * <pre>{@code
 * file.setattr(SetAttr.NOTHING.withMode(0640).withSize(0).withMtimeNow());
 * }</pre>
 *
 * <p>
 * Immutable.
 *
 * @param valid bits of {@link Tsetattr} that say which of the following count
 * @param mode permissions as in {@code chmod(2)}; bits of the kind of file are ignored by servers
 * @param uid owner
 * @param gid group
 * @param size length in bytes, not negative; a file grows by zeros
 * @param atime last access
 * @param mtime last change of the content
 */
public record SetAttr(int valid, int mode, int uid, int gid, long size, Timespec atime, Timespec mtime) {
    /** Changes nothing. */
    public static final SetAttr NOTHING = new SetAttr(0, 0, 0, 0, 0, Timespec.ZERO, Timespec.ZERO);

    private static final int ALL = 0x1ff;

    /**
     * @throws IllegalArgumentException if the size is negative, a time has no sane nanoseconds, or {@code valid} has
     *     unknown bits, or ATIME_SET without ATIME, or MTIME_SET without MTIME
     */
    public SetAttr {
        if ((valid & ~ALL) != 0 || (has(valid, Tsetattr.ATIME_SET) && !has(valid, Tsetattr.ATIME))
                || (has(valid, Tsetattr.MTIME_SET) && !has(valid, Tsetattr.MTIME))) {
            throw new IllegalArgumentException("valid 0x" + Integer.toHexString(valid));
        }
        if (size < 0) {
            throw new IllegalArgumentException("negative size " + size);
        }
        requireSane(atime);
        requireSane(mtime);
    }

    private static boolean has(int valid, int bit) {
        return (valid & bit) != 0;
    }

    private static void requireSane(Timespec time) {
        if (time.nanoseconds() < 0 || time.nanoseconds() > 999_999_999) {
            throw new IllegalArgumentException(time + ": nanoseconds are not in 0..999999999");
        }
    }

    /** And the permissions. */
    public SetAttr withMode(int mode) {
        return new SetAttr(valid | Tsetattr.MODE, mode, uid, gid, size, atime, mtime);
    }

    /** And the owner. */
    public SetAttr withUid(int uid) {
        return new SetAttr(valid | Tsetattr.UID, mode, uid, gid, size, atime, mtime);
    }

    /** And the group. */
    public SetAttr withGid(int gid) {
        return new SetAttr(valid | Tsetattr.GID, mode, uid, gid, size, atime, mtime);
    }

    /** And the length: the file is cut, or grows by zeros. */
    public SetAttr withSize(long size) {
        return new SetAttr(valid | Tsetattr.SIZE, mode, uid, gid, size, atime, mtime);
    }

    /** And the time of the last access. */
    public SetAttr withAtime(Timespec atime) {
        return new SetAttr(valid | Tsetattr.ATIME | Tsetattr.ATIME_SET, mode, uid, gid, size, atime, mtime);
    }

    /** And the time of the last access, to the server's now. */
    public SetAttr withAtimeNow() {
        return new SetAttr((valid | Tsetattr.ATIME) & ~Tsetattr.ATIME_SET, mode, uid, gid, size, Timespec.ZERO, mtime);
    }

    /** And the time of the last change of the content. */
    public SetAttr withMtime(Timespec mtime) {
        return new SetAttr(valid | Tsetattr.MTIME | Tsetattr.MTIME_SET, mode, uid, gid, size, atime, mtime);
    }

    /** And the time of the last change of the content, to the server's now. */
    public SetAttr withMtimeNow() {
        return new SetAttr((valid | Tsetattr.MTIME) & ~Tsetattr.MTIME_SET, mode, uid, gid, size, atime, Timespec.ZERO);
    }

    /** And the time of the last change of the attributes, which can only be set to the server's now. */
    public SetAttr withCtimeNow() {
        return new SetAttr(valid | Tsetattr.CTIME, mode, uid, gid, size, atime, mtime);
    }

    Tsetattr request(int fid) {
        return new Tsetattr(fid, valid, mode, uid, gid, size, atime, mtime);
    }
}
