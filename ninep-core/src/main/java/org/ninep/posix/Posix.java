package org.ninep.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.ninep.message.Timespec;

/**
 * System calls on files. A name is one component, relative to a directory's descriptor, and never followed if it is a
 * symbolic link; a descriptor may be one of O_PATH wherever the call allows that. Each call throws
 * {@link PosixException} with the kernel's own reason.
 *
 * <p>
 * Confined to one thread: the calls share memory for their arguments.
 */
public final class Posix extends Calls {
    /** The access modes of {@code open(2)}, and what can be added to them. */
    public static final int O_RDONLY = 0;
    public static final int O_CREAT = 0100;
    public static final int O_EXCL = 0200;
    public static final int O_NOCTTY = 0400;
    public static final int O_TRUNC = 01000;
    public static final int O_APPEND = 02000;
    public static final int O_NONBLOCK = 04000;
    public static final int O_DSYNC = 010000;
    public static final int O_NOATIME = 01000000;
    public static final int O_SYNC = 04010000;
    public static final int O_PATH = 010000000;
    /** For {@link #unlinkat}: the name is a directory's. */
    public static final int AT_REMOVEDIR = 0x200;
    /** For {@link #utimens}: the time of the call. */
    public static final Timespec NOW = new Timespec(0, (1 << 30) - 1);
    /** For {@link #fchown}: leave it as it is. */
    public static final int KEEP = -1;

    private static final int O_CLOEXEC = 02000000;
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_SYMLINK_FOLLOW = 0x400;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC_AND_BTIME = 0xfff;
    private static final int STATX_BTIME = 0x800;
    private static final int SEEK_SET = 0;
    private static final long UTIME_OMIT = (1 << 30) - 2;
    private static final byte[] NO_NAME = {};

    private Posix() {}

    /**
     * Memory for calls, by one thread at a time.
     *
     * @throws UnsupportedOperationException if this is not Linux, native access is denied, or libc lacks a function
     */
    public static Posix create() {
        try {
            return new Posix();
        } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
            Throwable reason = e.getCause();
            while (reason != null && reason.getCause() != null) {
                reason = reason.getCause();
            }
            throw new UnsupportedOperationException(
                    "files on disk are served on Linux, and with native access, which --enable-native-access allows "
                            + "org.ninep.core: " + (reason == null ? e : reason).getMessage(),
                    e);
        }
    }

    /** Opens a name, or {@code "."}; O_CLOEXEC, O_NOFOLLOW and O_NOCTTY are added to the flags. */
    public int openat(int dir, byte[] name, int flags, int mode) throws PosixException {
        return open(dir, name(name), flags | O_NOCTTY | Libc.ARCHITECTURE.nofollow, mode);
    }

    /** As {@link #openat}, but ENOTDIR for what is no directory. */
    public int openDirectory(int dir, byte[] name, int flags) throws PosixException {
        return openat(dir, name, flags | Libc.ARCHITECTURE.directory, 0);
    }

    /** Opens an absolute path of the server's own, and follows symbolic links. */
    public int openPath(byte[] path, int flags) throws PosixException {
        return open(AT_FDCWD, text(first, path, PATH_MAX), flags, 0);
    }

    /** Opens the very file of a descriptor of O_PATH once more; ELOOP if it is a symbolic link. */
    public int reopen(int fd, int flags) throws PosixException {
        return open(AT_FDCWD, link(fd), flags | O_NOCTTY, 0);
    }

    private int open(int dir, MemorySegment name, int flags, int mode) throws PosixException {
        try {
            return check((int) Libc.OPENAT.invokeExact(state, dir, name, flags | O_CLOEXEC, mode), "open");
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** Gives a descriptor back; what it says of earlier writes is thrown. */
    public void close(int fd) throws PosixException {
        try {
            check((int) Libc.CLOSE.invokeExact(state, fd), "close");
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** What the descriptor's file is now. */
    public Stat stat(int fd) throws PosixException {
        return stat(fd, NO_NAME, AT_EMPTY_PATH);
    }

    /** What the file of that name is now. */
    public Stat statat(int dir, byte[] name) throws PosixException {
        return stat(dir, name, AT_SYMLINK_NOFOLLOW);
    }

    private Stat stat(int fd, byte[] name, int flags) throws PosixException {
        MemorySegment path = name(name);
        try {
            check((int) Libc.STATX.invokeExact(state, fd, path, flags, STATX_BASIC_AND_BTIME, struct), "statx");
        } catch (Throwable e) {
            throw failure(e);
        }
        boolean born = (struct.get(JAVA_INT, 0) & STATX_BTIME) != 0;
        return new Stat(device(136), struct.get(JAVA_LONG, 32), struct.get(JAVA_SHORT, 28) & 0xffff,
                struct.get(JAVA_INT, 20), struct.get(JAVA_INT, 24), Integer.toUnsignedLong(struct.get(JAVA_INT, 16)),
                device(128), struct.get(JAVA_LONG, 40), struct.get(JAVA_INT, 4), struct.get(JAVA_LONG, 48), time(64),
                time(112), time(96), born ? time(80) : null);
    }

    private Timespec time(long at) {
        return new Timespec(struct.get(JAVA_LONG, at), struct.get(JAVA_INT, at + 8));
    }

    /** As {@code makedev(3)} puts major and minor together. */
    private long device(long at) {
        long major = Integer.toUnsignedLong(struct.get(JAVA_INT, at));
        long minor = Integer.toUnsignedLong(struct.get(JAVA_INT, at + 4));
        return (major & ~0xfffL) << 32 | (major & 0xfff) << 8 | (minor & ~0xffL) << 12 | (minor & 0xff);
    }

    /** The file system that holds the descriptor's file. */
    public FileSystem statfs(int fd) throws PosixException {
        try {
            check((int) Libc.FSTATFS.invokeExact(state, fd, struct), "fstatfs");
        } catch (Throwable e) {
            throw failure(e);
        }
        return new FileSystem(struct.get(JAVA_LONG, 8), struct.get(JAVA_LONG, 16), struct.get(JAVA_LONG, 24),
                struct.get(JAVA_LONG, 32), struct.get(JAVA_LONG, 40), struct.get(JAVA_LONG, 48),
                struct.get(JAVA_LONG, 56), struct.get(JAVA_LONG, 64));
    }

    /** The target of the symbolic link whose descriptor of O_PATH this is. */
    public byte[] readlink(int fd) throws PosixException {
        return readlink(fd, name(NO_NAME));
    }

    /**
     * Opens the place where the kernel tells the paths of descriptors, for {@link #path} and {@link #isAt}: they take two
     * thirds of the time that they would from the root of the file system.
     */
    public int openDescriptors() throws PosixException {
        return openPath(DESCRIPTORS, O_PATH);
    }

    /**
     * Where a descriptor's file is by now, as an absolute path; one without a name has {@code " (deleted)"} behind it.
     *
     * @param descriptors from {@link #openDescriptors}
     * @throws PosixException ENAMETOOLONG for one of more than 4095 bytes
     */
    public byte[] path(int descriptors, int fd) throws PosixException {
        return readlink(descriptors, number(fd));
    }

    /**
     * Whether a descriptor's file is at a path by now.
     *
     * @param descriptors from {@link #openDescriptors}
     * @param path as {@link #path} told it
     * @param below whether a place below that counts, too
     * @throws PosixException ENAMETOOLONG for a file whose path has more than 4095 bytes
     */
    public boolean isAt(int descriptors, int fd, byte[] path, boolean below) throws PosixException {
        return isAt(readlinkat(descriptors, number(fd)), path, below);
    }

    /**
     * What follows a path in the path of a descriptor's file: nothing if the file is there, and what begins with a slash if it is below.
     *
     * @param descriptors from {@link #openDescriptors}
     * @param path as {@link #path} told it
     * @return null if the file is elsewhere
     * @throws PosixException ENAMETOOLONG for a file whose path has more than 4095 bytes
     */
    public byte @Nullable [] pathBelow(int descriptors, int fd, byte[] path) throws PosixException {
        long length = readlinkat(descriptors, number(fd));
        if (!isAt(length, path, true)) {
            return null;
        }
        int end = end(path, true);
        return second.asSlice(end, length - end).toArray(JAVA_BYTE);
    }

    /** Whether so many bytes that were read are the path, or one below it. */
    private boolean isAt(long length, byte[] path, boolean below) {
        int end = end(path, below);
        return length >= end && MemorySegment.mismatch(second, 0, end, MemorySegment.ofArray(path), 0, end) < 0
                && (length == end || (below && second.get(JAVA_BYTE, end) == '/'));
    }

    /** Where what is below a path goes on with a slash: of the root that is its own. */
    private static int end(byte[] path, boolean below) {
        return below && path.length == 1 ? 0 : path.length;
    }

    private byte[] readlink(int dir, MemorySegment path) throws PosixException {
        return second.asSlice(0, readlinkat(dir, path)).toArray(JAVA_BYTE);
    }

    private long readlinkat(int dir, MemorySegment path) throws PosixException {
        try {
            return check((long) Libc.READLINKAT.invokeExact(state, dir, path, second, (long) PATH_MAX), "readlink");
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** Reads the next entries of an open directory; 0 bytes at its end. */
    int getdents(int fd, MemorySegment into) throws PosixException {
        try {
            return (int) check((long) Libc.GETDENTS64.invokeExact(state, fd, into, into.byteSize()), "getdents64");
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    void seek(int fd, long offset) throws PosixException {
        try {
            check((long) Libc.LSEEK.invokeExact(state, fd, offset, SEEK_SET), "lseek");
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** Reads into the buffer from its position on, and moves that; not at all at the end of the file. */
    public void pread(int fd, ByteBuffer dst, long offset) throws PosixException {
        if (!dst.isDirect()) {
            ByteBuffer direct = ByteBuffer.allocateDirect(dst.remaining());
            pread(fd, direct, offset);
            dst.put(direct.flip());
            return;
        }
        try {
            MemorySegment bytes = MemorySegment.ofBuffer(dst);
            long read = (long) Libc.PREAD.invokeExact(state, fd, bytes, bytes.byteSize(), offset);
            dst.position(dst.position() + (int) check(read, "pread"));
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** Writes from the buffer's position on, and moves that, to the limit or less far. */
    public void pwrite(int fd, ByteBuffer src, long offset) throws PosixException {
        if (!src.isDirect()) {
            ByteBuffer direct = ByteBuffer.allocateDirect(src.remaining()).put(src.duplicate()).flip();
            pwrite(fd, direct, offset);
            src.position(src.position() + direct.position());
            return;
        }
        try {
            MemorySegment bytes = MemorySegment.ofBuffer(src);
            long written = (long) Libc.PWRITE.invokeExact(state, fd, bytes, bytes.byteSize(), offset);
            src.position(src.position() + (int) check(written, "pwrite"));
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** Waits until what was written is on the disk: all of it, or only what reading it back needs. */
    public void fsync(int fd, boolean dataOnly) throws PosixException {
        try {
            check(dataOnly ? (int) Libc.FDATASYNC.invokeExact(state, fd) : (int) Libc.FSYNC.invokeExact(state, fd),
                    "fsync");
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** Sets the size of the file of a descriptor of O_PATH. */
    public void truncate(int fd, long size) throws PosixException {
        MemorySegment path = link(fd);
        try {
            check((int) Libc.TRUNCATE.invokeExact(state, path, size), "truncate");
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** Sets the size of a file that is open for writing. */
    public void ftruncate(int fd, long size) throws PosixException {
        try {
            check((int) Libc.FTRUNCATE.invokeExact(state, fd, size), "ftruncate");
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** Makes a directory. */
    public void mkdirat(int dir, byte[] name, int mode) throws PosixException {
        MemorySegment path = name(name);
        try {
            check((int) Libc.MKDIRAT.invokeExact(state, dir, path, mode), "mkdirat");
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** Makes a regular file, a fifo, a socket or a device node. */
    public void mknodat(int dir, byte[] name, int mode, int major, int minor) throws PosixException {
        int dev = (minor & 0xff) | major << 8 | (minor & ~0xff) << 12;
        MemorySegment path = name(name);
        try {
            check((long) Libc.MKNODAT.invokeExact(state, (long) Libc.ARCHITECTURE.mknodat, dir, path, mode, dev),
                    "mknodat");
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** Makes a symbolic link. */
    public void symlinkat(byte[] target, int dir, byte[] name) throws PosixException {
        MemorySegment text = text(second, target, PATH_MAX);
        MemorySegment path = name(name);
        try {
            check((int) Libc.SYMLINKAT.invokeExact(state, text, dir, path), "symlinkat");
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** Gives the file of a descriptor of O_PATH another name. */
    public void linkat(int fd, int dir, byte[] name) throws PosixException {
        MemorySegment file = link(fd);
        MemorySegment path = name(second, name);
        try {
            check((int) Libc.LINKAT.invokeExact(state, AT_FDCWD, file, dir, path, AT_SYMLINK_FOLLOW), "linkat");
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** Renames, and replaces what has the new name. */
    public void renameat(int oldDir, byte[] oldName, int newDir, byte[] newName) throws PosixException {
        MemorySegment from = name(oldName);
        MemorySegment to = name(second, newName);
        try {
            check((int) Libc.RENAMEAT.invokeExact(state, oldDir, from, newDir, to), "renameat");
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** Removes a name. */
    public void unlinkat(int dir, byte[] name, int flags) throws PosixException {
        MemorySegment path = name(name);
        try {
            check((int) Libc.UNLINKAT.invokeExact(state, dir, path, flags), "unlinkat");
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** Sets the permissions; EOPNOTSUPP for a symbolic link. */
    public void fchmod(int fd, int mode) throws PosixException {
        MemorySegment path = link(fd);
        try {
            check((int) Libc.FCHMODAT.invokeExact(state, AT_FDCWD, path, mode, 0), "fchmodat");
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** Sets owner and group, of which {@link #KEEP} stays as it is. */
    public void fchown(int fd, int uid, int gid) throws PosixException {
        MemorySegment path = name(NO_NAME);
        try {
            check((int) Libc.FCHOWNAT.invokeExact(state, fd, path, uid, gid, AT_EMPTY_PATH), "fchownat");
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** Sets the times: to one, to {@link #NOW}, or not, for null. */
    public void utimens(int fd, @Nullable Timespec atime, @Nullable Timespec mtime) throws PosixException {
        put(0, atime);
        put(16, mtime);
        MemorySegment path = link(fd);
        try {
            check((int) Libc.UTIMENSAT.invokeExact(state, AT_FDCWD, path, struct, 0), "utimensat");
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    private void put(long at, @Nullable Timespec time) {
        struct.set(JAVA_LONG, at, time == null ? 0 : time.seconds());
        struct.set(JAVA_LONG, at + 8, time == null ? UTIME_OMIT : time.nanoseconds());
    }
}
