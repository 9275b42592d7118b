package org.ninep.nio;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.client.RemoteFile;

/** Copies and moves, of one file, link or directory without what is in it. */
final class Copies {
    private static final int BLOCK = 1 << 20;

    private final NinepFileSystemProvider provider;
    private final NinepPath source;
    private final NinepPath target;
    private final Set<CopyOption> options;

    Copies(NinepFileSystemProvider provider, NinepPath source, NinepPath target, CopyOption... options) {
        this.provider = provider;
        this.source = source;
        this.target = target;
        this.options = Set.of(options);
        for (CopyOption option : options) {
            if (!(option instanceof java.nio.file.StandardCopyOption) && option != LinkOption.NOFOLLOW_LINKS) {
                throw new UnsupportedOperationException(option + " is not for files on a 9P server");
            }
        }
    }

    private Attributes attributes(NinepPath path, boolean follow) throws IOException {
        return new AttributeView(path, follow, "posix").readAttributes();
    }

    private @Nullable Attributes attributesIfThere(NinepPath path) throws IOException {
        try (Located found = path.getFileSystem().locate(path, false)) {
            RemoteFile file = found.file();
            return file == null ? null : new Attributes(path.getFileSystem(), Errors.about(path, file::getattr));
        }
    }

    // Copying.

    void copy() throws IOException {
        if (options.contains(ATOMIC_MOVE)) {
            throw new UnsupportedOperationException("ATOMIC_MOVE is not for copies");
        }
        copy(!options.contains(LinkOption.NOFOLLOW_LINKS), options.contains(COPY_ATTRIBUTES));
    }

    private void copy(boolean follow, boolean withAttributes) throws IOException {
        Attributes from = attributes(source, follow);
        Attributes there = attributesIfThere(target);
        if (there != null && there.fileKey().equals(from.fileKey())) {
            return;
        }
        makeRoom(there);
        if (from.isDirectory()) {
            provider.createDirectory(target, PosixFilePermissions.asFileAttribute(from.permissions()));
        } else if (from.isSymbolicLink()) {
            provider.createSymbolicLink(target,
                    target.getFileSystem().getPath(provider.readSymbolicLink(source).toString()));
        } else if (from.isRegularFile()) {
            copyContent(from);
        } else {
            throw new UnsupportedOperationException(source + ": special files are not copied");
        }
        if (withAttributes && !from.isSymbolicLink()) {
            AttributeView to = new AttributeView(target, false, "posix");
            to.setPermissions(from.permissions());
            to.setTimes(from.lastModifiedTime(), from.lastAccessTime(), null);
        }
    }

    private void makeRoom(@Nullable Attributes there) throws IOException {
        if (there != null) {
            if (!options.contains(REPLACE_EXISTING)) {
                throw new FileAlreadyExistsException(target.toString());
            }
            provider.delete(target);
        }
    }

    private void copyContent(Attributes from) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(Math.clamp(from.size(), 4096, BLOCK));
        try (SeekableByteChannel in = provider.newByteChannel(source, Set.of(StandardOpenOption.READ));
                SeekableByteChannel out = provider.newByteChannel(target,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(from.permissions()))) {
            while (in.read(block.clear()) >= 0) {
                int ignored = out.write(block.flip());
            }
        }
    }

    // Moving.

    void move() throws IOException {
        boolean atomic = options.contains(ATOMIC_MOVE);
        if (!source.getFileSystem().equals(target.getFileSystem())) {
            if (atomic) {
                throw new AtomicMoveNotSupportedException(source.toString(), target.toString(),
                        "another file system");
            }
            copyAndDelete();
            return;
        }
        if (!atomic) {
            Attributes from = attributes(source, false);
            Attributes there = attributesIfThere(target);
            if (there != null && there.fileKey().equals(from.fileKey())) {
                return;
            }
            if (there != null && !options.contains(REPLACE_EXISTING)) {
                throw new FileAlreadyExistsException(target.toString());
            }
            if (there != null && there.isDirectory() != from.isDirectory()) {
                provider.delete(target);
            }
        }
        try {
            rename();
        } catch (RemoteException e) {
            if (!e.errno().equals(Errno.EXDEV)) {
                throw Errors.of(e, source, target);
            }
            if (atomic) {
                throw new AtomicMoveNotSupportedException(source.toString(), target.toString(), e.getMessage());
            }
            copyAndDelete();
        }
    }

    private void rename() throws IOException {
        NinepFileSystem fileSystem = source.getFileSystem();
        try (Located from = fileSystem.locate(source, false); Located to = fileSystem.locate(target, false)) {
            from.require();
            provider.requireName(source, from.names());
            provider.requireName(target, to.names());
            try (RemoteFile fromDirectory = fileSystem.directoryOf(from.names());
                    RemoteFile toDirectory = fileSystem.directoryOf(to.names())) {
                fromDirectory.directory().rename(from.names().getLast(), toDirectory.directory(),
                        to.names().getLast());
            }
        }
    }

    /** A directory goes without what is in it, and therefore only if there is nothing. */
    private void copyAndDelete() throws IOException {
        if (attributes(source, false).isDirectory()) {
            try (DirectoryStream<Path> entries = provider.newDirectoryStream(source, _ -> true)) {
                if (entries.iterator().hasNext()) {
                    throw new DirectoryNotEmptyException(source.toString());
                }
            }
        }
        copy(false, true);
        provider.delete(source);
    }
}
