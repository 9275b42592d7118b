package org.ninep.server;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.codec.Names;
import org.ninep.message.Attr;
import org.ninep.message.FileSystemStatus;
import org.ninep.message.Qid;
import org.ninep.posix.Posix;
import org.ninep.posix.Stat;

/**
 * A file on disk. It is known either by a descriptor of O_PATH that the node holds, and stays the same file whatever becomes
 * of its name; or by its place, and is looked up anew each time.
 */
final class DiskNode implements FileNode {
    private static final int NONE = -1;
    private static final byte[] SELF = {'.'};
    private static final byte[] OUTER = {'.', '.'};

    private final DiskAccess disk;
    private final Stat stat;
    private final int held;
    /** Of a node that holds no descriptor. */
    private final @Nullable Location location;

    private DiskNode(DiskAccess disk, Stat stat, int held, @Nullable Location location) {
        this.disk = disk;
        this.stat = stat;
        this.held = held;
        this.location = location;
    }

    /** @param disk whose root has one user more, which is this node until it is closed */
    static DiskNode root(DiskAccess disk) {
        return new DiskNode(disk, disk.root().stat(), NONE, null);
    }

    @Override
    public Qid qid() {
        return DiskAttributes.qid(stat, disk.root().dev());
    }

    @Override
    public Attr attr() throws IOException {
        return DiskAttributes.attr(on(disk.posix()::stat), disk.root().dev());
    }

    /** Does something, as the user, with the file's descriptor of O_PATH. */
    private <T extends @Nullable Object> T on(ExportRoot.Action<T> action) throws IOException {
        return disk.asUser(() -> here(action));
    }

    private <T extends @Nullable Object> T here(ExportRoot.Action<T> action) throws IOException {
        if (held == NONE) {
            return disk.root().at(disk.posix(), location, action);
        }
        disk.root().requireInside(disk.posix(), held);
        return action.on(held);
    }

    private @Nullable Location place() throws IOException {
        return held == NONE ? location : disk.root().locate(disk.posix(), held);
    }

    @Override
    public FileNode walk(String name) throws IOException {
        if (!stat.isDirectory()) {
            throw new ErrnoException(Errno.ENOTDIR, "not a directory");
        }
        return on(directory -> node(ExportRoot.step(disk.posix(), directory, name), () -> new Location(place(), name)));
    }

    @Override
    public FileNode parent() throws IOException {
        if (held == NONE) {
            Location outer = location == null ? null : location.parent();
            Stat now = disk.asUser(() -> disk.root().at(disk.posix(), outer, disk.posix()::stat));
            disk.root().retain();
            return new DiskNode(disk, now, NONE, outer);
        }
        return on(directory -> {
            if (disk.root().locate(disk.posix(), directory) == null) {
                return root();
            }
            return node(disk.posix().openat(directory, OUTER, Posix.O_PATH, 0), () -> parent(place()));
        });
    }

    private static @Nullable Location parent(@Nullable Location place) {
        return place == null ? null : place.parent();
    }

    private DiskNode root() {
        disk.root().retain();
        return root(disk);
    }

    /**
     * A node of the file, which holds the descriptor if there may be another one.
     *
     * @param place where the file is, if the node cannot hold it
     */
    private DiskNode node(int fd, DiskAccess.Deed<@Nullable Location> place) throws IOException {
        boolean hold = disk.held().take();
        boolean done = false;
        try {
            if (hold) {
                disk.root().requireInside(disk.posix(), fd);
            }
            DiskNode node = new DiskNode(disk, disk.posix().stat(fd), hold ? fd : NONE, hold ? null : place.run());
            disk.root().retain();
            done = hold;
            return node;
        } finally {
            if (!done) {
                disk.posix().close(fd);
                if (hold) {
                    disk.held().giveBack();
                }
            }
        }
    }

    @Override
    public OpenFile open(int flags) throws IOException {
        if (FileNode.wantsToWrite(flags)) {
            disk.requireWritable();
        }
        if (stat.isDirectory()) {
            throw new ErrnoException(Errno.EISDIR, "a directory");
        }
        return on(fd -> {
            Stat now = disk.posix().stat(fd);
            requireRegular(now);
            return new DiskFile(disk, now, disk.posix().reopen(fd, DiskFile.flags(flags)));
        });
    }

    private static void requireRegular(Stat stat) throws ErrnoException {
        if (stat.isDirectory()) {
            throw new ErrnoException(Errno.EISDIR, "a directory");
        }
        if (stat.isSymlink()) {
            throw new ErrnoException(Errno.ELOOP, "a symbolic link");
        }
        if (!stat.isRegular()) {
            throw new ErrnoException(Errno.ENXIO, "a special file");
        }
    }

    @Override
    public OpenDirectory openDirectory() throws IOException {
        if (!stat.isDirectory()) {
            throw new ErrnoException(Errno.ENOTDIR, "not a directory");
        }
        Qid parent;
        try (FileNode outer = parent()) {
            parent = outer.qid();
        }
        return on(fd -> {
            Stat now = disk.posix().stat(fd);
            int opened = disk.posix().openDirectory(fd, SELF, Posix.O_RDONLY);
            return new DiskDirectory(disk, opened, now, parent);
        });
    }

    @Override
    public String readlink() throws IOException {
        if (!stat.isSymlink()) {
            throw new ErrnoException(Errno.EINVAL, "not a symbolic link");
        }
        return Names.decode(on(disk.posix()::readlink));
    }

    @Override
    public FileSystemStatus statfs() throws IOException {
        return on(fd -> ExportRoot.statfs(disk.posix(), fd));
    }

    @Override
    public void close() throws IOException {
        if (held != NONE) {
            disk.held().giveBack();
            disk.posix().close(held);
        }
        disk.root().release(disk.posix());
    }
}
