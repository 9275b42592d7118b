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
import org.ninep.message.Tmessage.Tsetattr;

/**
 * A file in a {@link FileTree} that a client has walked to: what a fid stands for. The server asks for what a message
 * needs and looks at names before it hands them over: no node ever gets an empty name, {@code "."}, {@code ".."} or a
 * name with a slash or a NUL in it, and to change something none of more than 255 bytes.
 *
 * <p>
 * A tree that can be read needs no more than the methods that have no body here. One that can be changed says so by
 * {@link #isWritable}, and overrides those changes that it has; the others are refused: with EROFS in a tree that is not
 * writable, else with EOPNOTSUPP.
 *
 * <p>
 * A node, and all that came from it, serves one client. Several fids may stand for it, and requests that only look at
 * a fid ({@link #walk}, {@link #attr}, {@link #readlink}, {@link #statfs}, {@link #xattrs}, {@link #xattr}) pass each other while one
 * of them takes long; one that changes something is alone on its fids. Different clients' nodes are used at the same time.
 *
 * <p>
 * Thread-safe, but for {@link #close}, behind which there is no other call.
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

    /**
     * Whether anything here may be changed. Where not, the server answers every request that would change something with
     * EROFS, and asks the node for none of it.
     */
    default boolean isWritable() {
        return false;
    }

    /**
     * A file that has been made and opened.
     *
     * <p>
     * Confined to one thread.
     *
     * @param node what the fid stands for from now on
     * @param file open as was asked for
     */
    record Created(FileNode node, OpenFile file) {}

    /**
     * Makes a regular file in this directory and opens it, or opens the one that is there.
     *
     * @param flags as Linux' {@code open(2)}: with O_EXCL (200 octal) the file must not be there
     * @param mode permissions, 12 bits; the client has applied its umask
     * @param gid the new file's group
     * @return both of which the caller closes
     * @throws IOException EEXIST, EISDIR, or ELOOP for a symbolic link
     */
    default Created create(String name, int flags, int mode, int gid) throws IOException {
        throw refused("files");
    }

    /**
     * Makes a directory in this one.
     *
     * @param mode permissions, 12 bits
     * @param gid the new directory's group
     * @return what was made
     */
    default Qid makeDirectory(String name, int mode, int gid) throws IOException {
        throw refused("directories");
    }

    /**
     * Makes a regular file, a fifo, a socket or a device node in this directory.
     *
     * @param mode kind and permissions, as {@code mknod(2)} takes them
     * @param major of a device
     * @param minor of a device
     * @param gid the new file's group
     * @return what was made
     */
    default Qid makeNode(String name, int mode, int major, int minor, int gid) throws IOException {
        throw refused("special files");
    }

    /**
     * Makes a symbolic link in this directory.
     *
     * @param target any text, which only clients interpret
     * @param gid the new link's group
     * @return what was made
     */
    default Qid makeSymlink(String name, String target, int gid) throws IOException {
        throw refused("symbolic links");
    }

    /**
     * Gives a file another name, in this directory.
     *
     * @param file perhaps of another tree: EXDEV
     */
    default void link(FileNode file, String name) throws IOException {
        throw refused("hard links");
    }

    /**
     * Renames what has a name in this directory, and replaces what has the new one, as {@code rename(2)}.
     *
     * @param newDirectory perhaps of another tree: EXDEV
     */
    default void rename(String name, FileNode newDirectory, String newName) throws IOException {
        throw refused("renaming");
    }

    /**
     * Renames this file, which this node then still stands for.
     *
     * @param newDirectory perhaps of another tree: EXDEV
     * @throws IOException EBUSY for the root
     */
    default void moveTo(FileNode newDirectory, String newName) throws IOException {
        throw refused("renaming");
    }

    /**
     * Removes a name from this directory.
     *
     * @param directory whether a directory must have it, which is then removed if it is empty; else none may
     */
    default void unlink(String name, boolean directory) throws IOException {
        throw refused("removing");
    }

    /**
     * Removes this file, or this directory if it is empty. The node is closed afterwards.
     *
     * @throws IOException EBUSY for the root
     */
    default void remove() throws IOException {
        throw refused("removing");
    }

    /**
     * Sets attributes, all that {@code valid} names.
     *
     * @param change its fid is of no concern; it has no unknown bits, no negative size and times in range
     */
    default void setattr(Tsetattr change) throws IOException {
        throw refused("attributes to set");
    }

    /**
     * Sets an extended attribute.
     *
     * @param name with its namespace
     * @param value from position to limit, not to be kept
     * @param flags {@link #XATTR_CREATE}, {@link #XATTR_REPLACE} or 0
     */
    default void setXattr(String name, ByteBuffer value, int flags) throws IOException {
        throw refused("extended attributes");
    }

    /**
     * Removes an extended attribute.
     *
     * @throws IOException ENODATA if the file has none of that name
     */
    default void removeXattr(String name) throws IOException {
        throw refused("extended attributes");
    }

    /** Flag of {@link #setXattr}: EEXIST if there is one of that name. */
    int XATTR_CREATE = 1;
    /** Flag of {@link #setXattr}: ENODATA if there is none of that name. */
    int XATTR_REPLACE = 2;

    private ErrnoException refused(String what) {
        return isWritable()
                ? new ErrnoException(Errno.EOPNOTSUPP, "no " + what)
                : new ErrnoException(Errno.EROFS, "read-only");
    }

    /** Lets go of what the node holds: called once, when no fid stands for it any more. */
    @Override
    default void close() throws IOException {}

    /** Whether flags of {@code open(2)} ask for more than reading: O_WRONLY, O_RDWR or O_TRUNC. */
    static boolean wantsToWrite(int flags) {
        return (flags & Tlopen.ACCMODE) != Tlopen.RDONLY || (flags & Tlopen.TRUNC) != 0;
    }
}
