package org.ninep.server;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ninep.Errno;
import org.ninep.codec.Names;

/**
 * Reads a symbolic link that is known by its identity, wherever its path may lead by now. The JDK reads links by path
 * alone; libc opens the link itself ({@code O_PATH | O_NOFOLLOW}), so that the text is that of the very link that was looked
 * at, or none.
 *
 * <p>
 * Thread-safe.
 */
final class LinkReader {
    private static final int O_PATH = 010000000;
    private static final int O_NOFOLLOW = 0400000;
    private static final int O_CLOEXEC = 02000000;
    private static final int LONGEST_TARGET = 4096;

    private final MethodHandle open;
    private final MethodHandle readlinkat;
    private final MethodHandle close;

    @SuppressWarnings("restricted")
    LinkReader() throws ErrnoException {
        if (!System.getProperty("os.name").equals("Linux")) {
            throw new ErrnoException(Errno.EOPNOTSUPP, "links are read on Linux only");
        }
        try {
            Linker linker = Linker.nativeLinker();
            open = linker.downcallHandle(linker.defaultLookup().findOrThrow("open"),
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
            readlinkat = linker.downcallHandle(linker.defaultLookup().findOrThrow("readlinkat"),
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG));
            close = linker.downcallHandle(linker.defaultLookup().findOrThrow("close"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        } catch (IllegalCallerException denied) {
            throw new ErrnoException(Errno.EOPNOTSUPP,
                    "links are read with native access, which --enable-native-access allows org.ninep.core", denied);
        }
    }

    /**
     * The link's text.
     *
     * @param path where the link was
     * @param key its identity, found without following any link
     * @throws ErrnoException ESTALE if the path leads to anything else by now
     */
    String read(Path path, Object key) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int fd = (int) open.invokeExact(bytes(arena, path), O_PATH | O_NOFOLLOW | O_CLOEXEC);
            if (fd < 0) {
                throw new ErrnoException(Errno.ESTALE, "gone while it was read");
            }
            try {
                return read(arena, fd, key);
            } finally {
                int ignored = (int) close.invokeExact(fd);
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MemorySegment bytes(Arena arena, Path path) {
        byte[] bytes = Names.encode(PathNames.toName(path));
        MemorySegment text = arena.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, text, JAVA_BYTE, 0, bytes.length);
        return text;
    }

    private String read(Arena arena, int fd, Object key) throws Throwable {
        if (!key.equals(Files.readAttributes(Path.of("/proc/self/fd/" + fd), "unix:fileKey").get("fileKey"))) {
            throw new ErrnoException(Errno.ESTALE, "replaced while it was read");
        }
        MemorySegment text = arena.allocate(LONGEST_TARGET);
        long length = (long) readlinkat.invokeExact(fd, arena.allocateFrom(""), text, (long) LONGEST_TARGET);
        if (length < 0) {
            throw new ErrnoException(Errno.EIO, "the link cannot be read");
        }
        return Names.decode(text.asSlice(0, length).toArray(JAVA_BYTE));
    }
}
