package org.ninep.munge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the file with the key that hosts share, and no file that others could read or replace: the rules of munged.
 */
final class KeyFile {
    /** The shortest key that munged takes. */
    static final int MIN_BYTES = 32;
    /** Far more than {@code mungekey} makes, which is at most 1 KiB. */
    static final int MAX_BYTES = 1 << 16;

    private static final int ROOT = 0;
    private static final int GROUP_AND_OTHERS = 0077;
    private static final int WRITABLE_BY_GROUP_OR_OTHERS = 0022;
    private static final int STICKY = 01000;
    private static final String ATTRIBUTES = "unix:mode,uid,ino,dev,size,isRegularFile,isSymbolicLink,lastModifiedTime";

    private KeyFile() {}

    /**
     * The whole file.
     *
     * @param file regular, no link, of 32 bytes to 64 KiB, of the user or of root, closed to group and others
     * @param user whose process this is
     * @return the caller's to wipe
     * @throws IOException if there is none, or it is not kept as a secret; says what to do
     */
    static byte[] read(Path file, int user) throws IOException {
        try {
            return readSecret(file, user);
        } catch (NoSuchFileException e) {
            throw explained(
                    new NoSuchFileException(file.toString(), null, "there is no such MUNGE key; copy the key file"
                            + " that the other hosts have, or name where it is"),
                    e);
        } catch (AccessDeniedException e) {
            throw explained(new AccessDeniedException(file.toString(), null, "uid " + Integer.toUnsignedString(user)
                    + ", who runs this process, may not read this MUNGE key; run it as the key's owner, or name no key file so"
                    + " that munged is asked"),
                    e);
        }
    }

    private static IOException explained(IOException why, IOException cause) {
        why.initCause(cause);
        return why;
    }

    private static byte[] readSecret(Path file, int user) throws IOException {
        Map<String, Object> before = attributes(file);
        check(file, before, user);
        checkDirectories(file, user);
        byte[] key = content(file, ((Number) value(before, "size")).longValue());
        boolean good = false;
        try {
            if (!attributes(file).equals(before)) {
                throw refused(file, "it changed while it was read; try again");
            }
            good = true;
            return key;
        } finally {
            if (!good) {
                Arrays.fill(key, (byte) 0);
            }
        }
    }

    private static void check(Path file, Map<String, Object> attributes, int user) throws FileSystemException {
        if (value(attributes, "isSymbolicLink").equals(true)) {
            throw refused(file, "it is a symbolic link; name the file that it leads to");
        }
        if (!value(attributes, "isRegularFile").equals(true)) {
            throw refused(file, "it is not a regular file");
        }
        int owner = (int) value(attributes, "uid");
        if (owner != user && owner != ROOT) {
            throw refused(file, "it belongs to uid " + Integer.toUnsignedString(owner) + ", which is neither "
                    + Integer.toUnsignedString(user) + ", who runs this process, nor root; " + wayOut(owner));
        }
        int mode = (int) value(attributes, "mode") & 07777;
        if ((mode & GROUP_AND_OTHERS) != 0) {
            throw refused(file,
                    String.format("its mode %04o opens it to its group or to others; chmod it to 0400", mode));
        }
        long size = ((Number) value(attributes, "size")).longValue();
        if (size < MIN_BYTES || size > MAX_BYTES) {
            throw refused(file, "it has " + size + " bytes, and a key has " + MIN_BYTES + " to " + MAX_BYTES);
        }
    }

    /** Not to chown it: munged takes its key from its own user only. */
    private static String wayOut(int owner) {
        return "run as uid " + Integer.toUnsignedString(owner) + ", name no key file so that munged is asked, or give"
                + " this program a copy of the key of its own, in a directory of its own";
    }

    /** Who can write to a directory above could put another file there. */
    private static void checkDirectories(Path file, int user) throws IOException {
        for (Path at = file.toRealPath().getParent(); at != null; at = at.getParent()) {
            Map<String, Object> attributes = attributes(at);
            int owner = (int) value(attributes, "uid");
            if (owner != user && owner != ROOT) {
                throw refused(file, "its directory " + at + " belongs to uid " + Integer.toUnsignedString(owner)
                        + ", who could put another key there; " + wayOut(owner));
            }
            int mode = (int) value(attributes, "mode") & 07777;
            if ((mode & WRITABLE_BY_GROUP_OR_OTHERS) != 0 && (mode & STICKY) == 0) {
                throw refused(file,
                        String.format("the mode %04o of its directory %s lets group or others put another key"
                                + " there; chmod it to 0755", mode, at));
            }
        }
    }

    private static byte[] content(Path file, long size) throws IOException {
        byte[] content = new byte[(int) size];
        boolean good = false;
        try (SeekableByteChannel channel = Files.newByteChannel(file,
                Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // until it is whole
            }
            if (buffer.hasRemaining()) {
                throw refused(file, "it became shorter while it was read; try again");
            }
            good = true;
            return content;
        } finally {
            if (!good) {
                Arrays.fill(content, (byte) 0);
            }
        }
    }

    private static Map<String, Object> attributes(Path path) throws IOException {
        return Files.readAttributes(path, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
    }

    private static Object value(Map<String, Object> attributes, String name) {
        @Nullable
        Object value = attributes.get(name);
        if (value == null) {
            throw new IllegalStateException("the platform does not say a file's " + name);
        }
        return value;
    }

    private static FileSystemException refused(Path file, String why) {
        return new FileSystemException(file.toString(), null, "not taken as a MUNGE key: " + why);
    }
}
