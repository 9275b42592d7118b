package org.ninep.server;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.ninep.Errno;
import org.ninep.message.Attr;
import org.ninep.message.FileSystemStatus;
import org.ninep.message.Qid;
import org.ninep.message.Tmessage.Tlopen;

/**
 * A file in a {@link FileTree} that a client has walked to: what a fid stands for. The server asks for what a message
 * needs and looks at names before it hands them over: no node ever gets an empty name, {@code "."}, {@code ".."} or a
 * name with a slash or a NUL in it.
 *
 * <p>
 * Requests that change a tree have their place here when there are trees that can be changed; until then the server
 * answers them with EROFS.
 *
 * <p>
 * Confined to one thread: a node, and all that came from it, serves one client, whose requests are handled one after
 * another. Different clients' nodes are used at the same time.
 */
public interface FileNode extends Closeable {
    /** What the file was when it was walked to. Costs nothing, and never blocks. */
    Qid qid();

    /**
     * The file's attributes now.
     *
     * @return with the bits that are filled; the server sends those that were asked for
     * @throws IOException ENOENT or ESTALE if the file is gone
     */
    Attr attr() throws IOException;

    /**
     * The file of that name in this directory. Symbolic links are not followed, but given as such.
     *
     * @param name one component
     * @return a new node, which the caller closes; this one stays as it is
     * @throws IOException ENOENT if there is none of that name, ENOTDIR if this is no directory
     */
    FileNode walk(String name) throws IOException;

    /**
     * The directory that holds this file; the root's parent is the root itself.
     *
     * @return a new node, which the caller closes
     */
    FileNode parent() throws IOException;

    /**
     * Opens what is not a directory. Must not wait, not even for a fifo's other end.
     *
     * @param flags as Linux' {@code open(2)}; see {@link #wantsToWrite(int)}
     * @return which the caller closes before this node
     * @throws IOException EROFS if the flags ask for writing and the tree cannot, ELOOP for a symbolic link, ENXIO for
     *     special files
     */
    OpenFile open(int flags) throws IOException;

    /**
     * Opens a directory for reading its entries.
     *
     * @return which the caller closes before this node
     * @throws IOException ENOTDIR if this is none
     */
    OpenDirectory openDirectory() throws IOException;

    /**
     * A symbolic link's target, as it is: only the client follows it.
     *
     * @throws IOException EINVAL if this is no symbolic link
     */
    default String readlink() throws IOException {
        throw new ErrnoException(Errno.EINVAL, "not a symbolic link");
    }

    /** The file system that holds this file. */
    FileSystemStatus statfs() throws IOException;

    /**
     * The names of the extended attributes, with their namespace ({@code user.comment}).
     *
     * @throws IOException EOPNOTSUPP if the tree has no extended attributes
     */
    default List<String> xattrs() throws IOException {
        throw new ErrnoException(Errno.EOPNOTSUPP, "no extended attributes");
    }

    /**
     * The value of an extended attribute.
     *
     * @param name with its namespace
     * @return from position to limit; the caller does not change the content
     * @throws IOException ENODATA if the file has none of that name, EOPNOTSUPP if the tree has no extended attributes
     */
    default ByteBuffer xattr(String name) throws IOException {
        throw new ErrnoException(Errno.EOPNOTSUPP, "no extended attributes");
    }

    /** Lets go of what the node holds: called once, when no fid stands for it any more. */
    @Override
    default void close() throws IOException {}

    /** Whether flags of {@code open(2)} ask for more than reading: O_WRONLY, O_RDWR or O_TRUNC. */
    static boolean wantsToWrite(int flags) {
        return (flags & Tlopen.ACCMODE) != Tlopen.RDONLY || (flags & Tlopen.TRUNC) != 0;
    }
}
