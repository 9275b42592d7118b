package org.ninep.server;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;

/**
 * What a client's number stands for: a file, and whether and how it is open. Requests that only look use it at the same time;
 * one that changes it is alone.
 */
final class Fid {
    /** A node that several fids stand for, after a walk without names; closed with the last. */
    private static final class Shared {
        final FileTree tree;
        final FileNode node;
        final AtomicInteger fids = new AtomicInteger(1);

        Shared(FileTree tree, FileNode node) {
            this.tree = tree;
            this.node = node;
        }
    }

    private final Shared shared;
    private @Nullable OpenFile file;
    private @Nullable OpenDirectory directory;
    private boolean readable;
    private boolean writable;

    private Fid(Shared shared) {
        this.shared = shared;
    }

    static Fid of(FileTree tree, FileNode node) {
        return new Fid(new Shared(tree, node));
    }

    /** A fid of another file of the same tree, not open. */
    Fid become(FileNode node) {
        return of(shared.tree, node);
    }

    /** Another fid of the same file, not open. */
    Fid twin() {
        shared.fids.incrementAndGet();
        return new Fid(shared);
    }

    FileTree tree() {
        return shared.tree;
    }

    FileNode node() {
        return shared.node;
    }

    boolean isOpen() {
        return file != null || directory != null;
    }

    void open(OpenFile opened, boolean forReading, boolean forWriting) {
        file = opened;
        readable = forReading;
        writable = forWriting;
    }

    void open(OpenDirectory opened) {
        directory = opened;
    }

    @Nullable
    OpenFile file() {
        return file;
    }

    /** The file if it is open for writing, and is not the value of an attribute. */
    @Nullable
    OpenFile writableFile() {
        return writable && !(file instanceof XattrFile) ? file : null;
    }

    /** Waits until what was written will outlast a crash. */
    void sync(boolean dataOnly) throws IOException {
        if (file != null) {
            file.sync(dataOnly);
        } else if (directory != null) {
            directory.sync(dataOnly);
        } else {
            throw notOpen();
        }
    }

    /** Carries out what was to be done only when the client has said that it is done with the fid. */
    void commit() throws IOException {
        if (file instanceof XattrFile value) {
            value.commit();
        }
    }

    OpenFile readable() throws ErrnoException {
        if (file != null && readable) {
            return file;
        }
        throw directory != null ? new ErrnoException(Errno.EISDIR, "a directory") : notOpen();
    }

    OpenFile writable() throws ErrnoException {
        if (file != null && writable) {
            return file;
        }
        throw directory != null ? new ErrnoException(Errno.EISDIR, "a directory") : notOpen();
    }

    OpenDirectory directory() throws ErrnoException {
        if (directory != null) {
            return directory;
        }
        throw file != null ? new ErrnoException(Errno.ENOTDIR, "not a directory") : notOpen();
    }

    private static ErrnoException notOpen() {
        return new ErrnoException(Errno.EBADF, "the fid is not open for that");
    }

    void close() throws IOException {
        try (FileNode _ = shared.fids.decrementAndGet() == 0 ? shared.node : null;
                OpenDirectory _ = directory;
                OpenFile _ = file) {
            file = null;
            directory = null;
        }
    }
}
