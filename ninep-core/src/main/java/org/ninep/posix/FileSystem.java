package org.ninep.posix;

/**
 * What {@code fstatfs(2)} says of a file system.
 *
 * <p>
 * Immutable.
 *
 * @param bsize bytes of a block
 * @param blocks how many there are
 * @param bfree how many are free
 * @param bavail how many are free for users other than root
 * @param files how many inodes there are
 * @param ffree how many of them are free
 * @param namelen bytes of the longest name
 */
public record FileSystem(long bsize, long blocks, long bfree, long bavail, long files, long ffree, long fsid,
        long namelen) {}
