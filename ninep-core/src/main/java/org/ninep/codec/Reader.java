package org.ninep.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.ninep.ProtocolException;
import org.ninep.message.Attr;
import org.ninep.message.FileSystemStatus;
import org.ninep.message.Protocol;
import org.ninep.message.Qid;
import org.ninep.message.Timespec;

/** Takes fields from one frame, little-endian, and says where one does not fit. */
final class Reader {
    private final ByteBuffer in;
    private final int start;
    private final MessageType type;

    /** @param in little-endian, from behind the header to the frame's end; consumed by reading */
    Reader(ByteBuffer in, int start, MessageType type) {
        this.in = in.order(ByteOrder.LITTLE_ENDIAN);
        this.start = start;
        this.type = type;
    }

    private void need(int bytes) throws ProtocolException {
        if (in.remaining() < bytes) {
            throw new ProtocolException(type + ": truncated at byte " + (in.position() - start) + ": " + bytes
                    + " more bytes are needed, " + in.remaining() + " are left");
        }
    }

    int u8() throws ProtocolException {
        need(1);
        return in.get() & 0xff;
    }

    int u16() throws ProtocolException {
        need(2);
        return in.getShort() & 0xffff;
    }

    int u32() throws ProtocolException {
        need(4);
        return in.getInt();
    }

    long u64() throws ProtocolException {
        need(8);
        return in.getLong();
    }

    String string() throws ProtocolException {
        int length = u16();
        need(length);
        byte[] bytes = new byte[length];
        in.get(bytes);
        return Names.decode(bytes);
    }

    List<String> names() throws ProtocolException {
        int count = elements();
        List<String> names = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            names.add(string());
        }
        return names;
    }

    List<Qid> qids() throws ProtocolException {
        int count = elements();
        List<Qid> qids = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            qids.add(qid());
        }
        return qids;
    }

    private int elements() throws ProtocolException {
        int count = u16();
        if (count > Protocol.MAXWELEM) {
            throw new ProtocolException(type + ": " + count + " elements, at most 16 are allowed");
        }
        return count;
    }

    Qid qid() throws ProtocolException {
        return new Qid(u8(), u32(), u64());
    }

    Timespec time() throws ProtocolException {
        return new Timespec(u64(), u64());
    }

    Attr attr() throws ProtocolException {
        return new Attr(u64(), qid(), u32(), u32(), u32(), u64(), u64(), u64(), u64(), u64(), time(), time(), time(),
                time(), u64(), u64());
    }

    FileSystemStatus status() throws ProtocolException {
        return new FileSystemStatus(u32(), u32(), u64(), u64(), u64(), u64(), u64(), u64(), u32());
    }

    /** {@code count[4] data[count]}, which must be all that is left: a view, not a copy. */
    ByteBuffer data() throws ProtocolException {
        int count = u32();
        if (count != in.remaining()) {
            throw new ProtocolException(type + ": count " + Integer.toUnsignedString(count) + ", but " + in.remaining()
                    + " bytes follow");
        }
        ByteBuffer data = in.slice();
        in.position(in.limit());
        return data;
    }

    /** The value of a field that some peers leave out. */
    int u32OrZero() throws ProtocolException {
        return in.hasRemaining() ? u32() : 0;
    }

    void end() throws ProtocolException {
        if (in.hasRemaining()) {
            throw new ProtocolException(
                    type + ": " + in.remaining() + " bytes too many, from byte " + (in.position() - start));
        }
    }
}
