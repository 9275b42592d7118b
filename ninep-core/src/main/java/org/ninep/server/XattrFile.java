package org.ninep.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.ninep.Errno;
import org.ninep.message.Attr;
import org.ninep.message.Qid;
import org.ninep.posix.Xattrs;

/**
 * The value of an extended attribute that is being written, set when the fid is clunked. It takes as much memory as was
 * written, not as was announced.
 */
final class XattrFile implements OpenFile {
    private final FileNode node;
    private final String name;
    private final int size;
    private final int flags;
    private ByteBuffer value = ByteBuffer.allocate(0);

    /**
     * @param size bytes that will be written; with 0 and XATTR_REPLACE the attribute is removed: so Linux' client asks for it
     * @throws ErrnoException E2BIG for more than Linux allows, EINVAL for unknown flags
     */
    XattrFile(FileNode node, String name, long size, int flags) throws ErrnoException {
        if (size < 0 || size > Xattrs.SIZE_MAX) {
            throw new ErrnoException(Errno.E2BIG, "an extended attribute of " + Long.toUnsignedString(size) + " bytes");
        }
        if ((flags & ~(FileNode.XATTR_CREATE | FileNode.XATTR_REPLACE)) != 0) {
            throw new ErrnoException(Errno.EINVAL, "unknown flags");
        }
        this.node = node;
        this.name = name;
        this.size = (int) size;
        this.flags = flags;
    }

    @Override
    public Qid qid() {
        return node.qid();
    }

    @Override
    public Attr attr() throws IOException {
        return node.attr();
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws IOException {
        throw new ErrnoException(Errno.EBADF, "the value can only be written");
    }

    /** What follows what was written before. */
    @Override
    public void write(long offset, ByteBuffer src) throws IOException {
        if (offset != value.position()) {
            throw new ErrnoException(Errno.EINVAL, "a value is written from its beginning to its end");
        }
        if (src.remaining() > size - value.position()) {
            throw new ErrnoException(Errno.ENOSPC, "more than the " + size + " bytes that were announced");
        }
        if (src.remaining() > value.remaining()) {
            int needed = value.position() + src.remaining();
            value = ByteBuffer.allocate(Math.min(size, Math.max(needed, 2 * value.capacity()))).put(value.flip());
        }
        value.put(src);
    }

    /** Sets or removes the attribute. */
    void commit() throws IOException {
        if (value.position() != size) {
            throw new ErrnoException(Errno.EINVAL,
                    value.position() + " bytes were written, " + size + " were announced");
        }
        if (size == 0 && flags == FileNode.XATTR_REPLACE) {
            node.removeXattr(name);
        } else {
            node.setXattr(name, value.flip(), flags);
        }
    }
}
