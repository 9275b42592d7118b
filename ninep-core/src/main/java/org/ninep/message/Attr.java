package org.ninep.message;

/**
 * What Rgetattr says of a file: {@code valid[8] qid[13] mode[4] uid[4] gid[4] nlink[8] rdev[8] size[8] blksize[8]
 * blocks[8] atime[16] mtime[16] ctime[16] btime[16] gen[8] data_version[8]}. A field means something only where its bit
 * stands in {@code valid}.
 *
 * <p>
 * Immutable.
 *
 * @param valid which fields are filled, of the bits below
 * @param qid the file's identification, always filled
 * @param mode type and permissions as in {@code st_mode}
 * @param uid owner
 * @param gid group
 * @param nlink number of hard links
 * @param rdev device number of a device node
 * @param size length in bytes
 * @param blksize preferred size of an I/O, in bytes
 * @param blocks space taken, in units of 512 bytes
 * @param atime last access
 * @param mtime last change of the content
 * @param ctime last change of the attributes
 * @param btime creation
 * @param gen the inode's generation
 * @param dataVersion a number that changes with the content
 */
public record Attr(long valid, Qid qid, int mode, int uid, int gid, long nlink, long rdev, long size, long blksize,
        long blocks, Timespec atime, Timespec mtime, Timespec ctime, Timespec btime, long gen, long dataVersion) {
    /** Bit of {@code mode}. */
    public static final long MODE = 0x1;
    /** Bit of {@code nlink}. */
    public static final long NLINK = 0x2;
    /** Bit of {@code uid}. */
    public static final long UID = 0x4;
    /** Bit of {@code gid}. */
    public static final long GID = 0x8;
    /** Bit of {@code rdev}. */
    public static final long RDEV = 0x10;
    /** Bit of {@code atime}. */
    public static final long ATIME = 0x20;
    /** Bit of {@code mtime}. */
    public static final long MTIME = 0x40;
    /** Bit of {@code ctime}. */
    public static final long CTIME = 0x80;
    /** Bit of the inode number, which is the qid's path. */
    public static final long INO = 0x100;
    /** Bit of {@code size}. */
    public static final long SIZE = 0x200;
    /** Bit of {@code blocks}. */
    public static final long BLOCKS = 0x400;
    /** Bit of {@code btime}. */
    public static final long BTIME = 0x800;
    /** Bit of {@code gen}. */
    public static final long GEN = 0x1000;
    /** Bit of {@code dataVersion}. */
    public static final long DATA_VERSION = 0x2000;
    /** All that {@code stat(2)} fills. */
    public static final long BASIC = 0x7ff;
    /** Every bit. */
    public static final long ALL = 0x3fff;

    /** The bits of a mode that tell the kind of file; shifted right by 12 they are a directory entry's type. */
    public static final int S_IFMT = 0xf000;
    /** The kind of a directory. */
    public static final int S_IFDIR = 0x4000;
    /** The kind of a regular file. */
    public static final int S_IFREG = 0x8000;
    /** The kind of a symbolic link. */
    public static final int S_IFLNK = 0xa000;

    /** Whether the mode is a directory's. */
    public boolean isDirectory() {
        return (mode & S_IFMT) == S_IFDIR;
    }

    /** Whether the mode is a regular file's. */
    public boolean isRegular() {
        return (mode & S_IFMT) == S_IFREG;
    }

    /** Whether the mode is a symbolic link's. */
    public boolean isSymlink() {
        return (mode & S_IFMT) == S_IFLNK;
    }
}
