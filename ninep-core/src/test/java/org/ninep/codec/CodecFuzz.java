package org.ninep.codec;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ninep.ProtocolException;
import org.ninep.message.Message;
import org.ninep.message.Rmessage;
import org.ninep.message.Tmessage;

/**
 * Any bytes are a message or a ProtocolException, cost what their length explains, and are the same bytes again when the
 * message is encoded. What is read in place is what the codec reads.
 *
 * <p>
 * An input is a frame, or, if its first byte is odd, a frame without its size field: {@code odd[1] type[1] tag[2] body}.
 */
public final class CodecFuzz {
    private static final int BYTES_FOR_ANY = 64 << 10;
    private static final int BYTES_FOR_EACH = 64;
    private static final int SIZE_BYTES = 4;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private CodecFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        ByteBuffer frame = frame(input);
        Frame<Message> decoded = decode(frame);
        checkCost(frame);
        check(frame.position() == 0 && frame.limit() == frame.capacity(), () -> "the frame's buffer was moved");
        if (decoded != null) {
            comesBack(frame, decoded);
            isTheSameInPlace(frame, decoded);
            if (decoded.message() instanceof Rmessage.Rreaddir(ByteBuffer data)) {
                entries(data);
            }
        }
    }

    private static ByteBuffer frame(byte[] input) {
        if (input.length < SIZE_BYTES || (input[0] & 1) == 0) {
            return ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
        }
        int size = SIZE_BYTES + input.length - 1;
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).putInt(size).put(input, 1, input.length - 1)
                .flip();
    }

    /** What the first time costs is the loading of classes, too. */
    private static void checkCost(ByteBuffer frame) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        decode(frame);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        check(allocated <= BYTES_FOR_ANY + (long) BYTES_FOR_EACH * frame.remaining(),
                () -> frame.remaining() + " bytes cost " + allocated);
    }

    private static @Nullable Frame<Message> decode(ByteBuffer frame) {
        try {
            return Codec.decode(frame);
        } catch (ProtocolException refused) {
            check(String.valueOf(refused.getMessage()).length() > 10, () -> "no word of what is wrong");
            return null;
        }
    }

    private static void comesBack(ByteBuffer frame, Frame<Message> decoded) {
        ByteBuffer fixed = Codec.encode(decoded);
        ByteBuffer payload = Codec.payload(decoded.message());
        ByteBuffer again = ByteBuffer.allocate(fixed.remaining() + payload.remaining()).order(ByteOrder.LITTLE_ENDIAN)
                .put(fixed).put(payload).flip();
        boolean shortened = decoded.message() instanceof Tmessage.Tfsync && frame.remaining() < again.remaining();
        boolean plain = InPlace.type(frame, 0) == InPlace.RERROR;
        check(shortened || plain || again.equals(frame), () -> decoded + " was other bytes before");
        check(decoded.equals(decode(again)), () -> decoded + " is another message when it comes back");
    }

    private static void isTheSameInPlace(ByteBuffer frame, Frame<Message> decoded) {
        check(InPlace.size(frame, 0) == frame.remaining() && InPlace.tag(frame, 0) == decoded.tag(),
                () -> "another header");
        int type = InPlace.type(frame, 0);
        boolean same = switch (decoded.message()) {
            case Tmessage.Tread(int fid, long offset, int count) -> type == InPlace.TREAD
                    && frame.remaining() == InPlace.T_BYTES && same(frame, fid, offset, count);
            case Tmessage.Twrite(int fid, long offset, ByteBuffer data) ->
                type == InPlace.TWRITE && same(frame, fid, offset, data.remaining());
            case Rmessage.Rread(ByteBuffer data) ->
                type == InPlace.RREAD && InPlace.replyCount(frame, 0) == data.remaining();
            case Rmessage.Rwrite(int count) -> type == InPlace.RWRITE && InPlace.replyCount(frame, 0) == count;
            case Rmessage.Rlerror _ -> InPlace.isError(type);
            default ->
                type != InPlace.TREAD && type != InPlace.TWRITE && type != InPlace.RREAD && type != InPlace.RWRITE;
        };
        check(same, () -> decoded + " is another message in place");
    }

    private static boolean same(ByteBuffer frame, int fid, long offset, int count) {
        return InPlace.fid(frame, 0) == fid && InPlace.offset(frame, 0) == offset
                && InPlace.requestCount(frame, 0) == count;
    }

    private static void entries(ByteBuffer data) {
        try {
            ByteBuffer again = ByteBuffer.allocate(data.remaining());
            for (var entry : DirectoryEntries.decode(data)) {
                check(DirectoryEntries.encode(entry, again), () -> entry + " takes more room when it comes back");
            }
            check(again.flip().equals(data), () -> "the entries were other bytes before");
        } catch (ProtocolException refused) {
            check(String.valueOf(refused.getMessage()).length() > 10, () -> "no word of what is wrong");
        }
    }

    private static void check(boolean right, Supplier<String> otherwise) {
        if (!right) {
            throw new AssertionError(otherwise.get());
        }
    }
}
