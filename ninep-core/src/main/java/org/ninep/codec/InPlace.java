package org.ninep.codec;

import java.nio.ByteBuffer;
import org.ninep.message.Protocol;

/**
 * Types of messages, and the headers of reads and writes, written and read where they lie, without a record and without an allocation. What
 * they write is, byte for byte, what {@link Codec} writes. Every buffer given must be little-endian.
 *
 * <pre>
 * offset  0       4       5      7       11        19
 * Tread   size[4] type[1] tag[2] fid[4]  offset[8] count[4]
 * Twrite  size[4] type[1] tag[2] fid[4]  offset[8] count[4] data[count]
 * Rread   size[4] type[1] tag[2] count[4] data[count]
 * Rwrite  size[4] type[1] tag[2] count[4]
 * </pre>
 *
 * <p>
 * Immutable.
 */
public final class InPlace {
    /** Type byte of Rlerror. */
    public static final int RLERROR = 7;
    /** Type byte of Rerror of plain 9P2000, which stands for Rlerror where a server errs in the type alone. */
    public static final int RERROR = 107;
    /** Type byte of Tversion. */
    public static final int TVERSION = 100;
    /** Type byte of Tflush. */
    public static final int TFLUSH = 108;
    /** Type byte of Tread. */
    public static final int TREAD = 116;
    /** Type byte of Rread. */
    public static final int RREAD = 117;
    /** Type byte of Twrite. */
    public static final int TWRITE = 118;
    /** Type byte of Rwrite. */
    public static final int RWRITE = 119;
    /** Length of a Tread, and of a Twrite before its data. */
    public static final int T_BYTES = 23;
    /** Length of an Rread before its data, and of an Rwrite. */
    public static final int R_BYTES = 11;

    private InPlace() {}

    /** The size field of the frame that begins at {@code at}: unsigned. */
    public static int size(ByteBuffer frame, int at) {
        return frame.getInt(at);
    }

    /** The type byte of the frame that begins at {@code at}: 0 to 255. */
    public static int type(ByteBuffer frame, int at) {
        return frame.get(at + 4) & 0xff;
    }

    /** The tag of the frame that begins at {@code at}: 0 to 65535. */
    public static int tag(ByteBuffer frame, int at) {
        return frame.getShort(at + 5) & 0xffff;
    }

    /** Whether a frame of that type is the answer "no" to any request. */
    public static boolean isError(int type) {
        return type == RLERROR || type == RERROR;
    }

    /** The fid of the Tread or Twrite that begins at {@code at}. */
    public static int fid(ByteBuffer frame, int at) {
        return frame.getInt(at + 7);
    }

    /** The offset of the Tread or Twrite that begins at {@code at}: unsigned. */
    public static long offset(ByteBuffer frame, int at) {
        return frame.getLong(at + 11);
    }

    /** The count of the Tread or Twrite that begins at {@code at}: unsigned. */
    public static int requestCount(ByteBuffer frame, int at) {
        return frame.getInt(at + 19);
    }

    /** The count of the Rread or Rwrite that begins at {@code at}: unsigned. */
    public static int replyCount(ByteBuffer frame, int at) {
        return frame.getInt(at + Protocol.HEADER_BYTES);
    }

    /** Puts a Tread at the buffer's position, and moves it by {@link #T_BYTES}. */
    public static void putTread(ByteBuffer out, int tag, int fid, long offset, int count) {
        putRequest(out, T_BYTES, TREAD, tag, fid, offset, count);
    }

    /** Puts a Twrite without its {@code count} bytes of data at the buffer's position, and moves it. */
    public static void putTwrite(ByteBuffer out, int tag, int fid, long offset, int count) {
        putRequest(out, T_BYTES + count, TWRITE, tag, fid, offset, count);
    }

    /** Puts an Rread without its {@code count} bytes of data at the buffer's position, and moves it. */
    public static void putRread(ByteBuffer out, int tag, int count) {
        putReply(out, R_BYTES + count, RREAD, tag, count);
    }

    /** Puts an Rwrite at the buffer's position, and moves it by {@link #R_BYTES}. */
    public static void putRwrite(ByteBuffer out, int tag, int count) {
        putReply(out, R_BYTES, RWRITE, tag, count);
    }

    private static void putRequest(ByteBuffer out, int size, int type, int tag, int fid, long offset, int count) {
        int at = out.position();
        out.position(at + T_BYTES);
        out.putInt(at, size).put(at + 4, (byte) type).putShort(at + 5, (short) tag);
        out.putInt(at + 7, fid).putLong(at + 11, offset).putInt(at + 19, count);
    }

    private static void putReply(ByteBuffer out, int size, int type, int tag, int count) {
        int at = out.position();
        out.position(at + R_BYTES);
        out.putInt(at, size).put(at + 4, (byte) type).putShort(at + 5, (short) tag).putInt(at + 7, count);
    }
}
