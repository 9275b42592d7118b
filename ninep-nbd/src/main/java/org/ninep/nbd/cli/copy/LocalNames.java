package org.ninep.nbd.cli.copy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.ninep.codec.Names;

/**
 * Names of local files as they are on the wire. A {@link Path} keeps the bytes of a name that is not UTF-8, but says them in its
 * URI alone.
 */
final class LocalNames {

    private LocalNames() {}

    /** A path as it is written, whatever its bytes are. */
    static String of(Path path) {
        String text = path.toString();
        if (text.codePoints().allMatch(c -> c < 0x80)) {
            return text;
        }
        byte[] whole = bytes(path.toUri().getRawPath());
        int above = path.isAbsolute() ? 0 : bytes(Path.of("").toUri().getRawPath()).length;
        // a URI ends with a slash where there is a directory
        int end = whole[whole.length - 1] == '/' && !text.endsWith("/") ? whole.length - 1 : whole.length;
        return Names.decode(Arrays.copyOfRange(whole, above, end));
    }

    private static byte[] bytes(String percentEncoded) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < percentEncoded.length(); i++) {
            char c = percentEncoded.charAt(i);
            if (c == '%') {
                bytes.write(HexFormat.fromHexDigits(percentEncoded, i + 1, i + 3));
                i += 2;
            } else {
                bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }
}
