package org.ninep.nio;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.RemoteException;

/** What a server's error number is in {@code java.nio.file}. */
final class Errors {
    private Errors() {}

    /** A request, or several. */
    interface Work<T> {
        T run() throws IOException;
    }

    /** Does the work; what the server refuses becomes an exception about this path. */
    static <T> T about(NinepPath path, Work<T> work) throws IOException {
        return about(path, null, work);
    }

    /** Does the work; what the server refuses becomes an exception about these paths. */
    static <T> T about(NinepPath path, @Nullable NinepPath other, Work<T> work) throws IOException {
        try {
            return work.run();
        } catch (RemoteException e) {
            throw of(e, path, other);
        }
    }

    /** The table. The server's own words are the cause. */
    static FileSystemException of(RemoteException e, NinepPath path, @Nullable NinepPath other) {
        String file = path.toString();
        String second = other == null ? null : other.toString();
        Errno errno = e.errno();
        FileSystemException translated;
        if (errno.equals(Errno.ENOENT)) {
            translated = new NoSuchFileException(file, second, null);
        } else if (errno.equals(Errno.EEXIST)) {
            translated = new FileAlreadyExistsException(second == null ? file : second);
        } else if (errno.equals(Errno.EACCES) || errno.equals(Errno.EPERM)) {
            translated = new AccessDeniedException(file, second, errno.description());
        } else if (errno.equals(Errno.ENOTEMPTY)) {
            translated = new DirectoryNotEmptyException(second == null ? file : second);
        } else if (errno.equals(Errno.ENOTDIR)) {
            translated = new NotDirectoryException(file);
        } else {
            translated = new FileSystemException(file, second, errno.description() + " (" + errno + ")");
        }
        translated.initCause(e);
        return translated;
    }

    /** A file that is no symbolic link was read as one. */
    static NotLinkException notLink(NinepPath path) {
        return new NotLinkException(path.toString());
    }
}
