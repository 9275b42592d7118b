package org.ninep.message;

/**
 * The server's identification of a file: {@code type[1] version[4] path[8]}. Two files on one server are the same if
 * and only if their paths are; many servers leave the version 0, so that it says nothing of the content.
 *
 * <p>
 * Immutable.
 *
 * @param type bits of {@link #DIRECTORY} and its kin, unsigned 8 bits
 * @param version changes with the content where the server keeps one; unsigned 32 bits
 * @param path unique among the server's files; 64 bits
 */
public record Qid(int type, int version, long path) {
    /** Type bit of a directory (QTDIR). */
    public static final int DIRECTORY = 0x80;
    /** Type bit of a file for authentication (QTAUTH). */
    public static final int AUTH = 0x08;
    /** Type bit of a symbolic link (QTSYMLINK). */
    public static final int SYMLINK = 0x02;
    /** The type of a plain file, which has no bit (QTFILE). */
    public static final int FILE = 0x00;

    /** A qid's length on the wire, in bytes. */
    public static final int BYTES = 13;

    /** Whether the file is a directory. */
    public boolean isDirectory() {
        return (type & DIRECTORY) != 0;
    }

    /** Whether the file is a symbolic link. */
    public boolean isSymlink() {
        return (type & SYMLINK) != 0;
    }
}
