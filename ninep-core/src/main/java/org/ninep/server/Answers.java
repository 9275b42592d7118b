package org.ninep.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.ninep.Errno;
import org.ninep.codec.Codec;
import org.ninep.codec.DirectoryEntries;
import org.ninep.codec.Frame;
import org.ninep.codec.InPlace;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.Tclunk;
import org.ninep.message.Tmessage.Treaddir;
import org.ninep.message.Tmessage.Tremove;

/**
 * Carries out one client's requests, and puts the replies where they are sent from. A request that fails after somebody
 * wanted it to end has no reply, as if it had never been; but Tclunk and Tremove do, for they free their fid in any case.
 *
 * <p>
 * For several threads, as {@link Session}.
 */
final class Answers {
    private final Session session;
    private final RequestCounts counts;
    private final String peer;
    private final RateLimitedLog log;
    private final AtomicLong bytesRead = new AtomicLong();
    private final AtomicLong bytesWritten = new AtomicLong();

    Answers(Session session, RequestCounts counts, String peer, RateLimitedLog log) {
        this.session = session;
        this.counts = counts;
        this.peer = peer;
        this.log = log;
    }

    long bytesRead() {
        return bytesRead.get();
    }

    long bytesWritten() {
        return bytesWritten.get();
    }

    /** Something that is done for a request; the client is told what it throws. */
    private interface Deed {
        void run() throws IOException;
    }

    /**
     * Carries out a request and puts the reply there.
     *
     * @param bytes where the request lies, at {@code at}
     */
    void answer(ByteBuffer bytes, int at, int size, Replies out, Running running) throws IOException {
        if (InPlace.type(bytes, at) == InPlace.TREAD && size == InPlace.T_BYTES && session.msize() != 0) {
            read(bytes, at, out, running);
            return;
        }
        Frame<Tmessage> frame = Codec.decodeRequest(bytes.slice(at, size));
        switch (frame.message()) {
            case Tmessage.Twrite m when session.msize() != 0 -> write(frame.tag(), m, out, running);
            case Treaddir m when session.msize() != 0 -> readdir(frame.tag(), m, out, running);
            case Tmessage m -> answer(frame.tag(), m, out, running);
        }
    }

    void answer(int tag, Tmessage request, Replies out, Running running) throws IOException {
        Rmessage[] reply = new Rmessage[1];
        boolean frees = request instanceof Tclunk || request instanceof Tremove;
        if (carryOut(tag, () -> reply[0] = session.answer(request), frees, out, running)) {
            out.put(tag, reply[0], session.largestFrame());
        }
    }

    /** The reply's data goes from the file to where it is sent from, behind a header put there without a record. */
    private void read(ByteBuffer in, int at, Replies replies, Running running) throws IOException {
        int tag = InPlace.tag(in, at);
        long offset = InPlace.offset(in, at);
        int count = payload(InPlace.requestCount(in, at));
        ByteBuffer out = replies.reserve(InPlace.R_BYTES + count);
        int start = out.position();
        int data = start + InPlace.R_BYTES;
        Exception failure = null;
        boolean cancelled;
        running.begin();
        try {
            OpenFile file = session.readable(InPlace.fid(in, at));
            out.limit(data + count).position(data);
            if (inRange(offset, count)) {
                file.read(offset, out);
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
        } finally {
            cancelled = running.end();
        }
        int got = out.position() - data;
        replies.takeBack(start);
        if (failure != null) {
            fail(tag, failure, cancelled, false, replies);
        } else {
            InPlace.putRread(out, tag, got);
            out.position(data + got);
            bytesRead.addAndGet(got);
            counts.read(got);
        }
    }

    /** Whether it was done; where not, the client is told. */
    private boolean carryOut(int tag, Deed deed, boolean frees, Replies replies, Running running) throws IOException {
        int start = replies.position();
        Exception failure = null;
        boolean cancelled;
        running.begin();
        try {
            deed.run();
        } catch (IOException | RuntimeException e) {
            failure = e;
        } finally {
            cancelled = running.end();
        }
        if (failure != null) {
            replies.takeBack(start);
            fail(tag, failure, cancelled, frees, replies);
        }
        return failure == null;
    }

    private void fail(int tag, Exception failure, boolean cancelled, boolean frees, Replies replies)
            throws IOException {
        if (!cancelled || frees) {
            replies.put(tag, new Rlerror(errno(failure)), session.largestFrame());
        }
    }

    /** As much of a count, which is any 32 bits, as a reply may carry. */
    private int payload(int count) {
        int largest = session.largestPayload();
        return Integer.compareUnsigned(count, largest) > 0 ? largest : count;
    }

    /** Whether a file can have bytes there: its offsets end at 2^63 - 1. */
    private static boolean inRange(long offset, int count) throws ErrnoException {
        if (offset < 0) {
            throw new ErrnoException(Errno.EINVAL, "offset beyond 2^63");
        }
        return offset <= Long.MAX_VALUE - count;
    }

    private void write(int tag, Tmessage.Twrite m, Replies out, Running running) throws IOException {
        ByteBuffer data = m.data().slice();
        ByteBuffer reply = out.reserve(InPlace.R_BYTES);
        if (carryOut(tag, () -> {
            OpenFile file = session.writable(m.fid());
            if (!inRange(m.offset(), data.remaining())) {
                throw new ErrnoException(Errno.EFBIG, "offset beyond 2^63");
            }
            file.write(m.offset(), data);
        }, false, out, running)) {
            InPlace.putRwrite(reply, tag, data.position());
            bytesWritten.addAndGet(data.position());
            counts.written(data.position());
        }
    }

    private void readdir(int tag, Treaddir m, Replies replies, Running running) throws IOException {
        int count = payload(m.count());
        ByteBuffer out = replies.reserve(InPlace.R_BYTES + count);
        int start = out.position();
        if (carryOut(tag, () -> {
            EntrySink sink = new EntrySink(out, start + InPlace.R_BYTES, count);
            session.fid(m.fid()).directory().read(m.offset(), sink::put);
            sink.requireProgress();
        }, false, replies, running)) {
            int end = out.position();
            replies.takeBack(start);
            putRreaddir(out, tag, end - start - InPlace.R_BYTES);
            out.position(end);
        }
    }

    /** {@code size[4] Rreaddir tag[2] count[4]}, which is followed by the entries. */
    private static void putRreaddir(ByteBuffer out, int tag, int count) {
        ByteBuffer empty = out.slice(0, 0);
        Codec.encode(new Frame<>(tag, new Rmessage.Rreaddir(empty)), out);
        int start = out.position() - InPlace.R_BYTES;
        out.putInt(start, InPlace.R_BYTES + count).putInt(start + 7, count);
    }

    /** Takes entries as long as they fit. */
    private static final class EntrySink {
        private final ByteBuffer out;
        private boolean any;
        private boolean full;

        EntrySink(ByteBuffer out, int from, int count) {
            this.out = out.limit(from + count).position(from);
        }

        boolean put(DirectoryEntry entry) {
            if (DirectoryEntries.encode(entry, out)) {
                any = true;
                return true;
            }
            full = true;
            return false;
        }

        void requireProgress() throws ErrnoException {
            if (full && !any) {
                throw new ErrnoException(Errno.EINVAL, "count too small for one entry");
            }
        }
    }

    /** What the client is told; what it cannot know better from the number, the log says. */
    private Errno errno(Exception e) {
        Errno errno = e instanceof IOException io ? Errnos.of(io) : Errno.EIO;
        if (errno.equals(Errno.EIO)) {
            log.warn("{}: a request failed: {}", peer, e.toString());
        }
        return errno;
    }
}
