package org.ninep.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.message.Attr;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.Qid;
import org.ninep.message.Timespec;

/**
 * A file of a tree that stands in memory. Made by a builder on one thread, and not changed when the tree is served.
 */
final class Inode {
    private static final int BLOCK = 4096;

    /** How a file of this tree is opened; a directory or a link is not. */
    interface Opener {
        OpenFile open(Inode inode, int flags) throws IOException;
    }

    final Attr attr;
    final @Nullable Inode parent;
    final Map<String, Inode> children = new LinkedHashMap<>();
    final Map<String, ByteBuffer> xattrs = new LinkedHashMap<>();
    final String target;
    private final Opener opener;

    private Inode(Attr attr, @Nullable Inode parent, String target, Opener opener) {
        this.attr = attr;
        this.parent = parent;
        this.target = target;
        this.opener = opener;
    }

    static Inode directory(long ino, @Nullable Inode parent, int permissions, Timespec time) {
        return new Inode(attr(ino, Attr.S_IFDIR | permissions, 0, time), parent, "", (_, _) -> {
            throw new ErrnoException(Errno.EISDIR, "a directory");
        });
    }

    static Inode file(long ino, Inode parent, int permissions, long size, Timespec time, Opener opener) {
        return new Inode(attr(ino, Attr.S_IFREG | permissions, size, time), parent, "", opener);
    }

    static Inode symlink(long ino, Inode parent, String target, long size, Timespec time) {
        return new Inode(attr(ino, Attr.S_IFLNK | 0777, size, time), parent, target, (_, _) -> {
            throw new ErrnoException(Errno.ELOOP, "a symbolic link");
        });
    }

    private static Attr attr(long ino, int mode, long size, Timespec time) {
        int type = switch (mode & Attr.S_IFMT) {
            case Attr.S_IFDIR -> Qid.DIRECTORY;
            case Attr.S_IFLNK -> Qid.SYMLINK;
            default -> Qid.FILE;
        };
        int version = Long.hashCode(time.seconds() * 1_000_000_000 + time.nanoseconds());
        return new Attr(Attr.BASIC, new Qid(type, version, ino), mode, 0, 0, type == Qid.DIRECTORY ? 2 : 1, 0, size,
                BLOCK, Math.ceilDiv(size, 512), time, time, time, Timespec.ZERO, 0, 0);
    }

    OpenFile open(int flags) throws IOException {
        return opener.open(this, flags);
    }

    /** The root's parent is the root. */
    Inode outer() {
        return parent == null ? this : parent;
    }

    DirectoryEntry entry(String name) {
        return new DirectoryEntry(attr.qid(), 0, (attr.mode() & Attr.S_IFMT) >> 12, name);
    }
}
