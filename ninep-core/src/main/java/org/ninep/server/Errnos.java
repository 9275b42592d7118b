package org.ninep.server;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.posix.PosixException;

/** The error number that an exception stands for. */
final class Errnos {
    private Errnos() {}

    static Errno of(IOException e) {
        return switch (e) {
            case ErrnoException refused -> refused.errno();
            case RemoteException passedOn -> passedOn.errno();
            case PosixException system -> system.errno();
            case NoSuchFileException _ -> Errno.ENOENT;
            case AccessDeniedException _ -> Errno.EACCES;
            case NotDirectoryException _ -> Errno.ENOTDIR;
            case NotLinkException _ -> Errno.EINVAL;
            case FileSystemLoopException _ -> Errno.ELOOP;
            case FileSystemException system -> ofReason(system.getReason());
            case SocketTimeoutException _ -> Errno.EIO;
            case InterruptedIOException _,ClosedByInterruptException _ -> Errno.EINTR;
            default -> Errno.EIO;
        };
    }

    /** The JDK keeps an error that it has no class for only as the text of {@code strerror(3)}. */
    private static Errno ofReason(@Nullable String reason) {
        return switch (reason) {
            case null -> Errno.EIO;
            case String s when s.startsWith("Too many open files in system") -> Errno.ENFILE;
            case String s when s.startsWith("Too many open files") -> Errno.EMFILE;
            case String s when s.startsWith("Too many levels of symbolic links") -> Errno.ELOOP;
            case String s when s.startsWith("Not a directory") -> Errno.ENOTDIR;
            case String s when s.startsWith("File name too long") -> Errno.ENAMETOOLONG;
            case String s when s.startsWith("Stale file handle") -> Errno.ESTALE;
            case String s when s.startsWith("Operation not permitted") -> Errno.EPERM;
            default -> Errno.EIO;
        };
    }
}
