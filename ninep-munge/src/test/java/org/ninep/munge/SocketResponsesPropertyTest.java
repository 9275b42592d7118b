package org.ninep.munge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever munged sends: an answer or a MungeException, and no more memory than its length explains. */
class SocketResponsesPropertyTest {
    private static final String WHO = "munged at /s";

    @FunctionalInterface
    private interface Decoding {
        Object decode(ByteBuffer body) throws MungeException;
    }

    private static boolean accepts(byte[] body, Decoding decoding) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        boolean accepted;
        try {
            accepted = decoding.decode(ByteBuffer.wrap(body)) != null;
        } catch (MungeException refused) {
            assertTrue(String.valueOf(refused.getMessage()).startsWith(WHO), refused::toString);
            assertTrue(String.valueOf(refused.getMessage()).chars().allMatch(c -> c >= ' ' && c <= '~'));
            accepted = false;
        }
        assertTrue(threads.getCurrentThreadAllocatedBytes() - before < 1 << 20);
        return accepted;
    }

    @Property
    void takesAnyBytes(@ForAll byte[] body) {
        accepts(body, each -> SocketResponses.encoded(WHO, each));
        accepts(body, each -> SocketResponses.decoded(WHO, each));
    }

    @Property
    void takesAnyBytesInAnAnswerThatWasCaptured(@ForAll @IntRange(max = 4) int which,
            @ForAll @Size(min = 1, max = 3) int[] places, @ForAll byte replacement) {
        byte[] response = Vectors.wire().get(which).response();
        byte[] body = Arrays.copyOfRange(response, 11, response.length);
        for (int place : places) {
            body[Math.floorMod(place, body.length)] = replacement;
        }
        accepts(body, each -> SocketResponses.encoded(WHO, each));
        accepts(body, each -> SocketResponses.decoded(WHO, each));
    }

    @Property
    void takesAnyHeader(@ForAll @Size(11) byte[] header, @ForAll boolean good) {
        ByteBuffer bytes = ByteBuffer.wrap(header);
        if (good) {
            bytes.putInt(0, SocketRequests.MAGIC).put(4, SocketRequests.VERSION).put(5, SocketResponses.DEC_RSP);
        }
        long length = Integer.toUnsignedLong(bytes.getInt(7));
        boolean right = bytes.getInt(0) == SocketRequests.MAGIC && header[4] == 4 && header[5] == 5
                && length <= SocketResponses.MAX_BODY_BYTES;
        assertEquals(right, accepts(header, each -> SocketResponses.bodyBytes(WHO, each, SocketResponses.DEC_RSP)));
    }
}
