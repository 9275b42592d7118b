package org.ninep.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.codec.Names;
import org.ninep.message.Attr;
import org.ninep.message.FileSystemStatus;
import org.ninep.message.Qid;

/** A file on disk: where it is, and what it was when somebody walked to it. */
final class DiskNode implements FileNode {
    private static final Set<OpenOption> READ_NOFOLLOW = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    private static final int ATTEMPTS = 3;

    private final ExportRoot root;
    private final @Nullable Location location;
    private final FileStat stat;

    /** @param root one of its users is this node, from now until it is closed */
    DiskNode(ExportRoot root, @Nullable Location location, FileStat stat) {
        this.root = root;
        this.location = location;
        this.stat = stat;
    }

    @Override
    public Qid qid() {
        return stat.qid(root.dev());
    }

    @Override
    public Attr attr() throws IOException {
        return root.stat(location).attr(root.dev());
    }

    @Override
    public FileNode walk(String name) throws IOException {
        if (!stat.isDirectory()) {
            throw new ErrnoException(Errno.ENOTDIR, "not a directory");
        }
        if (Names.encode(name).length > PathNames.LONGEST_NAME) {
            throw new ErrnoException(Errno.ENAMETOOLONG, "name too long");
        }
        return at(new Location(location, PathNames.toPath(name)));
    }

    @Override
    public FileNode parent() throws IOException {
        return at(location == null ? null : location.parent());
    }

    private DiskNode at(@Nullable Location place) throws IOException {
        DiskNode node = new DiskNode(root, place, root.stat(place));
        root.retain();
        return node;
    }

    @Override
    public OpenFile open(int flags) throws IOException {
        if (FileNode.wantsToWrite(flags)) {
            throw new ErrnoException(Errno.EROFS, "read-only export");
        }
        if (stat.isDirectory()) {
            throw new ErrnoException(Errno.EISDIR, "a directory");
        }
        return root.beside(location, this::open);
    }

    private OpenFile open(SecureDirectoryStream<Path> directory, Path path) throws IOException {
        Path name = root.name(location);
        for (int i = 0; i < ATTEMPTS; i++) {
            FileStat before = FileStat.of(directory, name, path.resolve(name));
            requireRegular(before);
            SeekableByteChannel channel = directory.newByteChannel(name, READ_NOFOLLOW);
            boolean same = false;
            try {
                same = FileStat.of(directory, name, path.resolve(name)).key().equals(before.key());
                if (same && channel instanceof FileChannel file) {
                    return new DiskFile(root, location, before, file);
                }
            } finally {
                if (!same) {
                    channel.close();
                }
            }
        }
        throw new ErrnoException(Errno.ESTALE, "replaced while it was opened");
    }

    private static void requireRegular(FileStat stat) throws ErrnoException {
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
        return new DiskDirectory(root, location, parent);
    }

    @Override
    public String readlink() throws IOException {
        if (!stat.isSymlink()) {
            throw new ErrnoException(Errno.EINVAL, "not a symbolic link");
        }
        return root.beside(location, this::readlink);
    }

    private String readlink(SecureDirectoryStream<Path> directory, Path path) throws IOException {
        Path name = root.name(location);
        Object key = directory.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes().fileKey();
        return root.links().read(path.resolve(name), key);
    }

    @Override
    public FileSystemStatus statfs() throws IOException {
        return root.statfs();
    }

    @Override
    public void close() throws IOException {
        root.release();
    }
}
