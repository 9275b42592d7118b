package org.ninep.nio;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SPARSE;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.client.OpenFlags;
import org.ninep.client.RemoteFile;

/** Opens files as {@link java.nio.file.Files#newByteChannel(java.nio.file.Path, Set, FileAttribute...)} is told to. */
final class FileChannels {
    private static final Set<OpenOption> KNOWN = Set.of(READ, WRITE, APPEND, CREATE, CREATE_NEW, TRUNCATE_EXISTING,
            DELETE_ON_CLOSE, SPARSE, SYNC, DSYNC, LinkOption.NOFOLLOW_LINKS);

    private final NinepPath path;
    private final Set<? extends OpenOption> options;
    private final boolean writes;
    private final boolean appends;
    private final int mode;

    FileChannels(NinepPath path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) {
        this.path = path;
        this.options = options;
        this.appends = options.contains(APPEND);
        this.writes = appends || options.contains(WRITE);
        this.mode = Modes.of(Modes.FILE, attributes);
        for (OpenOption option : options) {
            if (!KNOWN.contains(option)) {
                throw new UnsupportedOperationException(option + " is not for files on a 9P server");
            }
        }
        if (appends && (options.contains(READ) || options.contains(TRUNCATE_EXISTING))) {
            throw new IllegalArgumentException("APPEND excludes READ and TRUNCATE_EXISTING");
        }
    }

    private boolean has(OpenOption option) {
        return options.contains(option);
    }

    private int flags() {
        boolean reads = has(READ) || !writes;
        int flags = !writes ? OpenFlags.RDONLY : reads ? OpenFlags.RDWR : OpenFlags.WRONLY;
        flags |= appends ? OpenFlags.APPEND : 0;
        flags |= writes && has(SYNC) ? OpenFlags.SYNC : 0;
        flags |= writes && has(DSYNC) ? OpenFlags.DSYNC : 0;
        return flags | (writes && has(TRUNCATE_EXISTING) ? OpenFlags.TRUNC : 0);
    }

    SeekableByteChannel open() throws IOException {
        boolean mayCreate = writes && (has(CREATE) || has(CREATE_NEW));
        boolean follow = !has(LinkOption.NOFOLLOW_LINKS) && !(writes && has(CREATE_NEW));
        try (Located found = path.getFileSystem().locate(path, follow)) {
            RemoteFile there = found.file();
            if (there != null && writes && has(CREATE_NEW)) {
                throw new FileAlreadyExistsException(path.toString());
            }
            RemoteFile opened = there == null && mayCreate ? create(found) : open(found.require());
            return new NinepChannel(path, opened, appends, has(DELETE_ON_CLOSE) ? found.names() : null);
        }
    }

    private RemoteFile open(RemoteFile there) throws IOException {
        if (there.qid().isSymlink()) {
            throw new FileSystemException(path.toString(), null, "a symbolic link, which is not to be followed");
        }
        return Errors.about(path, () -> opened(there.walk("")));
    }

    private RemoteFile opened(RemoteFile file) throws IOException {
        boolean done = false;
        try {
            if (writes && file.qid().isDirectory()) {
                throw new FileSystemException(path.toString(), null, "a directory");
            }
            file.open(flags());
            done = true;
            return file;
        } finally {
            if (!done) {
                file.close();
            }
        }
    }

    /** If somebody else was quicker, CREATE takes what is there now. */
    private RemoteFile create(Located nothing) throws IOException {
        String name = nothing.names().getLast();
        int flags = flags() & ~OpenFlags.TRUNC;
        return Errors.about(path, () -> {
            try (RemoteFile directory = path.getFileSystem().directoryOf(nothing.names())) {
                RemoteFile created = createIn(directory, name, flags | OpenFlags.EXCL);
                return created != null ? created : opened(directory.walk(name));
            }
        });
    }

    private @Nullable RemoteFile createIn(RemoteFile directory, String name, int flags) throws IOException {
        try {
            return directory.directory().create(name, flags, mode);
        } catch (RemoteException e) {
            if (e.errno().equals(Errno.EEXIST) && !has(CREATE_NEW)) {
                return null;
            }
            throw e;
        }
    }
}
