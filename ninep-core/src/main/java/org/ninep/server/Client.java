package org.ninep.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.ninep.Errno;
import org.ninep.ProtocolException;
import org.ninep.codec.Codec;
import org.ninep.codec.DirectoryEntries;
import org.ninep.codec.Frame;
import org.ninep.codec.InPlace;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.Treaddir;
import org.ninep.transport.Connection;

/**
 * One client: its thread reads a request, handles it and writes the reply, in the order in which they came. A client
 * that does not read its replies makes its own thread wait, and no other.
 *
 * <p>
 * Confined to its thread, but for {@link #finish}, {@link #abort}, {@link #isEstablished} and {@link #stats}.
 */
final class Client implements Runnable {
    private enum State {
        /** Nothing is unanswered. */
        IDLE,
        /** A request may be in progress. */
        BUSY,
        /** As BUSY, and to be ended when all is answered. */
        FINISHING,
        CLOSED
    }

    private final Connection connection;
    private final Session session;
    private final RequestCounts counts;
    private final RateLimitedLog log;
    private final Consumer<Client> ended;
    private final AtomicReference<State> state = new AtomicReference<>(State.BUSY);
    private final Instant since = Instant.now();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong bytesRead = new AtomicLong();
    private final AtomicLong bytesWritten = new AtomicLong();
    private final AtomicInteger fids = new AtomicInteger();
    private final AtomicInteger msize = new AtomicInteger();
    private volatile Who who;
    private volatile boolean established;

    /** As others see it. */
    private record Who(FileTree.User user, List<Integer> verified) {}

    /** @param ended run as the last thing, on the client's thread */
    Client(Connection connection, Session session, RequestCounts counts, RateLimitedLog log, Consumer<Client> ended) {
        this.connection = connection;
        this.session = session;
        this.counts = counts;
        this.log = log.of(connection.peer());
        this.ended = ended;
        this.who = new Who(session.user(), List.of());
    }

    String peer() {
        return connection.peer();
    }

    /** Whether it ever got as far as to be served, for which it has only so much time. */
    boolean isEstablished() {
        return established;
    }

    ClientStats stats() {
        Who now = who;
        return new ClientStats(peer(), since, now.user().uname(), now.user().uid(), msize.get(), fids.get(),
                requests.get(), bytesRead.get(), bytesWritten.get(), now.verified());
    }

    /** Ends the client as soon as all that it asked so far is answered. */
    void finish() {
        while (true) {
            State now = state.get();
            if (now == State.IDLE && state.compareAndSet(now, State.CLOSED)) {
                abort();
                return;
            }
            if (now != State.IDLE && (now != State.BUSY || state.compareAndSet(now, State.FINISHING))) {
                return;
            }
        }
    }

    /** Ends the client now: what it asked and is not begun is not carried out. */
    void abort() {
        state.set(State.CLOSED);
        try {
            connection.close();
        } catch (IOException e) {
            // it is as closed as it can be
        }
    }

    @Override
    public void run() {
        try (connection;
                Requests in = new Requests(connection.source());
                Replies out = new Replies(connection.sink())) {
            serve(in, out);
        } catch (ProtocolException e) {
            log.warn("{}: closed for breaking the protocol: {}", peer(), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            log.debug("{}: connection lost: {}", peer(), e.toString());
        } catch (RuntimeException | Error e) {
            log.error(peer() + ": closed after an unexpected failure", e);
        } finally {
            session.reset();
            ended.accept(this);
        }
    }

    private void serve(Requests in, Replies out) throws IOException {
        do {
            try {
                while (state.get() != State.CLOSED && in.next(session.largestFrame())) {
                    count(requests, 1);
                    counts.request(in.bytes(), in.at());
                    handle(in, out);
                    if (out.isDue()) {
                        out.flush();
                    }
                }
            } finally {
                out.flush();
            }
        } while (idle() && in.fill(session.largestFrame()) && busy());
    }

    private boolean idle() {
        return state.compareAndSet(State.BUSY, State.IDLE);
    }

    private boolean busy() {
        return state.compareAndSet(State.IDLE, State.BUSY);
    }

    /** Only this thread counts; others may see it a little later, but then whole. */
    private static void count(AtomicLong counter, long more) {
        counter.lazySet(counter.getPlain() + more);
    }

    private void handle(Requests in, Replies out) throws IOException {
        ByteBuffer bytes = in.bytes();
        int type = InPlace.type(bytes, in.at());
        if (type == InPlace.TREAD && in.size() == InPlace.T_BYTES && session.msize() != 0) {
            read(bytes, in.at(), out);
        } else {
            Frame<Tmessage> frame = Codec.decodeRequest(in.view(in.at(), in.size()));
            switch (frame.message()) {
                case Tmessage.Twrite m when session.msize() != 0 -> write(frame.tag(), m, out);
                case Treaddir m when session.msize() != 0 -> readdir(frame.tag(), m, out);
                case Tmessage m -> answer(frame.tag(), m, out);
            }
        }
    }

    private void answer(int tag, Tmessage request, Replies out) throws IOException {
        Rmessage reply;
        try {
            reply = session.answer(request);
        } catch (IOException | RuntimeException e) {
            reply = new Rlerror(errno(e));
        }
        publish();
        out.put(tag, reply, session.largestFrame());
    }

    private void publish() {
        fids.lazySet(session.fids());
        msize.lazySet(session.msize());
        who = new Who(session.user(), session.verified());
        if (!established && session.isEstablished()) {
            established = true;
        }
    }

    /** The reply's data goes from the file to where it is sent from, behind a header put there without a record. */
    private void read(ByteBuffer in, int at, Replies replies) throws IOException {
        int tag = InPlace.tag(in, at);
        long offset = InPlace.offset(in, at);
        int count = payload(InPlace.requestCount(in, at));
        ByteBuffer out = replies.reserve(InPlace.R_BYTES + count);
        int start = out.position();
        int data = start + InPlace.R_BYTES;
        Errno error = null;
        try {
            OpenFile file = session.readable(InPlace.fid(in, at));
            out.limit(data + count).position(data);
            if (inRange(offset, count)) {
                file.read(offset, out);
            }
        } catch (IOException | RuntimeException e) {
            error = errno(e);
        }
        int got = out.position() - data;
        out.order(ByteOrder.LITTLE_ENDIAN).clear().position(start);
        if (error != null) {
            replies.put(tag, new Rlerror(error), session.msize());
        } else {
            InPlace.putRread(out, tag, got);
            out.position(data + got);
            count(bytesRead, got);
            counts.read(got);
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

    private void write(int tag, Tmessage.Twrite m, Replies out) throws IOException {
        int count = m.data().remaining();
        ByteBuffer reply = out.reserve(InPlace.R_BYTES);
        Errno error;
        try {
            OpenFile file = session.writable(m.fid());
            if (!inRange(m.offset(), count)) {
                throw new ErrnoException(Errno.EFBIG, "offset beyond 2^63");
            }
            ByteBuffer data = m.data().slice();
            file.write(m.offset(), data);
            InPlace.putRwrite(reply, tag, data.position());
            count(bytesWritten, data.position());
            counts.written(data.position());
            return;
        } catch (IOException | RuntimeException e) {
            error = errno(e);
        }
        out.put(tag, new Rlerror(error), session.msize());
    }

    private void readdir(int tag, Treaddir m, Replies replies) throws IOException {
        int count = payload(m.count());
        ByteBuffer out = replies.reserve(InPlace.R_BYTES + count);
        int start = out.position();
        Errno error;
        try {
            EntrySink sink = new EntrySink(out, start + InPlace.R_BYTES, count);
            session.fid(m.fid()).directory().read(m.offset(), sink::put);
            sink.requireProgress();
            int end = out.position();
            out.clear().position(start);
            putRreaddir(out, tag, end - start - InPlace.R_BYTES);
            out.position(end);
            return;
        } catch (IOException | RuntimeException e) {
            error = errno(e);
        }
        out.clear().position(start);
        replies.put(tag, new Rlerror(error), session.msize());
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
            log.warn("{}: a request failed: {}", peer(), e.toString());
        }
        return errno;
    }
}
