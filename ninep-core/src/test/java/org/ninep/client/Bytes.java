package org.ninep.client;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.ninep.message.Rmessage.Rread;
import org.ninep.message.Tmessage.Tread;

/** Content to read, and what was read of it. */
final class Bytes {
    private Bytes() {}

    static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    static byte[] range(byte[] content, long from, int length) {
        return Arrays.copyOfRange(content, (int) from, (int) from + length);
    }

    /** The true answer. */
    static Rread answer(byte[] content, Tread request) {
        return answer(content, request, request.count());
    }

    /** The true answer, cut to so many bytes. */
    static Rread answer(byte[] content, Tread request, int most) {
        int from = (int) Math.min(request.offset(), content.length);
        int count = Math.min(Math.min(request.count(), most), content.length - from);
        return new Rread(ByteBuffer.wrap(content, from, count).slice());
    }

    /** All of a buffer from 0 to its position. */
    static byte[] read(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.position()];
        buffer.get(0, bytes);
        return bytes;
    }

    /** All of a buffer, whatever its position. */
    static byte[] all(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.capacity()];
        buffer.duplicate().clear().get(bytes);
        return bytes;
    }
}
