package org.ninep.server;

/**
 * What one client may take.
 *
 * @param msize largest frame in bytes
 * @param fids most fids
 * @param openFiles most fids that are open, each of which may hold a descriptor more
 */
record Limits(int msize, int fids, int openFiles) {
    /** Smallest msize that is agreed to, as in Linux: every reply without data fits. */
    static final int SMALLEST_MSIZE = 4096;
    /** Longest frame before a version is agreed on. */
    static final int UNVERSIONED_FRAME = 8192;
    /** Most afids at a time. A client needs one for as long as it attaches. */
    static final int AFIDS = 4;
    /** Most credentials in a row that may turn out not to be good, before no further one is looked at. */
    static final int CREDENTIALS = 16;
    /** Most record locks of one client; the next gets ENOLCK. */
    static final int LOCKS = 4096;

    /** The value of an option, if it is in range. */
    static int inRange(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + " " + value + " is not in " + least + ".." + most);
        }
        return value;
    }
}
