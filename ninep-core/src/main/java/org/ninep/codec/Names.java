package org.ninep.codec;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Strings on the wire are UTF-8, but file names are any bytes. A byte that is not part of valid UTF-8 becomes the lone
 * surrogate U+DC00 + byte, and such a surrogate becomes that byte again, so that every name survives the way there and
 * back.
 *
 * <p>
 * Immutable.
 */
public final class Names {
    private static final int ESCAPE = 0xdc00;
    /** What the JDK puts where bytes are not UTF-8. */
    private static final char REPLACEMENT = '\ufffd';

    private Names() {}

    /**
     * The bytes that stand for the name on the wire.
     *
     * @throws IllegalArgumentException if it holds half a surrogate pair that is not a byte's
     */
    public static byte[] encode(String name) {
        return hasSurrogate(name) ? encodeEscapes(name) : name.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean hasSurrogate(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (Character.isSurrogate(name.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private static byte[] encodeEscapes(String name) {
        ByteBuffer out = ByteBuffer.allocate(name.length() * 3);
        for (int i = 0; i < name.length();) {
            int c = name.codePointAt(i);
            if (c >= ESCAPE + 0x80 && c <= ESCAPE + 0xff) {
                out.put((byte) (c - ESCAPE));
            } else if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                throw new IllegalArgumentException("name with an unpaired surrogate at index " + i);
            } else {
                out.put(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            }
            i += Character.charCount(c);
        }
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    /** The name that those bytes are, whatever they are. */
    public static String decode(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        boolean allValid = text.indexOf(REPLACEMENT) < 0;
        return allValid ? text : decodeEscaping(bytes);
    }

    private static String decodeEscaping(byte[] bytes) {
        CharsetDecoder strict = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        while (true) {
            CoderResult result = strict.decode(in, out, true);
            if (result.isUnderflow()) {
                return out.flip().toString();
            }
            if (!result.isError()) {
                throw new IllegalStateException("UTF-8 of " + bytes.length + " bytes gave more characters");
            }
            out.put((char) (ESCAPE + (in.get() & 0xff)));
            strict.reset();
        }
    }
}
