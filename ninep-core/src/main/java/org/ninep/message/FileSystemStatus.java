package org.ninep.message;

/**
 * What Rstatfs says of a file system: {@code type[4] bsize[4] blocks[8] bfree[8] bavail[8] files[8] ffree[8] fsid[8]
 * namelen[4]}, as {@code statfs(2)}.
 *
 * <p>
 * Immutable.
 *
 * @param type magic number of the kind of file system
 * @param bsize size of a block in bytes
 * @param blocks number of blocks in all
 * @param bfree blocks free
 * @param bavail blocks free for users without privileges
 * @param files number of inodes
 * @param ffree inodes free
 * @param fsid identification of the file system
 * @param namelen longest name, in bytes
 */
public record FileSystemStatus(int type, int bsize, long blocks, long bfree, long bavail, long files, long ffree,
        long fsid, int namelen) {
    /** The type that Linux gives a file system mounted over 9P (V9FS_MAGIC). */
    public static final int V9FS_MAGIC = 0x01021997;
}
