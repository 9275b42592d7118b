package org.ninep.client;

import org.ninep.message.Tmessage.Tlopen;

/**
 * The flags of Tlopen and Tlcreate: those of {@code open(2)}, as Linux numbers them on x86-64 on whatever machine either
 * side runs.
 *
 * <p>
 * Immutable.
 */
public final class OpenFlags {
    /** For reading. */
    public static final int RDONLY = Tlopen.RDONLY;
    /** For writing. */
    public static final int WRONLY = Tlopen.WRONLY;
    /** For reading and writing. */
    public static final int RDWR = Tlopen.RDWR;
    /** With {@link RemoteDirectory#create}: fail with EEXIST if there is such a name already. */
    public static final int EXCL = 0x80;
    /** Cut to length 0. */
    public static final int TRUNC = Tlopen.TRUNC;
    /** The server puts every write at the end, whatever its offset, if it honours this; not all do. */
    public static final int APPEND = 0x400;
    /** Every write is on the disk, as by fdatasync(2), when it is answered. */
    public static final int DSYNC = 0x1000;
    /** Fail with ENOTDIR unless it is a directory. */
    public static final int DIRECTORY = Tlopen.DIRECTORY;
    /** Fail with ELOOP if it is a symbolic link. */
    public static final int NOFOLLOW = 0x20000;
    /** Every write is on the disk, as by fsync(2), when it is answered. */
    public static final int SYNC = 0x101000;

    /** What Tlcreate always has, as Linux' client sends it. */
    static final int CREAT = 0x40;

    private OpenFlags() {}
}
