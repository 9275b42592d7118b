package org.ninep.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.ninep.message.Message;
import org.ninep.message.Rmessage;
import org.ninep.message.Tmessage;

/** What is written and read in place is what the codec writes and reads. */
class InPlaceTest {
    private static final int AT = 5;

    @Provide
    static Arbitrary<Integer> tags() {
        return MessageArbitraries.U16;
    }

    @Property
    void tread(@ForAll("tags") int tag, @ForAll int fid, @ForAll long offset, @ForAll int count) {
        ByteBuffer written = same(new Frame<>(tag, new Tmessage.Tread(fid, offset, count)),
                out -> InPlace.putTread(out, tag, fid, offset, count));
        assertHeader(written, InPlace.T_BYTES, InPlace.TREAD, tag);
        assertEquals(fid, InPlace.fid(written, AT));
        assertEquals(offset, InPlace.offset(written, AT));
        assertEquals(count, InPlace.requestCount(written, AT));
    }

    @Property
    void twrite(@ForAll("tags") int tag, @ForAll int fid, @ForAll long offset,
            @ForAll @IntRange(max = 5000) int count) {
        ByteBuffer data = ByteBuffer.allocate(count);
        ByteBuffer written = same(new Frame<>(tag, new Tmessage.Twrite(fid, offset, data)),
                out -> InPlace.putTwrite(out, tag, fid, offset, count));
        assertHeader(written, InPlace.T_BYTES + count, InPlace.TWRITE, tag);
        assertEquals(fid, InPlace.fid(written, AT));
        assertEquals(offset, InPlace.offset(written, AT));
        assertEquals(count, InPlace.requestCount(written, AT));
    }

    @Property
    void rread(@ForAll("tags") int tag, @ForAll @IntRange(max = 5000) int count) {
        ByteBuffer written = same(new Frame<>(tag, new Rmessage.Rread(ByteBuffer.allocate(count))),
                out -> InPlace.putRread(out, tag, count));
        assertHeader(written, InPlace.R_BYTES + count, InPlace.RREAD, tag);
        assertEquals(count, InPlace.replyCount(written, AT));
    }

    @Property
    void rwrite(@ForAll("tags") int tag, @ForAll int count) {
        ByteBuffer written = same(new Frame<>(tag, new Rmessage.Rwrite(count)),
                out -> InPlace.putRwrite(out, tag, count));
        assertHeader(written, InPlace.R_BYTES, InPlace.RWRITE, tag);
        assertEquals(count, InPlace.replyCount(written, AT));
    }

    @Example
    void typesAreTheCodecs() {
        assertEquals(MessageType.RLERROR.code, InPlace.RLERROR);
        assertEquals(MessageType.TREAD.code, InPlace.TREAD);
        assertEquals(MessageType.RREAD.code, InPlace.RREAD);
        assertEquals(MessageType.TWRITE.code, InPlace.TWRITE);
        assertEquals(MessageType.RWRITE.code, InPlace.RWRITE);
    }

    /** Writes at {@link #AT}, and checks that it is what the codec writes and that the position moved behind it. */
    private static ByteBuffer same(Frame<? extends Message> frame, Consumer<ByteBuffer> inPlace) {
        ByteBuffer expected = Codec.encode(frame);
        ByteBuffer out = ByteBuffer.allocateDirect(64).order(ByteOrder.LITTLE_ENDIAN).position(AT);
        inPlace.accept(out);
        assertEquals(AT + expected.remaining(), out.position());
        assertEquals(expected, out.slice(AT, expected.remaining()));
        return out;
    }

    private static void assertHeader(ByteBuffer written, int size, int type, int tag) {
        assertEquals(size, InPlace.size(written, AT));
        assertEquals(type, InPlace.type(written, AT));
        assertEquals(tag, InPlace.tag(written, AT));
    }
}
