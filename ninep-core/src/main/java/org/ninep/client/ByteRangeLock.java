package org.ninep.client;

import org.ninep.message.Tmessage.Tlock;

/**
 * A lock on a range of a file's bytes, as {@code fcntl(2)} has them, and whose it is. Locks are advisory: they keep out
 * other locks, not reads and writes. Two locks of one holder never stand in each other's way, and where they overlap the later
 * one replaces the earlier. Servers give up a holder's locks when the fid by which they were taken is clunked or its
 * connection ends; some (diod) know no ranges and lock the whole file.
 *
 * <p>
 * Immutable.
 *
 * @param exclusive whether it keeps out all others, or only exclusive ones
 * @param start offset of its first byte, not negative
 * @param length in bytes, not negative; 0 means to the end of the file, wherever that is going to be
 * @param procId the holder's number among those of the client
 * @param clientId the client; by convention its host's name
 */
public record ByteRangeLock(boolean exclusive, long start, long length, int procId, String clientId) {
    /** @throws IllegalArgumentException if the range is not within 0 to 2<sup>63</sup> - 1 */
    public ByteRangeLock {
        if (start < 0 || length < 0 || start > Long.MAX_VALUE - length) {
            throw new IllegalArgumentException("no file reaches from offset " + start + " over " + length + " bytes");
        }
    }

    /** A lock of the whole file, shared with others that are shared. */
    public static ByteRangeLock shared(int procId, String clientId) {
        return new ByteRangeLock(false, 0, 0, procId, clientId);
    }

    /** A lock of the whole file that keeps out all others. */
    public static ByteRangeLock exclusive(int procId, String clientId) {
        return new ByteRangeLock(true, 0, 0, procId, clientId);
    }

    /** The same for another range. */
    public ByteRangeLock withRange(long start, long length) {
        return new ByteRangeLock(exclusive, start, length, procId, clientId);
    }

    int type() {
        return exclusive ? Tlock.WRLCK : Tlock.RDLCK;
    }
}
