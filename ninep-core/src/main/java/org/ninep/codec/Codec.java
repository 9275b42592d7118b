package org.ninep.codec;

import static org.ninep.codec.MessageType.*;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ninep.Errno;
import org.ninep.ProtocolException;
import org.ninep.message.Message;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.*;

/**
 * Frames to bytes and back: {@code size[4] type[1] tag[2] body}, little-endian. Payloads (the data of Twrite, Rread and
 * Rreaddir) are not part of what is encoded: they are gathered behind it by the sender, and sliced out of the frame by
 * the decoder.
 *
 * <p>
 * Immutable.
 */
public final class Codec {
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);
    private static final int LARGEST_FIXED_PART = 1 << 21;

    private Codec() {}

    /**
     * The message's payload, to be sent behind what {@link #encode} gives: a duplicate of the message's own buffer,
     * empty for a message without one.
     */
    public static ByteBuffer payload(Message message) {
        return switch (message) {
            case Twrite m -> m.data().duplicate();
            case Rread m -> m.data().duplicate();
            case Rreaddir m -> m.data().duplicate();
            default -> EMPTY;
        };
    }

    /**
     * Encodes all but the payload, whose length the size field counts.
     *
     * @return a new heap buffer from 0 to the end of the fixed part
     * @throws IllegalArgumentException if a string is longer than 65535 bytes or cannot be encoded, or a number does not
     *     fit its field of one or two bytes
     */
    public static ByteBuffer encode(Frame<?> frame) {
        for (int capacity = 256; capacity <= LARGEST_FIXED_PART; capacity <<= 1) {
            ByteBuffer out = ByteBuffer.allocate(capacity);
            try {
                encode(frame, out);
                return out.flip();
            } catch (BufferOverflowException tooSmall) {
                // 16 names of 65535 bytes are the most that any message holds
            }
        }
        throw new IllegalStateException("a fixed part of more than " + LARGEST_FIXED_PART + " bytes");
    }

    /**
     * Encodes all but the payload at the buffer's position, and moves it.
     *
     * @param out gets the byte order of the protocol
     * @throws IllegalArgumentException if a string is longer than 65535 bytes or cannot be encoded, or a number does not
     *     fit its field of one or two bytes
     * @throws BufferOverflowException if the buffer is too small; its position is then where it was
     */
    public static void encode(Frame<?> frame, ByteBuffer out) {
        int start = out.position();
        try {
            out.order(ByteOrder.LITTLE_ENDIAN).position(start + Protocol.HEADER_BYTES);
        } catch (IllegalArgumentException noRoom) {
            throw new BufferOverflowException();
        }
        boolean done = false;
        try {
            MessageType type = encodeBody(frame.message(), new Writer(out));
            out.putInt(start, out.position() - start + payload(frame.message()).remaining());
            out.put(start + 4, (byte) type.code);
            out.putShort(start + 5, (short) frame.tag());
            done = true;
        } finally {
            if (!done) {
                out.position(start);
            }
        }
    }

    private static MessageType encodeBody(Message message, Writer w) {
        return switch (message) {
            case Tmessage t -> encodeRequest(t, w);
            case Rmessage r -> encodeReply(r, w);
        };
    }

    private static MessageType encodeRequest(Tmessage message, Writer w) {
        return switch (message) {
            case Tversion m -> did(TVERSION, w.u32(m.msize()).string(m.version()));
            case Tauth m -> did(TAUTH, w.u32(m.afid()).string(m.uname()).string(m.aname()).u32(m.nUname()));
            case Tattach m ->
                did(TATTACH, w.u32(m.fid()).u32(m.afid()).string(m.uname()).string(m.aname()).u32(m.nUname()));
            case Tflush m -> did(TFLUSH, w.u16(m.oldtag()));
            case Twalk m -> did(TWALK, w.u32(m.fid()).u32(m.newfid()).strings(m.names()));
            case Tread m -> did(TREAD, w.u32(m.fid()).u64(m.offset()).u32(m.count()));
            case Twrite m -> did(TWRITE, w.u32(m.fid()).u64(m.offset()).u32(m.data().remaining()));
            case Tclunk m -> did(TCLUNK, w.u32(m.fid()));
            case Tremove m -> did(TREMOVE, w.u32(m.fid()));
            case Tstatfs m -> did(TSTATFS, w.u32(m.fid()));
            case Tlopen m -> did(TLOPEN, w.u32(m.fid()).u32(m.flags()));
            case Tlcreate m -> did(TLCREATE, w.u32(m.fid()).string(m.name()).u32(m.flags()).u32(m.mode()).u32(m.gid()));
            case Tsymlink m -> did(TSYMLINK, w.u32(m.dfid()).string(m.name()).string(m.target()).u32(m.gid()));
            case Tmknod m -> did(TMKNOD,
                    w.u32(m.dfid()).string(m.name()).u32(m.mode()).u32(m.major()).u32(m.minor()).u32(m.gid()));
            case Trename m -> did(TRENAME, w.u32(m.fid()).u32(m.dfid()).string(m.name()));
            case Treadlink m -> did(TREADLINK, w.u32(m.fid()));
            case Tgetattr m -> did(TGETATTR, w.u32(m.fid()).u64(m.mask()));
            case Tsetattr m -> did(TSETATTR, w.u32(m.fid()).u32(m.valid()).u32(m.mode()).u32(m.uid()).u32(m.gid())
                    .u64(m.size()).time(m.atime()).time(m.mtime()));
            case Txattrwalk m -> did(TXATTRWALK, w.u32(m.fid()).u32(m.newfid()).string(m.name()));
            case Txattrcreate m ->
                did(TXATTRCREATE, w.u32(m.fid()).string(m.name()).u64(m.size()).u32(m.flags()));
            case Treaddir m -> did(TREADDIR, w.u32(m.fid()).u64(m.offset()).u32(m.count()));
            case Tfsync m -> did(TFSYNC, w.u32(m.fid()).u32(m.datasync()));
            case Tlock m -> did(TLOCK, w.u32(m.fid()).u8(m.type()).u32(m.flags()).u64(m.start()).u64(m.length())
                    .u32(m.procId()).string(m.clientId()));
            case Tgetlock m -> did(TGETLOCK,
                    w.u32(m.fid()).u8(m.type()).u64(m.start()).u64(m.length()).u32(m.procId()).string(m.clientId()));
            case Tlink m -> did(TLINK, w.u32(m.dfid()).u32(m.fid()).string(m.name()));
            case Tmkdir m -> did(TMKDIR, w.u32(m.dfid()).string(m.name()).u32(m.mode()).u32(m.gid()));
            case Trenameat m ->
                did(TRENAMEAT, w.u32(m.olddirfid()).string(m.oldname()).u32(m.newdirfid()).string(m.newname()));
            case Tunlinkat m -> did(TUNLINKAT, w.u32(m.dirfid()).string(m.name()).u32(m.flags()));
        };
    }

    private static MessageType encodeReply(Rmessage message, Writer w) {
        return switch (message) {
            case Rlerror m -> did(RLERROR, w.u32(m.errno().number()));
            case Rversion m -> did(RVERSION, w.u32(m.msize()).string(m.version()));
            case Rauth m -> did(RAUTH, w.qid(m.aqid()));
            case Rattach m -> did(RATTACH, w.qid(m.qid()));
            case Rflush() -> RFLUSH;
            case Rwalk m -> did(RWALK, w.qids(m.qids()));
            case Rread m -> did(RREAD, w.u32(m.data().remaining()));
            case Rwrite m -> did(RWRITE, w.u32(m.count()));
            case Rclunk() -> RCLUNK;
            case Rremove() -> RREMOVE;
            case Rstatfs m -> did(RSTATFS, w.status(m.status()));
            case Rlopen m -> did(RLOPEN, w.qid(m.qid()).u32(m.iounit()));
            case Rlcreate m -> did(RLCREATE, w.qid(m.qid()).u32(m.iounit()));
            case Rsymlink m -> did(RSYMLINK, w.qid(m.qid()));
            case Rmknod m -> did(RMKNOD, w.qid(m.qid()));
            case Rrename() -> RRENAME;
            case Rreadlink m -> did(RREADLINK, w.string(m.target()));
            case Rgetattr m -> did(RGETATTR, w.attr(m.attr()));
            case Rsetattr() -> RSETATTR;
            case Rxattrwalk m -> did(RXATTRWALK, w.u64(m.size()));
            case Rxattrcreate() -> RXATTRCREATE;
            case Rreaddir m -> did(RREADDIR, w.u32(m.data().remaining()));
            case Rfsync() -> RFSYNC;
            case Rlock m -> did(RLOCK, w.u8(m.status()));
            case Rgetlock m -> did(RGETLOCK,
                    w.u8(m.type()).u64(m.start()).u64(m.length()).u32(m.procId()).string(m.clientId()));
            case Rlink() -> RLINK;
            case Rmkdir m -> did(RMKDIR, w.qid(m.qid()));
            case Rrenameat() -> RRENAMEAT;
            case Runlinkat() -> RUNLINKAT;
        };
    }

    /** Lets a case of the switches be one expression: the fields are written by then. */
    @SuppressWarnings("unused")
    private static MessageType did(MessageType type, Writer written) {
        return type;
    }

    /**
     * Decodes one whole frame.
     *
     * @param bytes from position to limit exactly one frame; neither its position nor its order is changed, and a payload
     *     in the result is a view of it
     * @throws ProtocolException if the bytes are not a message of 9P2000.L; it names the message and the byte
     */
    public static Frame<Message> decode(ByteBuffer bytes) throws ProtocolException {
        ByteBuffer in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int start = in.position();
        if (in.remaining() < Protocol.HEADER_BYTES) {
            throw new ProtocolException("frame of " + in.remaining() + " bytes, a header alone has 7");
        }
        int size = in.getInt();
        if (size != bytes.remaining()) {
            throw new ProtocolException("frame whose size field says " + Integer.toUnsignedString(size) + " has "
                    + bytes.remaining() + " bytes");
        }
        int code = in.get() & 0xff;
        int tag = in.getShort() & 0xffff;
        MessageType type = MessageType.of(code);
        if (type == null) {
            throw new ProtocolException("message type " + code + " is not of 9P2000.L");
        }
        Reader reader = new Reader(in, start, type);
        Message message = decodeBody(type, reader);
        reader.end();
        return new Frame<>(tag, message);
    }

    /**
     * Decodes one whole frame that must be a request.
     *
     * @throws ProtocolException if the bytes are not a request; it names the message and the byte
     * @see #decode
     */
    public static Frame<Tmessage> decodeRequest(ByteBuffer bytes) throws ProtocolException {
        Frame<Message> frame = decode(bytes);
        if (frame.message() instanceof Tmessage request) {
            return new Frame<>(frame.tag(), request);
        }
        throw new ProtocolException(frame.message().getClass().getSimpleName() + " where a request was expected");
    }

    /**
     * Decodes one whole frame that must be a reply.
     *
     * @throws ProtocolException if the bytes are not a reply; it names the message and the byte
     * @see #decode
     */
    public static Frame<Rmessage> decodeReply(ByteBuffer bytes) throws ProtocolException {
        Frame<Message> frame = decode(bytes);
        if (frame.message() instanceof Rmessage reply) {
            return new Frame<>(frame.tag(), reply);
        }
        throw new ProtocolException(frame.message().getClass().getSimpleName() + " where a reply was expected");
    }

    private static Message decodeBody(MessageType type, Reader r) throws ProtocolException {
        return switch (type) {
            case TVERSION -> new Tversion(r.u32(), r.string());
            case TAUTH -> new Tauth(r.u32(), r.string(), r.string(), r.u32());
            case TATTACH -> new Tattach(r.u32(), r.u32(), r.string(), r.string(), r.u32());
            case TFLUSH -> new Tflush(r.u16());
            case TWALK -> new Twalk(r.u32(), r.u32(), r.names());
            case TREAD -> new Tread(r.u32(), r.u64(), r.u32());
            case TWRITE -> new Twrite(r.u32(), r.u64(), r.data());
            case TCLUNK -> new Tclunk(r.u32());
            case TREMOVE -> new Tremove(r.u32());
            case TSTATFS -> new Tstatfs(r.u32());
            case TLOPEN -> new Tlopen(r.u32(), r.u32());
            case TLCREATE -> new Tlcreate(r.u32(), r.string(), r.u32(), r.u32(), r.u32());
            case TSYMLINK -> new Tsymlink(r.u32(), r.string(), r.string(), r.u32());
            case TMKNOD -> new Tmknod(r.u32(), r.string(), r.u32(), r.u32(), r.u32(), r.u32());
            case TRENAME -> new Trename(r.u32(), r.u32(), r.string());
            case TREADLINK -> new Treadlink(r.u32());
            case TGETATTR -> new Tgetattr(r.u32(), r.u64());
            case TSETATTR ->
                new Tsetattr(r.u32(), r.u32(), r.u32(), r.u32(), r.u32(), r.u64(), r.time(), r.time());
            case TXATTRWALK -> new Txattrwalk(r.u32(), r.u32(), r.string());
            case TXATTRCREATE -> new Txattrcreate(r.u32(), r.string(), r.u64(), r.u32());
            case TREADDIR -> new Treaddir(r.u32(), r.u64(), r.u32());
            case TFSYNC -> new Tfsync(r.u32(), r.u32OrZero());
            case TLOCK -> new Tlock(r.u32(), r.u8(), r.u32(), r.u64(), r.u64(), r.u32(), r.string());
            case TGETLOCK -> new Tgetlock(r.u32(), r.u8(), r.u64(), r.u64(), r.u32(), r.string());
            case TLINK -> new Tlink(r.u32(), r.u32(), r.string());
            case TMKDIR -> new Tmkdir(r.u32(), r.string(), r.u32(), r.u32());
            case TRENAMEAT -> new Trenameat(r.u32(), r.string(), r.u32(), r.string());
            case TUNLINKAT -> new Tunlinkat(r.u32(), r.string(), r.u32());
            case RLERROR -> new Rlerror(new Errno(r.u32()));
            case RVERSION -> new Rversion(r.u32(), r.string());
            case RAUTH -> new Rauth(r.qid());
            case RATTACH -> new Rattach(r.qid());
            case RFLUSH -> new Rflush();
            case RWALK -> new Rwalk(r.qids());
            case RREAD -> new Rread(r.data());
            case RWRITE -> new Rwrite(r.u32());
            case RCLUNK -> new Rclunk();
            case RREMOVE -> new Rremove();
            case RSTATFS -> new Rstatfs(r.status());
            case RLOPEN -> new Rlopen(r.qid(), r.u32());
            case RLCREATE -> new Rlcreate(r.qid(), r.u32());
            case RSYMLINK -> new Rsymlink(r.qid());
            case RMKNOD -> new Rmknod(r.qid());
            case RRENAME -> new Rrename();
            case RREADLINK -> new Rreadlink(r.string());
            case RGETATTR -> new Rgetattr(r.attr());
            case RSETATTR -> new Rsetattr();
            case RXATTRWALK -> new Rxattrwalk(r.u64());
            case RXATTRCREATE -> new Rxattrcreate();
            case RREADDIR -> new Rreaddir(r.data());
            case RFSYNC -> new Rfsync();
            case RLOCK -> new Rlock(r.u8());
            case RGETLOCK -> new Rgetlock(r.u8(), r.u64(), r.u64(), r.u32(), r.string());
            case RLINK -> new Rlink();
            case RMKDIR -> new Rmkdir(r.qid());
            case RRENAMEAT -> new Rrenameat();
            case RUNLINKAT -> new Runlinkat();
        };
    }
}
