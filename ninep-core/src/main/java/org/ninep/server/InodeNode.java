package org.ninep.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.ninep.Errno;
import org.ninep.message.Attr;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.FileSystemStatus;
import org.ninep.message.Qid;

/** What a client's fid stands for in a tree in memory. */
final class InodeNode implements FileNode {
    private static final int BLOCK = 4096;

    private final Inode inode;
    private final Totals totals;

    /** What the tree holds in all. */
    record Totals(long bytes, long files) {}

    InodeNode(Inode inode, Totals totals) {
        this.inode = inode;
        this.totals = totals;
    }

    @Override
    public Qid qid() {
        return inode.attr.qid();
    }

    @Override
    public Attr attr() {
        return inode.attr;
    }

    @Override
    public FileNode walk(String name) throws IOException {
        requireDirectory();
        Inode child = inode.children.get(name);
        if (child == null) {
            throw new ErrnoException(Errno.ENOENT, "no such file");
        }
        return new InodeNode(child, totals);
    }

    private void requireDirectory() throws ErrnoException {
        if (!inode.attr.isDirectory()) {
            throw new ErrnoException(Errno.ENOTDIR, "not a directory");
        }
    }

    @Override
    public FileNode parent() {
        return new InodeNode(inode.outer(), totals);
    }

    @Override
    public OpenFile open(int flags) throws IOException {
        return inode.open(flags);
    }

    @Override
    public OpenDirectory openDirectory() throws IOException {
        requireDirectory();
        List<DirectoryEntry> entries = inode.children.entrySet().stream().map(e -> e.getValue().entry(e.getKey()))
                .toList();
        return OpenDirectory.of(qid(), inode.outer().attr.qid(), entries);
    }

    @Override
    public String readlink() throws IOException {
        if (!inode.attr.isSymlink()) {
            throw new ErrnoException(Errno.EINVAL, "not a symbolic link");
        }
        return inode.target;
    }

    @Override
    public FileSystemStatus statfs() {
        return new FileSystemStatus(FileSystemStatus.V9FS_MAGIC, BLOCK, Math.ceilDiv(totals.bytes, BLOCK), 0, 0,
                totals.files, 0, 0,
                PathNames.LONGEST_NAME);
    }

    @Override
    public List<String> xattrs() {
        return List.copyOf(inode.xattrs.keySet());
    }

    @Override
    public ByteBuffer xattr(String name) throws IOException {
        ByteBuffer value = inode.xattrs.get(name);
        if (value == null) {
            throw new ErrnoException(Errno.ENODATA, "no such attribute");
        }
        return value.duplicate();
    }
}
