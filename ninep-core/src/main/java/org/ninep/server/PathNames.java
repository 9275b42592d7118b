package org.ninep.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.ninep.codec.Names;

/**
 * A {@link Path} as a name on the wire, byte for byte, whatever the locale. A path keeps its bytes, but turns them into
 * strings by the locale's charset; only through a URI can they be had as they are.
 */
final class PathNames {
    /** Bytes of the longest name, as in every file system of Linux. */
    static final int LONGEST_NAME = 255;
    private static final String PREFIX = "file:///-/";

    private PathNames() {}

    /** The path's bytes, as {@link Names} has them. */
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
