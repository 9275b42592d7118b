package org.ninep.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.ninep.ProtocolException;
import org.ninep.codec.Codec;
import org.ninep.codec.InPlace;
import org.ninep.message.Rmessage.Rflush;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.Tflush;
import org.ninep.transport.Connection;

/**
 * One client. The thread whose {@link Turn} it is reads a request, carries it out and writes the reply, one after the other.
 * If one takes long, another thread takes over the reading, and the request goes on by itself, as a {@link Flight}. A client
 * that does not read its replies makes its own threads wait, and no others.
 *
 * <p>
 * Thread-safe.
 */
final class Client implements Runnable {
    private enum State {
        /** All that was read is answered, or has become a flight. */
        IDLE,
        /** A request may be in progress. */
        BUSY,
        CLOSED
    }

    private static final Running AT_ONCE = new Running() {
        @Override
        public void begin() {
            // nobody else takes over
        }

        @Override
        public boolean end() {
            return false;
        }
    };

    private final Connection connection;
    private final Session session;
    private final RequestCounts counts;
    private final Answers answers;
    private final Flights flights;
    private final Helpers helpers;
    private final RateLimitedLog log;
    private final AtomicReference<State> state = new AtomicReference<>(State.BUSY);
    private final ReentrantLock writing = new ReentrantLock();
    private final Instant since = Instant.now();
    private final AtomicLong requests = new AtomicLong();
    private volatile @Nullable Turn turn;
    private volatile boolean finishing;
    /** The request that {@link #watch} saw last, and the last one for which it called a helper. */
    private long seen;
    private long helped;

    Client(Connection connection, Session session, RequestCounts counts, Helpers helpers, RateLimitedLog log) {
        this.connection = connection;
        this.session = session;
        this.counts = counts;
        this.helpers = helpers;
        this.log = log.of(connection.peer());
        this.answers = new Answers(session, counts, connection.peer(), this.log);
        this.flights = new Flights(helpers.mostPerClient());
    }

    String peer() {
        return connection.peer();
    }

    /** Whether it ever got as far as to be served, for which it has only so much time. */
    boolean isEstablished() {
        return session.isEstablished();
    }

    ClientStats stats() {
        FileTree.User user = session.user();
        return new ClientStats(peer(), since, user.uname(), user.uid(), session.msize(), session.fids(),
                requests.get(), answers.bytesRead(), answers.bytesWritten(), session.verified());
    }

    /** Ends the client as soon as all that it asked so far is answered. */
    void finish() {
        finishing = true;
        boolean _ = endIfFinished();
    }

    private boolean endIfFinished() {
        boolean ends = finishing && flights.isEmpty() && state.compareAndSet(State.IDLE, State.CLOSED);
        if (ends) {
            abort();
        }
        return ends;
    }

    /** Ends the client now: what it asked and is not begun is not carried out. */
    void abort() {
        state.set(State.CLOSED);
        flights.close();
        try {
            connection.close();
        } catch (IOException e) {
            // it is as closed as it can be
        }
    }

    /** Serves the client to its end, or until another thread takes over. */
    @Override
    public void run() {
        boolean leads = true;
        try (Turn first = new Turn(connection, writing)) {
            first.lead();
            leads = serve(first);
        } catch (RuntimeException | Error e) {
            failed(e);
        } finally {
            ends(leads);
        }
    }

    private void failed(Throwable cause) {
        switch (cause) {
            case ProtocolException e ->
                log.warn("{}: closed for breaking the protocol: {}", peer(), String.valueOf(e.getMessage()));
            case IOException e -> log.debug("{}: connection lost: {}", peer(), e.toString());
            default -> log.error(peer() + ": closed after an unexpected failure", cause);
        }
        abort();
    }

    /** Whoever reads at the end waits until nobody does anything for the client any more, and gives all back. */
    private void ends(boolean leads) {
        if (leads) {
            abort();
            flights.cancelAll();
            session.reset();
            helpers.left(this);
        } else {
            helpers.giveBack();
        }
    }

    /** Until the client's end; false if it is another thread that goes on to there. */
    private boolean serve(Turn mine) {
        turn = mine;
        try {
            read(mine);
        } catch (IOException | RuntimeException | Error e) {
            failed(e);
        }
        Flight taken = mine.taken();
        if (taken != null) {
            land(taken, mine.out());
        }
        return taken == null;
    }

    /** Reads and carries out requests until the end, or until one was taken over. */
    private void read(Turn mine) throws IOException {
        Requests in = mine.in();
        do {
            try {
                while (state.get() != State.CLOSED && in.next(session.largestFrame())) {
                    handle(mine);
                    if (mine.taken() != null) {
                        return;
                    }
                    if (mine.out().isDue()) {
                        mine.out().flush();
                    }
                }
            } finally {
                if (mine.taken() == null) {
                    mine.out().flush();
                }
            }
        } while (idle() && in.fill(session.largestFrame()) && busy());
    }

    private boolean idle() {
        return state.compareAndSet(State.BUSY, State.IDLE) && !endIfFinished();
    }

    private boolean busy() {
        boolean begins = state.compareAndSet(State.IDLE, State.BUSY);
        helpers.wake();
        return begins;
    }

    private void handle(Turn mine) throws IOException {
        Requests in = mine.in();
        requests.lazySet(requests.getPlain() + 1);
        counts.request(in.bytes(), in.at());
        switch (InPlace.type(in.bytes(), in.at())) {
            case InPlace.TFLUSH -> flush(mine);
            case InPlace.TVERSION -> {
                flights.cancelAll();
                answers.answer(in.bytes(), in.at(), in.size(), mine.out(), AT_ONCE);
            }
            default -> {
                if (passes(mine)) {
                    answers.answer(in.bytes(), in.at(), in.size(), mine.out(), mine);
                }
            }
        }
    }

    /** Whether the request may be carried out now; where not, it waits among the flights. */
    private boolean passes(Turn mine) throws IOException {
        if (flights.isEmpty()) {
            return true;
        }
        Requests in = mine.in();
        ByteBuffer request = in.view(in.at(), in.size());
        Needs needs = Needs.of(Codec.decodeRequest(request.duplicate()).message());
        int most = session.largestFrame();
        int tag = InPlace.tag(in.bytes(), in.at());
        return entered(mine, in.size(), () -> flights.enter(tag, needs, request, most)) == Flights.Entry.PASSES;
    }

    /** Enters the flights. */
    private interface Entering {
        Flights.Entry enter() throws ProtocolException;
    }

    /** Tries until there is room for so many bytes; meanwhile the client is not read, but gets what is answered. */
    private Flights.Entry entered(Turn mine, int bytes, Entering entering) throws IOException {
        Flights.Entry entry = entering.enter();
        while (entry == Flights.Entry.FULL && state.get() != State.CLOSED) {
            mine.out().flush();
            flights.awaitRoom(bytes, session.largestFrame());
            entry = entering.enter();
        }
        return entry;
    }

    /** Rflush comes behind the reply of what is flushed, or instead of it. */
    private void flush(Turn mine) throws IOException {
        Requests in = mine.in();
        Tmessage request = Codec.decodeRequest(in.view(in.at(), in.size())).message();
        int tag = InPlace.tag(in.bytes(), in.at());
        if (flights.isEmpty() || !(request instanceof Tflush flush)) {
            answers.answer(tag, request, mine.out(), AT_ONCE);
            return;
        }
        if (entered(mine, 0, () -> flights.flush(tag, flush.oldtag())) == Flights.Entry.PASSES) {
            mine.out().put(tag, new Rflush(), session.largestFrame());
        }
    }

    /** Sends the reply of a request that took long, and goes on with those that have waited for it. */
    private void land(@Nullable Flight landing, Replies out) {
        for (Flight flight = landing == null
                ? flights.next(Thread.currentThread())
                : landing; flight != null; flight = flights.next(Thread.currentThread())) {
            try {
                if (!flight.equals(landing)) {
                    answers.answer(flight.request, 0, flight.request.remaining(), out, flight);
                }
                reply(flight, out);
            } catch (IOException | RuntimeException | Error e) {
                failed(e);
            } finally {
                boolean _ = flights.land(flight);
            }
        }
        boolean _ = endIfFinished();
    }

    /** With one lock from when the tag is free until the reply is sent: what the reader answers meanwhile comes behind. */
    private void reply(Flight flight, Replies out) throws IOException {
        writing.lock();
        try {
            if (flights.land(flight)) {
                for (int tag : flight.flushes) {
                    out.put(tag, new Rflush(), session.largestFrame());
                }
                out.flush();
            } else {
                out.drop();
            }
        } finally {
            writing.unlock();
        }
    }

    // What helpers do.

    /**
     * Looks whether the client needs a helper; for one thread, from time to time.
     *
     * @return whether it has done anything since the last time
     */
    boolean watch() {
        long now = requests.get();
        boolean busy = now != seen || state.get() == State.BUSY || !flights.isEmpty();
        Turn current = turn;
        if (current != null && now == seen && now != helped && current.isRunning() && session.isEstablished()
                && flights.hasRoom() && helpers.call(() -> takeOver(current))) {
            helped = now;
        }
        seen = now;
        if (!flights.isEmpty() && flights.hasNext()) {
            boolean _ = helpers.call(this::help);
        }
        return busy;
    }

    /** Begins what waits for nothing but a thread. */
    private void help() {
        try (Replies out = new Replies(connection.sink(), writing)) {
            land(null, out);
        } catch (RuntimeException | Error e) {
            failed(e);
        } finally {
            helpers.giveBack();
        }
    }

    /** Reads on in place of a thread that is in a request which takes long. */
    private void takeOver(Turn other) {
        boolean leads = false;
        try (Turn mine = new Turn(connection, writing)) {
            try {
                take(other, mine);
            } catch (IOException | RuntimeException | Error e) {
                failed(e);
            }
            leads = mine.leads();
            if (leads) {
                leads = serve(mine);
            }
        } catch (RuntimeException | Error e) {
            failed(e);
        } finally {
            ends(leads);
        }
    }

    private void take(Turn other, Turn mine) throws IOException {
        writing.lock();
        try {
            if (other.take()) {
                mine.lead();
                Requests in = other.in();
                ByteBuffer request = in.view(in.at(), in.size());
                Needs needs = Needs.of(Codec.decodeRequest(request).message());
                other.becomes(flights.add(InPlace.tag(in.bytes(), in.at()), needs, other.thread()));
                mine.in().takeOver(in);
                other.out().flushBefore(other.reply());
            }
        } finally {
            writing.unlock();
        }
    }
}
