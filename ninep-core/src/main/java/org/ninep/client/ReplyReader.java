package org.ninep.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ScatteringByteChannel;
import org.jspecify.annotations.Nullable;
import org.ninep.ConnectionLostException;
import org.ninep.ProtocolException;
import org.ninep.codec.Codec;
import org.ninep.codec.Frame;
import org.ninep.codec.InPlace;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.Rwrite;

/**
 * Takes replies off the wire; confined to the session's loop thread.
 *
 * <pre>
 * HEAD     size[4] type[1] tag[2] (count[4])   at most 11 bytes are read ahead of what is known to be wanted
 *   Rread of a waiting call  -> PAYLOAD        into the caller's buffer, and the next HEAD in the same read
 *   Rread of an abandoned one -> DISCARD       thrown away
 *   Rwrite of a write        -> HEAD          read where it lies
 *   anything else            -> BODY           into a buffer of its own, then decoded
 * </pre>
 */
final class ReplyReader {
    /** So many reads at most before the loop looks after other things. */
    private static final int READS_PER_TURN = 64;
    private static final int SCRATCH_BYTES = 64 << 10;

    private final Session session;
    private final Wire wire;
    private final ScatteringByteChannel source;
    private final Trace trace;
    private volatile int msize;

    private final ByteBuffer head = ByteBuffer.allocateDirect(InPlace.R_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer[] intoPayload = {head, head};
    private @Nullable ReadCall receiving;
    private @Nullable ByteBuffer body;
    private int discard;
    private @Nullable Call discarded;
    private @Nullable ByteBuffer scratch;

    ReplyReader(Session session, Wire wire, Trace trace, int msize) {
        this.session = session;
        this.wire = wire;
        this.source = wire.source();
        this.trace = trace;
        this.msize = msize;
    }

    int msize() {
        return msize;
    }

    /** From now on no frame is longer; any thread. */
    void msize(int msize) {
        this.msize = msize;
    }

    /**
     * Reads and answers until the channel has no more.
     *
     * @return true if there may be more to read at once
     * @throws IOException if the connection is lost or the peer breaks the protocol
     */
    boolean read() throws IOException {
        for (int i = 0; i < READS_PER_TURN; i++) {
            int wanted = wanted();
            long got = readOnce();
            if (got < 0) {
                throw new ConnectionLostException(session.peer() + ": the server closed the connection");
            }
            if (got > 0) {
                while (parse()) {
                    // the bytes read may hold the end of one reply and the head of the next
                }
            }
            if (got < wanted) {
                return false;
            }
        }
        return true;
    }

    private int wanted() {
        if (discard > 0) {
            return Math.min(discard, SCRATCH_BYTES);
        }
        return head.remaining() + (receiving != null || body != null ? intoPayload[0].remaining() : 0);
    }

    private long readOnce() throws IOException {
        try {
            if (discard > 0) {
                return readDiscarded();
            }
            return receiving != null || body != null ? source.read(intoPayload) : source.read(head);
        } catch (IOException e) {
            throw wire.broke(e);
        } catch (RuntimeException e) {
            return unwritable(e);
        }
    }

    /** A buffer that nobody can write, for its memory was freed or is another thread's, is its caller's trouble alone. */
    private int unwritable(RuntimeException e) {
        ReadCall call = receiving;
        if (call == null) {
            throw e;
        }
        session.giveUp(call, new IOException(call.description() + ": the buffer cannot be written: " + e, e));
        return wanted();
    }

    private int readDiscarded() throws IOException {
        ByteBuffer scratch = this.scratch;
        if (scratch == null) {
            scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
            this.scratch = scratch;
        }
        int n = source.read(scratch.clear().limit(Math.min(discard, SCRATCH_BYTES)));
        if (n > 0) {
            discard -= n;
        }
        return n;
    }

    /** Goes on by one state; false if more bytes are needed. */
    private boolean parse() throws ProtocolException {
        if (discard > 0) {
            return false;
        }
        if (discarded != null) {
            return endDiscard(discarded);
        }
        if (receiving != null) {
            return !intoPayload[0].hasRemaining() && endPayload(receiving);
        }
        if (body != null) {
            return !body.hasRemaining() && endBody(body);
        }
        return parseHead();
    }

    private boolean parseHead() throws ProtocolException {
        if (head.position() < Protocol.HEADER_BYTES) {
            return false;
        }
        int size = InPlace.size(head, 0);
        if (size < Protocol.HEADER_BYTES || size > msize) {
            throw new ProtocolException(session.peer() + ": not 9P: a frame of " + Integer.toUnsignedString(size)
                    + " bytes, where 7 to " + msize + " are allowed");
        }
        Call call = session.inFlight(InPlace.tag(head, 0));
        if (call == null) {
            throw new ProtocolException(session.peer() + ": a reply with tag " + InPlace.tag(head, 0)
                    + ", which no request in flight has");
        }
        int type = InPlace.type(head, 0);
        if ((type != call.replyType() && !InPlace.isError(type)) || call.answered) {
            throw new ProtocolException(session.peer() + ": a reply of type " + type + " to " + call.description()
                    + (call.answered ? ", which was answered before" : ""));
        }
        if (type == InPlace.RREAD) {
            return parseRread((ReadCall) call, size);
        }
        return (type == InPlace.RWRITE && call instanceof WriteCall write) ? parseRwrite(write, size) : beginBody(size);
    }

    private boolean parseRwrite(WriteCall call, int size) throws ProtocolException {
        if (size == InPlace.R_BYTES && head.position() < InPlace.R_BYTES) {
            return false;
        }
        int count = size == InPlace.R_BYTES ? InPlace.replyCount(head, 0) : -1;
        if (Integer.compareUnsigned(count, call.count()) > 0) {
            throw new ProtocolException(session.peer() + ": an Rwrite of " + size + " bytes that confirms "
                    + Integer.toUnsignedString(count) + " for " + call.description());
        }
        head.clear();
        if (trace.isOn()) {
            trace.received(call.tag, new Rwrite(count));
        }
        if (call.done) {
            session.answered(call, new Rwrite(count));
        } else {
            session.transferred(call, count);
        }
        return true;
    }

    private boolean parseRread(ReadCall call, int size) throws ProtocolException {
        if (head.position() < InPlace.R_BYTES) {
            return false;
        }
        int count = InPlace.replyCount(head, 0);
        if (count != size - InPlace.R_BYTES || count > call.count()) {
            throw new ProtocolException(session.peer() + ": an Rread of " + Integer.toUnsignedString(count)
                    + " bytes in a frame of " + size + " for " + call.description());
        }
        if (call.done && trace.isOn()) {
            return beginBody(size);
        }
        head.clear();
        if (!call.done) {
            receiving = call;
            intoPayload[0] = call.beginReceiving(count);
        } else {
            discard = count;
            discarded = call;
        }
        return true;
    }

    private boolean endPayload(ReadCall call) {
        receiving = null;
        intoPayload[0] = head;
        if (trace.isOn()) {
            trace.received(call.tag, call.received());
        }
        session.transferred(call, call.receivedBytes());
        return true;
    }

    private boolean endDiscard(Call call) {
        discarded = null;
        session.discarded(call);
        return true;
    }

    private boolean beginBody(int size) {
        ByteBuffer body = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        head.flip();
        int known = Math.min(size, head.remaining());
        body.put(0, head, 0, known).position(known);
        head.position(known);
        head.compact();
        this.body = body;
        intoPayload[0] = body;
        return true;
    }

    private boolean endBody(ByteBuffer body) throws ProtocolException {
        this.body = null;
        intoPayload[0] = head;
        Frame<Rmessage> frame = decode(body.flip());
        trace.received(frame.tag(), frame.message());
        Call call = session.inFlight(frame.tag());
        if (call != null) {
            session.answered(call, frame.message());
        }
        return true;
    }

    private Frame<Rmessage> decode(ByteBuffer frame) throws ProtocolException {
        try {
            return Codec.decodeReply(frame);
        } catch (ProtocolException e) {
            throw new ProtocolException(session.peer() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Stops receiving into a call's buffer; the rest of its reply will be thrown away.
     *
     * @return whether its reply was on the way into the buffer
     */
    boolean abandon(Call call) {
        if (receiving != call) {
            return false;
        }
        discard = intoPayload[0].remaining();
        discarded = call;
        call.arriving = true;
        receiving = null;
        intoPayload[0] = head;
        return true;
    }
}
