package org.ninep.server;

import java.io.IOException;
import org.ninep.Errno;

/**
 * What a server exports under a name: a tree of files, of whatever they are made.
 *
 * <p>
 * An {@link IOException} thrown by a tree, its nodes or its open files becomes Rlerror: an {@link ErrnoException} with
 * the number that it carries, the exceptions of {@code java.nio.file} with the number that they stand for, any other as
 * EIO.
 *
 * <h2>Requests that take long</h2>
 *
 * While one does, other threads carry out further requests of the same client; which of them pass is said at {@link FileNode} and
 * {@link OpenFile}. If the client gives a request up (Tflush, Tversion) or goes, the thread that carries it out is
 * interrupted ({@link Thread#interrupt}), at most once for each request and never after it has returned. A tree whose methods can
 * wait should then undo what it has begun and throw {@link java.io.InterruptedIOException}: the client is told nothing, as if the
 * request had never been. What returns as usual has happened, and the client is told so. A thread that does not heed
 * the interrupt keeps the client's Rflush, and the client's end, waiting until it returns; the server does nothing else to
 * it. The flag is cleared behind each request. An interrupt closes a {@link java.nio.channels.InterruptibleChannel}, such as a
 * {@code FileChannel}, in which the thread waits: do not share one between requests. {@link DirectoryTree} makes system calls that heed
 * no interrupt.
 *
 * <p>
 * Thread-safe: every client's threads attach for themselves. What {@link #attach} gives belongs to that one client.
 */
public interface FileTree {
    /**
     * The root, for one Tattach. Called by any number of threads at the same time.
     *
     * @param aname the name under which the tree is exported
     * @param user who attaches: verified if the export requires authentication, else as claimed by the client
     * @return a root for the caller alone, who closes it
     * @throws IOException if there is no root now, or none for this user
     */
    FileNode attach(String aname, User user) throws IOException;

    /** The number that the server makes of what a tree, its nodes or its open files throw. */
    static Errno errno(IOException thrown) {
        return Errnos.of(thrown);
    }

    /**
     * Who attaches. Without authentication this is no more than what the client says of itself. With it, the uid is the one that
     * was verified, and the name empty, since none was; but where root was verified, both are as root says.
     *
     * <p>
     * Immutable.
     *
     * @param uname name of the user, often empty
     * @param uid numeric user, unsigned; {@link org.ninep.message.Protocol#NONUNAME} if the client gave none
     */
    record User(String uname, int uid) {}
}
