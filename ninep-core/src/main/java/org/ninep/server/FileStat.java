package org.ninep.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import org.ninep.Errno;
import org.ninep.message.Attr;
import org.ninep.message.Qid;
import org.ninep.message.Timespec;

/**
 * What {@code stat(2)} says of a file on disk.
 *
 * <p>
 * Relative to a directory's handle the JDK gives only some of it, the rest only by a path, which could lead elsewhere
 * when a directory on the way is replaced by a symbolic link. So both are asked, and count only if they speak of the same
 * file.
 *
 * @param key the file's identity on this machine
 */
record FileStat(Object key, long dev, long ino, int mode, int uid, int gid, int nlink, long rdev, long size,
        FileTime atime, FileTime mtime, FileTime ctime) {
    private static final String FIELDS = "unix:fileKey,dev,ino,mode,uid,gid,nlink,rdev,size,lastAccessTime,lastModifiedTime,ctime";
    private static final int ATTEMPTS = 3;
    private static final int BLOCK = 4096;

    /**
     * @param directory the handle of the directory that holds the file
     * @param name the file's name in it
     * @param path where the file should be found by its path
     */
    static FileStat of(SecureDirectoryStream<Path> directory, Path name, Path path) throws IOException {
        return confirmed(
                directory.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS), path);
    }

    /**
     * @param directory the handle of the directory itself
     * @param path where the directory should be found by its path
     */
    static FileStat of(SecureDirectoryStream<Path> directory, Path path) throws IOException {
        return confirmed(directory.getFileAttributeView(BasicFileAttributeView.class), path);
    }

    private static FileStat confirmed(BasicFileAttributeView view, Path path) throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            Object key = view.readAttributes().fileKey();
            try {
                FileStat stat = byPath(path);
                if (stat.key.equals(key)) {
                    return stat;
                }
            } catch (NoSuchFileException | NotDirectoryException moved) {
                // the next look through the handle tells whether the file is gone, too
            }
        }
        throw new ErrnoException(Errno.ESTALE, path + " is no longer the file that it was");
    }

    private static FileStat byPath(Path path) throws IOException {
        Map<String, Object> m = Files.readAttributes(path, FIELDS, LinkOption.NOFOLLOW_LINKS);
        return new FileStat(field(m, "fileKey", Object.class), number(m, "dev"), number(m, "ino"),
                (int) number(m, "mode"), (int) number(m, "uid"), (int) number(m, "gid"), (int) number(m, "nlink"),
                number(m, "rdev"), number(m, "size"), field(m, "lastAccessTime", FileTime.class),
                field(m, "lastModifiedTime", FileTime.class), field(m, "ctime", FileTime.class));
    }

    private static long number(Map<String, Object> attributes, String name) {
        return field(attributes, name, Number.class).longValue();
    }

    private static <T> T field(Map<String, Object> attributes, String name, Class<T> type) {
        return Objects.requireNonNull(type.cast(attributes.get(name)), name);
    }

    boolean isDirectory() {
        return (mode & Attr.S_IFMT) == Attr.S_IFDIR;
    }

    boolean isRegular() {
        return (mode & Attr.S_IFMT) == Attr.S_IFREG;
    }

    boolean isSymlink() {
        return (mode & Attr.S_IFMT) == Attr.S_IFLNK;
    }

    /** The type as in {@code dirent}: d_type is those bits of the mode. */
    int dirent() {
        return (mode & Attr.S_IFMT) >> 12;
    }

    /**
     * The inode number is the path within the export's own file system; another one's inodes are scattered over the upper
     * half of the numbers.
     */
    Qid qid(long rootDev) {
        long path = dev == rootDev ? ino : mix(dev * 0x9e3779b97f4a7c15L + ino) | Long.MIN_VALUE;
        long version = contentVersion();
        return new Qid(isDirectory() ? Qid.DIRECTORY : isSymlink() ? Qid.SYMLINK : Qid.FILE,
                (int) (version ^ version >>> 32), path);
    }

    /** Changes with each change of the content, and also of the attributes: the times have the kernel's resolution. */
    private long contentVersion() {
        Timespec m = Timespec.of(mtime.toInstant());
        Timespec c = Timespec.of(ctime.toInstant());
        long seconds = mix(m.seconds()) * 31 + c.seconds();
        return mix(mix(seconds) * 31 + (m.nanoseconds() << 32) + c.nanoseconds()) + size;
    }

    private static long mix(long z) {
        long a = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        long b = (a ^ a >>> 27) * 0x94d049bb133111ebL;
        return b ^ b >>> 31;
    }

    Attr attr(long rootDev) {
        return attr(rootDev, size);
    }

    /** @param size of the file now */
    Attr attr(long rootDev, long size) {
        long blocks = isRegular() || isDirectory() ? Math.ceilDiv(size, BLOCK) * (BLOCK / 512) : 0;
        return new Attr(Attr.BASIC | Attr.DATA_VERSION, qid(rootDev), mode, uid, gid, nlink, rdev, size, BLOCK, blocks,
                Timespec.of(atime.toInstant()), Timespec.of(mtime.toInstant()), Timespec.of(ctime.toInstant()),
                Timespec.ZERO, 0, contentVersion());
    }
}
