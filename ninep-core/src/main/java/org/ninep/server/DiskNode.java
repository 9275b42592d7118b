package org.ninep.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.codec.Names;
import org.ninep.message.Attr;
import org.ninep.message.FileSystemStatus;
import org.ninep.message.Qid;
import org.ninep.message.Tmessage.Tsetattr;
import org.ninep.posix.Posix;
import org.ninep.posix.PosixException;
import org.ninep.posix.Stat;

/**
 * A file on disk. It is known either by a descriptor of O_PATH that the node holds, and stays the same file whatever becomes
 * of its name; or by its place, and is looked up anew each time.
 *
 * <p>
 * Thread-safe.
 */
final class DiskNode implements FileNode {
    private static final int NONE = -1;
    private static final int PERMISSIONS = 07777;
    private static final byte[] SELF = {'.'};
    private static final byte[] OUTER = {'.', '.'};

    private final DiskAccess disk;
    private final Stat stat;
    private final int held;
    /** Of a node that holds no descriptor. */
    private volatile @Nullable Location location;

    private DiskNode(DiskAccess disk, Stat stat, int held, @Nullable Location location) {
        this.disk = disk;
        this.stat = stat;
        this.held = held;
        this.location = location;
    }

    /** @param disk whose root has one user more, which is this node until it is closed */
    static DiskNode root(DiskAccess disk) throws IOException {
        return new DiskNode(disk, disk.root().stat(disk.posix()), NONE, null);
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
        requireInside();
        return look(action);
    }

    private void requireInside() throws IOException {
        if (held == NONE) {
            disk.root().requireInPlace(disk.posix());
        } else {
            disk.root().requireInside(disk.posix(), held);
        }
    }

    private <T extends @Nullable Object> T look(ExportRoot.Action<T> action) throws IOException {
        return held == NONE ? disk.root().find(disk.posix(), location, action) : action.on(held);
    }

    private @Nullable Location place() throws IOException {
        return held == NONE ? location : disk.root().locate(disk.posix(), held);
    }

    @Override
    public FileNode walk(String name) throws IOException {
        if (!stat.isDirectory()) {
            throw new ErrnoException(Errno.ENOTDIR, "not a directory");
        }
        return disk.asUser(() -> lookUp(name));
    }

    /**
     * Looks before it is known whether this directory is still in the export: of what is found that is asked afterwards, and
     * only if nothing is, of the directory. So nobody learns what names there are outside.
     */
    private DiskNode lookUp(String name) throws IOException {
        try {
            return look(fd -> child(fd, name));
        } catch (IOException e) {
            requireInside();
            throw e;
        }
    }

    private DiskNode child(int directory, String name) throws IOException {
        return node(ExportRoot.step(disk.posix(), directory, name), () -> {
            disk.root().requireInPlace(disk.posix());
            return new Location(place(), name);
        });
    }

    @Override
    public FileNode parent() throws IOException {
        if (held == NONE) {
            Location outer = parent(location);
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

    private DiskNode root() throws IOException {
        DiskNode node = root(disk);
        disk.root().retain();
        return node;
    }

    /**
     * A node of the file, which holds the descriptor if there may be another one; the file is then in the export.
     *
     * @param place where in the export the file is, if the node cannot hold it
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
    public boolean isWritable() {
        return disk.isWritable();
    }

    @Override
    public Created create(String name, int flags, int mode, int gid) throws IOException {
        return disk.creating(gid, () -> here(directory -> {
            requireNoSpecialFile(directory, name);
            int fd = disk.posix().openat(directory, Names.encode(name),
                    DiskFile.flags(flags) | (flags & Posix.O_EXCL) | Posix.O_CREAT, mode & PERMISSIONS);
            boolean done = false;
            try {
                Stat now = disk.posix().stat(fd);
                requireRegular(now);
                DiskNode node = node(disk.posix().reopen(fd, Posix.O_PATH), () -> new Location(place(), name));
                done = true;
                return new Created(node, new DiskFile(disk, now, fd));
            } finally {
                if (!done) {
                    disk.posix().close(fd);
                }
            }
        }));
    }

    /** To open one can have effects of its own. */
    private void requireNoSpecialFile(int directory, String name) throws IOException {
        try {
            Stat there = disk.posix().statat(directory, Names.encode(name));
            if (!there.isRegular() && !there.isDirectory() && !there.isSymlink()) {
                throw new ErrnoException(Errno.ENXIO, "a special file");
            }
        } catch (PosixException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
    }

    @Override
    public Qid makeDirectory(String name, int mode, int gid) throws IOException {
        return make(name, gid, (directory, bytes) -> disk.posix().mkdirat(directory, bytes, mode & PERMISSIONS));
    }

    @Override
    public Qid makeNode(String name, int mode, int major, int minor, int gid) throws IOException {
        return make(name, gid, (directory, bytes) -> disk.posix().mknodat(directory, bytes, mode, major, minor));
    }

    @Override
    public Qid makeSymlink(String name, String target, int gid) throws IOException {
        return make(name, gid, (directory, bytes) -> disk.posix().symlinkat(Names.encode(target), directory, bytes));
    }

    private interface Maker {
        void make(int directory, byte[] name) throws IOException;
    }

    private Qid make(String name, int gid, Maker maker) throws IOException {
        byte[] bytes = Names.encode(name);
        return disk.creating(gid, () -> here(directory -> {
            maker.make(directory, bytes);
            return DiskAttributes.qid(disk.posix().statat(directory, bytes), disk.root().dev());
        }));
    }

    private interface Change {
        void on(int fd) throws IOException;
    }

    private void change(Change change) throws IOException {
        disk.requireWritable();
        on(fd -> {
            change.on(fd);
            return null;
        });
    }

    /** Does something with the descriptor of another node of the same tree, as this one's user. */
    private void with(FileNode other, Change change) throws IOException {
        if (!(other instanceof DiskNode node) || !node.disk.root().equals(disk.root())) {
            throw new ErrnoException(Errno.EXDEV, "of another export");
        }
        node.here(fd -> {
            change.on(fd);
            return null;
        });
    }

    @Override
    public void link(FileNode file, String name) throws IOException {
        change(directory -> with(file, fd -> disk.posix().linkat(fd, directory, Names.encode(name))));
    }

    @Override
    public void rename(String name, FileNode newDirectory, String newName) throws IOException {
        change(from -> with(newDirectory,
                to -> disk.posix().renameat(from, Names.encode(name), to, Names.encode(newName))));
    }

    @Override
    public void moveTo(FileNode newDirectory, String newName) throws IOException {
        byName((from, name) -> with(newDirectory,
                to -> disk.posix().renameat(from, name, to, Names.encode(newName))));
        if (held == NONE && newDirectory instanceof DiskNode directory) {
            location = new Location(directory.place(), newName);
        }
    }

    @Override
    public void unlink(String name, boolean directory) throws IOException {
        change(from -> disk.posix().unlinkat(from, Names.encode(name), directory ? Posix.AT_REMOVEDIR : 0));
    }

    @Override
    public void remove() throws IOException {
        byName((from, name) -> disk.posix().unlinkat(from, name, stat.isDirectory() ? Posix.AT_REMOVEDIR : 0));
    }

    /** Does something with the name that this file has now: the system calls take no descriptor for that. */
    private void byName(Maker change) throws IOException {
        disk.requireWritable();
        Location place = place();
        if (place == null) {
            throw new ErrnoException(Errno.EBUSY, "the root of the export");
        }
        byte[] name = Names.encode(place.name());
        disk.asUser(() -> disk.root().at(disk.posix(), place.parent(), from -> {
            if (!disk.posix().statat(from, name).isSameFile(stat)) {
                throw new ErrnoException(Errno.ESTALE, "another file has the name");
            }
            change.make(from, name);
            return null;
        }));
    }

    @Override
    public void setattr(Tsetattr change) throws IOException {
        change(fd -> DiskChanges.set(disk.posix(), fd, change));
    }

    @Override
    public List<String> xattrs() throws IOException {
        String names = Names.decode(on(disk.xattrs()::list).array());
        return names.isEmpty() ? List.of() : List.of(names.split("\0", -1)).subList(0, count(names));
    }

    private static int count(String names) {
        return (int) names.chars().filter(c -> c == 0).count();
    }

    @Override
    public ByteBuffer xattr(String name) throws IOException {
        return on(fd -> disk.xattrs().get(fd, Names.encode(name)));
    }

    @Override
    public void setXattr(String name, ByteBuffer value, int flags) throws IOException {
        change(fd -> disk.xattrs().set(fd, Names.encode(name), value, flags));
    }

    @Override
    public void removeXattr(String name) throws IOException {
        change(fd -> disk.xattrs().remove(fd, Names.encode(name)));
    }

    @Override
    public void close() throws IOException {
        try {
            if (held != NONE) {
                disk.held().giveBack();
                disk.posix().close(held);
            }
        } finally {
            disk.root().release(disk.posix());
        }
    }
}
