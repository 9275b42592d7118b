package org.ninep.server;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.ninep.Errno;
import org.ninep.codec.Names;

/**
 * Names on the wire to names on disk, byte for byte, whatever the locale. A {@link Path} keeps a name's bytes, but turns
 * strings into them by the locale's charset; only through a URI can bytes be given and had as they are.
 */
final class PathNames {
    /** Bytes of the longest name, as in every file system of Linux. */
    static final int LONGEST_NAME = 255;
    private static final String PREFIX = "file:///-/";

    private PathNames() {}

    /**
     * @param name one component as it came in a message
     * @throws ErrnoException EINVAL if it is no name at all
     */
    static Path toPath(String name) throws ErrnoException {
        if (isAscii(name)) {
            return Path.of(name);
        }
        try {
            StringBuilder uri = new StringBuilder("file:///");
            for (byte b : Names.encode(name)) {
                uri.append('%').append(Character.forDigit(b >> 4 & 0xf, 16)).append(Character.forDigit(b & 0xf, 16));
            }
            return Path.of(URI.create(uri.toString())).getFileName();
        } catch (IllegalArgumentException e) {
            throw new ErrnoException(Errno.EINVAL, "not a name", e);
        }
    }

    /** @param path a name, or the target of a symbolic link */
    static String toName(Path path) {
        String text = path.toString();
        if (isAscii(text)) {
            return text;
        }
        Path relative = path.isAbsolute() ? path.subpath(0, path.getNameCount()) : path;
        String raw = Path.of("/-").resolve(relative).toUri().getRawPath()
                .substring(PREFIX.length() - "file://".length());
        return (path.isAbsolute() ? "/" : "") + Names.decode(unescape(raw));
    }

    /** A charset of Linux reads ASCII as ASCII, and gives ASCII for nothing else. */
    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private static byte[] unescape(String raw) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(raw.length());
        byte[] bytes = raw.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '%') {
                out.write(Character.digit(bytes[i + 1], 16) << 4 | Character.digit(bytes[i + 2], 16));
                i += 2;
            } else {
                out.write(bytes[i]);
            }
        }
        return out.toByteArray();
    }
}
