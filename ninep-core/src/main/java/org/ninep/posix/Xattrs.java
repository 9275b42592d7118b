package org.ninep.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.ninep.Errno;

/**
 * Extended attributes of the files of descriptors, which may be of O_PATH.
 *
 * <p>
 * Confined to one thread.
 */
public final class Xattrs {
    /** Bytes of the longest value, and of the longest list of names. */
    public static final int SIZE_MAX = 65536;
    private static final int ATTEMPTS = 8;

    private final Posix posix;

    /** @param posix which the calls share */
    public Xattrs(Posix posix) {
        this.posix = posix;
    }

    private interface Call {
        long into(MemorySegment memory, long size) throws PosixException;
    }

    /** A value; ENODATA if there is none of that name. */
    public ByteBuffer get(int fd, byte[] name) throws PosixException {
        return whole((memory, size) -> {
            MemorySegment path = posix.link(fd);
            MemorySegment attribute = attribute(name);
            try {
                return posix.check((long) Libc.GETXATTR.invokeExact(posix.state, path, attribute, memory, size),
                        "getxattr");
            } catch (Throwable e) {
                throw Calls.failure(e);
            }
        });
    }

    /** The names, each with a NUL behind it. */
    public ByteBuffer list(int fd) throws PosixException {
        return whole((memory, size) -> {
            MemorySegment path = posix.link(fd);
            try {
                return posix.check((long) Libc.LISTXATTR.invokeExact(posix.state, path, memory, size), "listxattr");
            } catch (Throwable e) {
                throw Calls.failure(e);
            }
        });
    }

    /** Asks for the size first; when it has grown in between, once more. */
    private static ByteBuffer whole(Call call) throws PosixException {
        for (int i = 0; i < ATTEMPTS; i++) {
            long size = call.into(MemorySegment.NULL, 0);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment memory = arena.allocate(Math.max(1, size));
                long got = size == 0 ? 0 : call.into(memory, size);
                return ByteBuffer.wrap(memory.asSlice(0, got).toArray(JAVA_BYTE));
            } catch (PosixException e) {
                if (!e.is(Errno.ERANGE)) {
                    throw e;
                }
            }
        }
        throw new PosixException(Errno.EAGAIN, "an extended attribute that changes all the time");
    }

    /**
     * Sets a value.
     *
     * @param flags XATTR_CREATE 1, XATTR_REPLACE 2, or 0
     */
    public void set(int fd, byte[] name, ByteBuffer value, int flags) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(Math.max(1, value.remaining()));
            memory.asByteBuffer().put(value.duplicate());
            MemorySegment path = posix.link(fd);
            MemorySegment attribute = attribute(name);
            posix.check((int) Libc.SETXATTR.invokeExact(posix.state, path, attribute, memory, (long) value.remaining(),
                    flags), "setxattr");
        } catch (Throwable e) {
            throw Calls.failure(e);
        }
    }

    /** Removes an attribute. */
    public void remove(int fd, byte[] name) throws PosixException {
        MemorySegment path = posix.link(fd);
        MemorySegment attribute = attribute(name);
        try {
            posix.check((int) Libc.REMOVEXATTR.invokeExact(posix.state, path, attribute), "removexattr");
        } catch (Throwable e) {
            throw Calls.failure(e);
        }
    }

    private MemorySegment attribute(byte[] name) throws PosixException {
        if (name.length > Calls.NAME_MAX) {
            throw new PosixException(Errno.ERANGE, "name of an extended attribute");
        }
        return Calls.text(posix.second, name, Calls.PATH_MAX);
    }
}
