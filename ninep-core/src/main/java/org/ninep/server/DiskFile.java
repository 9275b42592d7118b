package org.ninep.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.ninep.message.Attr;
import org.ninep.message.Qid;
import org.ninep.posix.Posix;
import org.ninep.posix.Stat;

/** An open file on disk. */
final class DiskFile implements OpenFile {
    private final DiskAccess disk;
    private final Stat opened;
    private final int fd;

    /** @param fd closed with this */
    DiskFile(DiskAccess disk, Stat opened, int fd) {
        this.disk = disk;
        this.opened = opened;
        this.fd = fd;
    }

    @Override
    public Qid qid() {
        return DiskAttributes.qid(opened, disk.root().dev());
    }

    @Override
    public Attr attr() throws IOException {
        return DiskAttributes.attr(disk.posix().stat(fd), opened, disk.root().dev());
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws IOException {
        disk.posix().pread(fd, dst, offset);
    }

    /** As the user, whose writing takes the set-uid bit away, and counts against a quota. */
    @Override
    public void write(long offset, ByteBuffer src) throws IOException {
        disk.asUser(() -> {
            disk.posix().pwrite(fd, src, offset);
            return null;
        });
    }

    @Override
    public void truncate(long size) throws IOException {
        disk.asUser(() -> {
            disk.posix().ftruncate(fd, size);
            return null;
        });
    }

    @Override
    public void sync(boolean dataOnly) throws IOException {
        disk.posix().fsync(fd, dataOnly);
    }

    @Override
    public void close() throws IOException {
        disk.posix().close(fd);
    }

    /** The flags of {@code open(2)} that are the server's business, of those that clients send. */
    static int flags(int flags) {
        int kept = 03 | Posix.O_TRUNC | Posix.O_APPEND | Posix.O_SYNC | Posix.O_NOATIME;
        return (flags & kept) | Posix.O_NONBLOCK;
    }
}
