package org.ninep.server;

import org.ninep.message.Attr;
import org.ninep.message.Qid;
import org.ninep.message.Timespec;
import org.ninep.posix.Stat;

/** What the protocol says of a file on disk. */
final class DiskAttributes {
    private DiskAttributes() {}

    /** The type as in {@code dirent}: d_type is those bits of the mode. */
    static int dirent(Stat stat) {
        return (stat.mode() & Attr.S_IFMT) >> 12;
    }

    /**
     * The inode number is the path within the export's own file system; another one's inodes are scattered over the upper
     * half of the numbers.
     */
    static Qid qid(Stat stat, long rootDev) {
        return qid(stat, contentVersion(stat), rootDev);
    }

    private static Qid qid(Stat stat, long version, long rootDev) {
        long path = stat.dev() == rootDev
                ? stat.ino()
                : mix(stat.dev() * 0x9e3779b97f4a7c15L + stat.ino()) | Long.MIN_VALUE;
        return new Qid(stat.isDirectory() ? Qid.DIRECTORY : stat.isSymlink() ? Qid.SYMLINK : Qid.FILE,
                (int) (version ^ version >>> 32), path);
    }

    /** Changes with each change of the content, and also of the attributes: the times have the kernel's resolution. */
    private static long contentVersion(Stat stat) {
        Timespec m = stat.mtime();
        Timespec c = stat.ctime();
        long seconds = mix(m.seconds()) * 31 + c.seconds();
        return mix(mix(seconds) * 31 + (m.nanoseconds() << 32) + c.nanoseconds()) + stat.size();
    }

    private static long mix(long z) {
        long a = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        long b = (a ^ a >>> 27) * 0x94d049bb133111ebL;
        return b ^ b >>> 31;
    }

    static Attr attr(Stat stat, long rootDev) {
        return attr(stat, contentVersion(stat), rootDev);
    }

    /**
     * Of a file that was opened: that its last name has gone changes its attributes, but makes no other version of it.
     *
     * @param opened what it was then
     */
    static Attr attr(Stat now, Stat opened, long rootDev) {
        boolean same = now.nlink() == 0 && now.size() == opened.size() && now.mtime().equals(opened.mtime());
        return attr(now, contentVersion(same ? opened : now), rootDev);
    }

    private static Attr attr(Stat s, long version, long rootDev) {
        Timespec btime = s.btime();
        long valid = Attr.BASIC | Attr.DATA_VERSION | (btime == null ? 0 : Attr.BTIME);
        return new Attr(valid, qid(s, version, rootDev), s.mode(), s.uid(), s.gid(), s.nlink(), s.rdev(), s.size(),
                s.blksize(),
                s.blocks(), s.atime(), s.mtime(), s.ctime(), btime == null ? Timespec.ZERO : btime, 0,
                version);
    }
}
