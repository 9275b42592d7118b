package org.ninep.munge;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** The text form of a credential: {@code MUNGE:BASE64:}. */
final class Armor {
    private static final byte[] PREFIX = "MUNGE:".getBytes(StandardCharsets.US_ASCII);
    private static final byte SUFFIX = ':';

    private Armor() {}

    /** Length of the text for so many bytes. */
    static long length(long bytes) {
        return PREFIX.length + (bytes + 2) / 3 * 4 + 1;
    }

    static byte[] close(byte[] bytes) {
        byte[] base64 = Base64.getEncoder().encode(bytes);
        byte[] armored = Arrays.copyOf(PREFIX, PREFIX.length + base64.length + 1);
        System.arraycopy(base64, 0, armored, PREFIX.length, base64.length);
        armored[armored.length - 1] = SUFFIX;
        Arrays.fill(base64, (byte) 0);
        return armored;
    }

    /**
     * What is in it. White space before and in it is skipped, and what follows its last colon is ignored. Stricter than
     * munged in one thing: the last character of the base64 must not have bits that stand for nothing, for then
     * different texts would be the same credential.
     *
     * @throws MungeException BAD_CRED
     */
    static byte[] open(byte[] armored) throws MungeException {
        int from = 0;
        while (from < armored.length && isSpace(armored[from])) {
            from++;
        }
        int prefixEnd = from + PREFIX.length;
        if (armored.length < prefixEnd || !Arrays.equals(armored, from, prefixEnd, PREFIX, 0, PREFIX.length)) {
            throw bad("it does not begin with \"MUNGE:\"");
        }
        int to = armored.length - 1;
        while (to >= prefixEnd && armored[to] != SUFFIX) {
            to--;
        }
        if (to < prefixEnd) {
            throw bad("it does not end with a colon; it may have been cut off");
        }
        byte[] base64 = withoutSpace(armored, prefixEnd, to);
        try {
            return decode(base64);
        } finally {
            Arrays.fill(base64, (byte) 0);
        }
    }

    private static byte[] decode(byte[] base64) throws MungeException {
        if (base64.length % 4 != 0) {
            throw bad("its base64 has " + base64.length + " characters, which is no multiple of 4");
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException notBase64) {
            throw bad("it is not in base64");
        }
        byte[] again = Base64.getEncoder().encode(Arrays.copyOfRange(bytes, bytes.length / 3 * 3, bytes.length));
        if (!Arrays.equals(again, 0, again.length, base64, base64.length - again.length, base64.length)) {
            throw bad("the last character of its base64 has bits that stand for nothing");
        }
        return bytes;
    }

    private static byte[] withoutSpace(byte[] armored, int from, int to) {
        byte[] base64 = new byte[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            if (!isSpace(armored[i])) {
                base64[length++] = armored[i];
            }
        }
        return length == base64.length ? base64 : Arrays.copyOf(base64, length);
    }

    private static boolean isSpace(byte character) {
        return character == ' ' || (character >= '\t' && character <= '\r');
    }

    private static MungeException bad(String why) {
        return new MungeException(MungeError.BAD_CRED, "not a MUNGE credential: " + why);
    }
}
