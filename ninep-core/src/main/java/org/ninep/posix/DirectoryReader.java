package org.ninep.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The names in an open directory, at the offsets that its file system gives them: each stays good while the directory is
 * open, whatever happens to its entries.
 *
 * <pre>{@code
 * d_ino[8] d_off[8] d_reclen[2] d_type[1] d_name NUL
 * }</pre>
 *
 * <p>
 * Confined to one thread at a time.
 */
public final class DirectoryReader {
    private static final int BUFFER = 8192;
    private static final int NAME = 19;

    private final int fd;
    private final MemorySegment buffer = Arena.ofAuto().allocate(BUFFER, 8);
    private int at;
    private int end;
    /** The offset of the entry at {@link #at}. */
    private long position;

    /** @param fd of a directory that is open for reading; remains the caller's */
    public DirectoryReader(int fd) {
        this.fd = fd;
    }

    /**
     * Goes to an entry. Going on where it is costs nothing, and asks nothing of the file system.
     *
     * @param posix the calling thread's own, as everywhere here
     * @param offset 0 for the first, or the {@link #next} of an entry
     */
    public void seek(Posix posix, long offset) throws PosixException {
        if (offset != position) {
            posix.seek(fd, offset);
            position = offset;
            at = 0;
            end = 0;
        }
    }

    /** Whether there is an entry here; false at the end. */
    public boolean hasEntry(Posix posix) throws PosixException {
        if (at >= end) {
            at = 0;
            end = posix.getdents(fd, buffer);
        }
        return at < end;
    }

    /** The entry's name. */
    public byte[] name() {
        int length = buffer.get(JAVA_SHORT, at + 16L) & 0xffff;
        int from = at + NAME;
        int to = from;
        while (to < at + length && buffer.get(JAVA_BYTE, to) != 0) {
            to++;
        }
        return buffer.asSlice(from, to - from).toArray(JAVA_BYTE);
    }

    /** The offset of the entry behind this one. */
    public long next() {
        return buffer.get(JAVA_LONG, at + 8L);
    }

    /** Goes on to the entry behind this one. */
    public void advance() {
        position = next();
        at += buffer.get(JAVA_SHORT, at + 16L) & 0xffff;
    }
}
