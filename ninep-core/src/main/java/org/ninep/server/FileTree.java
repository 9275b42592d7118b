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
 * <p>
 * Thread-safe: every client's thread attaches for itself. What {@link #attach} gives belongs to that one client.
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
