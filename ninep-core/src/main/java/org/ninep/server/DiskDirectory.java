package org.ninep.server;

import java.io.IOException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.codec.Names;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.Qid;
import org.ninep.posix.DirectoryReader;
import org.ninep.posix.Posix;
import org.ninep.posix.PosixException;
import org.ninep.posix.Stat;

/** An open directory on disk. An entry's offset is the file system's own. */
final class DiskDirectory implements OpenDirectory {
    private final DiskAccess disk;
    private final int fd;
    private final DirectoryReader reader;
    private final Qid self;
    private final Qid parent;

    /**
     * @param fd closed with this
     * @param parent of the directory that holds this one
     */
    DiskDirectory(DiskAccess disk, int fd, Stat self, Qid parent) {
        this.disk = disk;
        this.fd = fd;
        this.reader = new DirectoryReader(fd);
        this.self = DiskAttributes.qid(self, disk.root().dev());
        this.parent = parent;
    }

    @Override
    public Qid qid() {
        return self;
    }

    @Override
    public void read(long offset, Predicate<? super DirectoryEntry> sink) throws IOException {
        if (offset < 0) {
            throw new ErrnoException(Errno.EINVAL, "no offset of an entry");
        }
        Posix posix = disk.posix();
        reader.seek(posix, offset);
        while (reader.hasEntry(posix)) {
            DirectoryEntry entry = entry(Names.decode(reader.name()), reader.next());
            if (entry != null && !sink.test(entry)) {
                return;
            }
            reader.advance();
        }
    }

    /** @return null if the file has gone since its name was read */
    private @Nullable DirectoryEntry entry(String name, long offset) throws IOException {
        return switch (name) {
            case "." -> new DirectoryEntry(self, offset, DirectoryEntry.DT_DIR, name);
            case ".." -> new DirectoryEntry(parent, offset, DirectoryEntry.DT_DIR, name);
            default -> child(name, offset);
        };
    }

    private @Nullable DirectoryEntry child(String name, long offset) throws IOException {
        try {
            Stat stat = disk.posix().statat(fd, Names.encode(name));
            return new DirectoryEntry(DiskAttributes.qid(stat, disk.root().dev()), offset, DiskAttributes.dirent(stat),
                    name);
        } catch (PosixException e) {
            if (e.is(Errno.ENOENT)) {
                return null;
            }
            throw e;
        }
    }

    @Override
    public void sync(boolean dataOnly) throws IOException {
        disk.posix().fsync(fd, dataOnly);
    }

    @Override
    public void close() throws IOException {
        disk.posix().close(fd);
    }
}
