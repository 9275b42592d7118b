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
 * HEAD     size[4] type[1] tag[2] (count[4])
 *   Rread of a waiting call  -> PAYLOAD        into the caller's buffer, and the next HEAD in the same read
 *   Rread of an abandoned one -> DISCARD       thrown away
 *   Rwrite of a write        -> HEAD          read where it lies
 *   anything else            -> BODY           into a buffer of its own, then decoded
 * </pre>
 *
 * What is read ahead of what is known to be wanted: 11 bytes, so that a payload goes from the socket to where it belongs; but where
 * replies are short as much as there is, for copying a few of them costs less than a system call for each. All replies that one read has
 * brought are answered in one {@link Batch}.
 */
final class ReplyReader {
    /** So many reads at most before the loop looks after other things. */
    private static final int READS_PER_TURN = 64;
    private static final int SCRATCH_BYTES = 64 << 10;
    private static final int AHEAD_BYTES = 64 << 10;
    /** A payload up to this length is short. */
    private static final int SHORT = 8 << 10;
    /** So many short ones behind one another, for a long read's last piece may be short, too. */
    private static final int DENSE = 4;

    private final Session session;
    private final Wire wire;
    private final ScatteringByteChannel source;
    private final Trace trace;
    private volatile int msize;

    private final Batch batch = new Batch();
    private final Batch.Work<ProtocolException> parsing = this::parseAll;
    /** What has been read ahead, from {@link #at} to its position. */
    private final ByteBuffer head = ByteBuffer.allocateDirect(AHEAD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private int at;
    private int shortInARow = DENSE;
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
            makeRoom();
            int wanted = wanted();
            long got = readOnce();
            if (got < 0) {
                throw new ConnectionLostException(session.peer() + ": the server closed the connection");
            }
            if (got > 0) {
                batch.run(parsing);
                session.inFlight.releaseAnswered();
            }
            if (got < wanted) {
                return false;
            }
        }
        return true;
    }

    private void parseAll() throws ProtocolException {
        while (parse()) {
            // the bytes read may hold the end of one reply, others, and the beginning of the next
        }
    }

    /** Limits what is read ahead; what lies there already is less than a header, if it is anything. */
    private void makeRoom() {
        if (at > 0) {
            head.limit(head.position()).position(at);
            head.compact();
            at = 0;
        }
        head.limit(shortInARow == DENSE ? AHEAD_BYTES : InPlace.R_BYTES);
    }

    private int known() {
        return head.position() - at;
    }

    /** Moves what has been read ahead to where it belongs. */
    private void take(ByteBuffer to) {
        int length = Math.min(known(), to.remaining());
        if (length > 0) {
            to.put(to.position(), head, at, length).position(to.position() + length);
            at += length;
        }
    }

    private void takePayload() {
        try {
            take(intoPayload[0]);
        } catch (RuntimeException e) {
            int ignored = unwritable(e);
        }
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
        if (receiving != null) {
            takePayload();
        }
        if (discarded != null) {
            int skipped = Math.min(discard, known());
            at += skipped;
            discard -= skipped;
            return discard == 0 && endDiscard(discarded);
        }
        if (receiving != null) {
            return !intoPayload[0].hasRemaining() && endPayload(receiving);
        }
        if (body != null) {
            take(body);
            return !body.hasRemaining() && endBody(body);
        }
        return parseHead();
    }

    private boolean parseHead() throws ProtocolException {
        if (known() < Protocol.HEADER_BYTES) {
            return false;
        }
        int size = InPlace.size(head, at);
        if (size < Protocol.HEADER_BYTES || size > msize) {
            throw new ProtocolException(session.peer() + ": not 9P: a frame of " + Integer.toUnsignedString(size)
                    + " bytes, where 7 to " + msize + " are allowed");
        }
        Call call = session.inFlight(InPlace.tag(head, at));
        if (call == null) {
            throw new ProtocolException(session.peer() + ": a reply with tag " + InPlace.tag(head, at)
                    + ", which no request in flight has");
        }
        int type = InPlace.type(head, at);
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
        if (size == InPlace.R_BYTES && known() < InPlace.R_BYTES) {
            return false;
        }
        int count = size == InPlace.R_BYTES ? InPlace.replyCount(head, at) : -1;
        if (Integer.compareUnsigned(count, call.count()) > 0) {
            throw new ProtocolException(session.peer() + ": an Rwrite of " + size + " bytes that confirms "
                    + Integer.toUnsignedString(count) + " for " + call.description());
        }
        at += InPlace.R_BYTES;
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
        if (known() < InPlace.R_BYTES) {
            return false;
        }
        int count = InPlace.replyCount(head, at);
        if (count != size - InPlace.R_BYTES || count > call.count()) {
            throw new ProtocolException(session.peer() + ": an Rread of " + Integer.toUnsignedString(count)
                    + " bytes in a frame of " + size + " for " + call.description());
        }
        if (call.done && trace.isOn()) {
            return beginBody(size);
        }
        at += InPlace.R_BYTES;
        shortInARow = count <= SHORT ? Math.min(shortInARow + 1, DENSE) : 0;
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
        call.freeWhenAnswered = true;
        receiving = null;
        intoPayload[0] = head;
        return true;
    }
}
