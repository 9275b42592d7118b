package org.ninep.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.ninep.ProtocolException;
import org.ninep.message.Message;
import org.ninep.message.Rmessage;
import org.ninep.message.Tmessage;

/** Whatever the bytes, decoding gives a message or a ProtocolException, and allocates no more than the frame warrants. */
class MalformedFramesTest {
    private static final int[] HOSTILE_COUNTS = {-1, -16, -11, -23, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 20, 17,
            0xffff, 0};
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Provide
    static Arbitrary<Frame<Message>> frames() {
        return MessageArbitraries.frame();
    }

    @Provide
    static Arbitrary<Integer> types() {
        return Arbitraries.of(MessageType.values()).map(type -> type.code);
    }

    @Property(tries = 2000)
    void anyBytes(@ForAll byte[] bytes) {
        messageOrProtocolException(ByteBuffer.wrap(bytes));
    }

    @Property(tries = 4000)
    void anyBodyOfAnyMessage(@ForAll("types") int type, @ForAll byte[] body) {
        ByteBuffer frame = little(7 + body.length).putInt(7 + body.length).put((byte) type).putShort((short) 1)
                .put(body);
        messageOrProtocolException(frame.flip());
    }

    @Property(tries = 500)
    void aFrameCutAnywhere(@ForAll("frames") Frame<Message> frame) {
        ByteBuffer whole = Wire.of(frame);
        int step = Math.max(1, whole.limit() / 300);
        for (int length = 0; length < whole.limit(); length += step) {
            ByteBuffer cut = whole.duplicate().limit(length);
            assertThrows(ProtocolException.class, () -> Codec.decode(cut));
            if (length >= 4) {
                messageOrProtocolException(sized(cut));
            }
        }
    }

    @Property(tries = 1000)
    void aFrameWithBytesBehindIt(@ForAll("frames") Frame<Message> frame, @ForAll @IntRange(min = 1, max = 9) int more) {
        ByteBuffer whole = Wire.of(frame);
        ByteBuffer longer = sized(little(whole.limit() + more).put(whole).rewind());
        assertThrows(ProtocolException.class, () -> Codec.decode(longer));
    }

    @Property(tries = 4000)
    void aFrameWithOneBitFlipped(@ForAll("frames") Frame<Message> frame, @ForAll @IntRange(min = 0) int bit) {
        ByteBuffer wire = Wire.of(frame);
        int at = bit / 8 % wire.limit();
        wire.put(at, (byte) (wire.get(at) ^ 1 << bit % 8));
        messageOrProtocolException(wire);
        messageOrProtocolException(sized(wire));
    }

    @Property(tries = 1000)
    void aFrameWithAHostileNumberAnywhere(@ForAll("frames") Frame<Message> frame, @ForAll @IntRange(min = 0) int any) {
        ByteBuffer wire = Wire.of(frame);
        for (int count : HOSTILE_COUNTS) {
            ByteBuffer hostile = copy(wire);
            int at = any % wire.limit();
            if (at + 4 <= wire.limit()) {
                hostile.putInt(at, count);
            }
            messageOrProtocolException(hostile);
            if (wire.limit() > 10) {
                messageOrProtocolException(copy(wire).putInt(7, count));
            }
            if (wire.limit() > 22) {
                messageOrProtocolException(copy(wire).putInt(19, count));
            }
        }
    }

    @Example
    void saysWhatIsWrongAndWhere() {
        assertRefused("Tread: truncated at byte 19: 4 more bytes are needed, 2 are left",
                "15000000 74 0100 01000000 0000000000000000 0000");
        assertRefused("Tclunk: 1 bytes too many, from byte 11", "0c000000 78 0100 01000000 ff");
        assertRefused("Rread: count 4294967280, but 2 bytes follow", "0d000000 75 0100 f0ffffff 0000");
        assertRefused("Rread: count 1, but 2 bytes follow", "0d000000 75 0100 01000000 0000");
        assertRefused("Twalk: 17 elements, at most 16 are allowed", "11000000 6e 0100 01000000 02000000 1100");
        assertRefused("Rwalk: 65535 elements, at most 16 are allowed", "09000000 6f 0100 ffff");
        assertRefused("Tversion: truncated at byte 13: 65535 more bytes are needed, 0 are left",
                "0d000000 64 ffff 00200000 ffff");
        assertRefused("message type 6 is not of 9P2000.L", "07000000 06 0100");
        assertRefused("message type 200 is not of 9P2000.L", "07000000 c8 0100");
        assertRefused("frame of 6 bytes, a header alone has 7", "06000000 6d01");
        assertRefused("frame of 0 bytes, a header alone has 7", "");
        assertRefused("frame whose size field says 4294967295 has 7 bytes", "ffffffff 6d 0100");
        assertRefused("frame whose size field says 8 has 7 bytes", "08000000 6d 0100");
    }

    @Example
    void saysWhichMessageWasOfTheWrongKind() {
        ByteBuffer request = Wire.of(new Frame<>(1, new Tmessage.Tclunk(1)));
        ByteBuffer reply = Wire.of(new Frame<>(1, new Rmessage.Rclunk()));
        assertEquals("Tclunk where a reply was expected",
                assertThrows(ProtocolException.class, () -> Codec.decodeReply(request)).getMessage());
        assertEquals("Rclunk where a request was expected",
                assertThrows(ProtocolException.class, () -> Codec.decodeRequest(reply)).getMessage());
    }

    @Example
    void readsTfsyncWithoutDatasyncAsZero() throws ProtocolException {
        assertEquals(new Tmessage.Tfsync(5, 0), Codec.decode(hex("0b000000 32 0100 05000000")).message());
        assertEquals(new Tmessage.Tfsync(5, 1), Codec.decode(hex("0f000000 32 0100 05000000 01000000")).message());
        assertRefused("Tfsync: truncated at byte 11: 4 more bytes are needed, 2 are left",
                "0d000000 32 0100 05000000 0100");
    }

    private static void assertRefused(String message, String frame) {
        ProtocolException refused = assertThrows(ProtocolException.class, () -> Codec.decode(hex(frame)));
        assertEquals(message, refused.getMessage());
    }

    private static void messageOrProtocolException(ByteBuffer bytes) {
        decodes(bytes);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        boolean decoded = decodes(bytes);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        long warranted = 16_384 + 16L * bytes.remaining();
        assertTrue(allocated <= warranted, () -> (decoded ? "decoding " : "refusing ") + bytes.remaining()
                + " bytes allocated " + allocated + ", more than " + warranted);
    }

    private static boolean decodes(ByteBuffer bytes) {
        try {
            Codec.decode(bytes);
            return true;
        } catch (ProtocolException refused) {
            return false;
        }
    }

    private static ByteBuffer hex(String frame) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(frame.replace(" ", "")));
    }

    /** A copy whose size field is right. */
    private static ByteBuffer sized(ByteBuffer frame) {
        ByteBuffer copy = copy(frame);
        return copy.putInt(0, copy.remaining());
    }

    private static ByteBuffer copy(ByteBuffer frame) {
        return little(frame.remaining()).put(frame.duplicate()).flip();
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
