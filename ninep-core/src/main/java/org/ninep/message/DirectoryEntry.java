package org.ninep.message;

/**
 * An entry in the data of Rreaddir: {@code qid[13] offset[8] type[1] name[s]}.
 *
 * <p>
 * Immutable.
 *
 * @param qid the file's identification
 * @param offset where the next Treaddir goes on behind this entry; opaque, only handed back to the server
 * @param type the kind of file as in {@code dirent}'s d_type (4 directory, 8 regular, 10 symbolic link)
 * @param name the name in the directory, without a slash
 */
public record DirectoryEntry(Qid qid, long offset, int type, String name) {
    /** d_type of a directory. */
    public static final int DT_DIR = 4;
    /** d_type of a regular file. */
    public static final int DT_REG = 8;
    /** d_type of a symbolic link. */
    public static final int DT_LNK = 10;
    /** d_type of what is none of these, or not known. */
    public static final int DT_UNKNOWN = 0;
}
