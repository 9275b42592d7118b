package org.ninep.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.ninep.Errno;

/** The memory that system calls take their arguments from and leave their results in. */
abstract class Calls {
    /** Bytes of the longest name. */
    public static final int NAME_MAX = 255;
    /** Bytes of the longest path, and of the longest target of a symbolic link, with the NUL at the end. */
    public static final int PATH_MAX = 4096;

    /** The directory that holds a link to the file of each descriptor of the process. */
    static final byte[] DESCRIPTORS = "/proc/self/fd".getBytes(StandardCharsets.US_ASCII);

    private final Arena arena = Arena.ofAuto();
    /** Receives {@code errno}. */
    final MemorySegment state = arena.allocate(Libc.STATE);
    final MemorySegment first = arena.allocate(PATH_MAX);
    final MemorySegment second = arena.allocate(PATH_MAX);
    final MemorySegment struct = arena.allocate(256, 8);

    /**
     * One component.
     *
     * @throws PosixException ENAMETOOLONG; EINVAL for what would be more than one, or be cut
     */
    static MemorySegment name(MemorySegment into, byte[] name) throws PosixException {
        for (byte b : name) {
            if (b == '/') {
                throw new PosixException(Errno.EINVAL, "name with a slash");
            }
        }
        return text(into, name, NAME_MAX + 1);
    }

    static MemorySegment text(MemorySegment into, byte[] bytes, int room) throws PosixException {
        if (bytes.length >= room) {
            throw new PosixException(Errno.ENAMETOOLONG, "name");
        }
        for (byte b : bytes) {
            if (b == 0) {
                throw new PosixException(Errno.EINVAL, "name with a NUL");
            }
        }
        MemorySegment.copy(bytes, 0, into, JAVA_BYTE, 0, bytes.length);
        into.set(JAVA_BYTE, bytes.length, (byte) 0);
        return into;
    }

    MemorySegment name(byte[] name) throws PosixException {
        return name(first, name);
    }

    /** The path that leads to a descriptor's file itself, wherever that is, and even if it is a symbolic link. */
    MemorySegment link(int fd) {
        MemorySegment.copy(DESCRIPTORS, 0, first, JAVA_BYTE, 0, DESCRIPTORS.length);
        first.set(JAVA_BYTE, DESCRIPTORS.length, (byte) '/');
        return number(fd, DESCRIPTORS.length + 1);
    }

    /** The name of such a link in the directory that holds them. */
    MemorySegment number(int fd) {
        return number(fd, 0);
    }

    private MemorySegment number(int fd, int at) {
        int end = at;
        for (int rest = fd; end == at || rest != 0; rest /= 10) {
            end++;
        }
        first.set(JAVA_BYTE, end, (byte) 0);
        int rest = fd;
        for (int i = end - 1; i >= at; i--) {
            first.set(JAVA_BYTE, i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        return first;
    }

    int check(int result, String call) throws PosixException {
        return (int) check((long) result, call);
    }

    long check(long result, String call) throws PosixException {
        if (result < 0) {
            throw new PosixException(new Errno(Libc.errno(state)), call);
        }
        return result;
    }

    /** What a method handle threw: only {@link PosixException} is ours. */
    static PosixException failure(Throwable thrown) {
        return switch (thrown) {
            case PosixException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(thrown);
        };
    }
}
