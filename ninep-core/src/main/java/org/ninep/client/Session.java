package org.ninep.client;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ninep.ConnectionLostException;
import org.ninep.ProtocolException;
import org.ninep.RemoteException;
import org.ninep.RequestTimeoutException;
import org.ninep.TimeSource;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.transport.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests and replies over one connection, from its first byte to its last.
 *
 * <p>
 * Any thread submits requests; what the threads share is {@link InFlight}. The loop thread alone reads, answers calls, and
 * gives them up when their time is over or their caller is interrupted, so that a caller's buffer never has two writers.
 */
final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(10);
    private static final long AT_ONCE = -1;

    private final Wire wire;
    private final TimeSource time;
    final InFlight inFlight;
    private final ReplyReader reader;
    private final Runnable wake;
    private final Thread loop;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Queue<Outcome<?>> cancelled = new ConcurrentLinkedQueue<>();
    private final Endings endings = new Endings();

    /** Nothing is read before the loop thread is started, or somebody makes its {@link #step steps}. */
    Session(Wire wire, ClientBuilder options) {
        Trace trace = new Trace(wire.peer(), options.listener);
        this.wire = wire;
        this.time = options.timeSource;
        this.inFlight = new InFlight(wire, options.maxRequests, time, trace);
        this.reader = new ReplyReader(this, wire, trace, options.msize);
        this.wake = wire::wakeup;
        this.loop = options.threadFactory.newThread(this::run);
    }

    /** Takes the connection over, whatever happens. */
    static Session open(Connection connection, ClientBuilder options) throws ConnectionLostException {
        Wire wire = SelectorWire.open(connection, new BusyPoll(options.busyPoll));
        boolean started = false;
        try {
            Session session = new Session(wire, options);
            session.time.onAdvance(session.wake);
            session.loop.start();
            started = true;
            return session;
        } finally {
            if (!started) {
                closeQuietly(wire);
            }
        }
    }

    private static void closeQuietly(Wire wire) {
        try {
            wire.close();
        } catch (IOException e) {
            LOG.debug("{}: closing: {}", wire.peer(), e.getMessage());
        }
    }

    String peer() {
        return wire.peer();
    }

    /** The longest frame in either direction, in bytes. */
    int msize() {
        return reader.msize();
    }

    /** From now on no frame in either direction is longer. */
    void msize(int msize) {
        reader.msize(msize);
    }

    /** The clock under all that waits. */
    TimeSource time() {
        return time;
    }

    boolean isOpen() {
        return inFlight.isOpen();
    }

    @SuppressWarnings("ReferenceEquality")
    private boolean isLoopThread() {
        return Thread.currentThread() == loop;
    }

    /** @throws IllegalStateException on the thread that reads replies: it must never wait for one */
    void refuseToWait() {
        if (isLoopThread()) {
            throw new IllegalStateException(
                    "a handler on the reader thread of " + peer() + " must not wait for a reply");
        }
    }

    /**
     * Sends the request, or queues it if all tags are taken.
     *
     * @param timeout from now; null for none
     */
    void submit(Call call, @Nullable Duration timeout) {
        if (!inFlight.accept(call, timeout)) {
            refuse(call);
        }
    }

    /** Sends all of the requests, which are about one file, in one write. */
    void submit(List<? extends Call> calls, @Nullable Duration timeout) {
        if (!inFlight.accept(calls, timeout)) {
            calls.forEach(this::refuse);
        }
    }

    private void refuse(Call call) {
        call.done = true;
        call.failed(refusal(call));
        call.neverAnswered();
    }

    private IOException refusal(Call call) {
        Handle file = call.closedFile();
        return file != null && isOpen()
                ? new Handle.Closed(peer() + ": " + file.path())
                : lost(inFlight.end());
    }

    /** Gives up the calls whose caller was interrupted; any thread. */
    void cancel(Outcome<?> outcome) {
        cancelled.add(outcome);
        wire.wakeup();
    }

    /** Ends the session, for the peer broke the protocol; any thread. Returns what to throw. */
    ProtocolException broken(String what) {
        ProtocolException e = new ProtocolException(peer() + ": " + what);
        inFlight.end(e);
        return e;
    }

    // The loop thread's part.

    private void run() {
        boolean more;
        do {
            more = step();
        } while (more);
    }

    /** One turn of the loop. Returns whether there are more; after the last one everything has been answered. */
    boolean step() {
        try {
            if (inFlight.end() == null) {
                turn();
            }
        } catch (IOException e) {
            inFlight.end(e);
        } catch (RuntimeException | Error e) {
            LOG.error("{}: the connection's reader failed", peer(), e);
            inFlight.end(new ConnectionLostException(peer() + ": the connection's reader failed: " + e, e));
        }
        if (inFlight.end() == null) {
            return true;
        }
        finish();
        return false;
    }

    private void turn() throws IOException {
        boolean more = reader.read();
        inFlight.endTurn();
        if (wire.select(more ? AT_ONCE : inFlight.untilWakeAt(), inFlight.count() <= 1)) {
            inFlight.flushOn();
        }
        // an interrupt means nothing here, but if it stayed no select would sleep again
        boolean ignored = Thread.interrupted();
        giveUpCancelled();
        for (WriteCall call : inFlight.takeUnreadable()) {
            giveUp(call, new IOException(peer() + ": " + call.description() + ": the buffer cannot be read"));
        }
        for (Call call : inFlight.takeLate()) {
            giveUp(call, late(call));
        }
    }

    /** The call that waits for this tag, or null. */
    @Nullable
    Call inFlight(int tag) {
        return inFlight.get(tag);
    }

    /** A reply came whole, other than such as {@link #transferred} is told of. */
    void answered(Call call, Rmessage reply) {
        if (call.done) {
            call.answered = true;
            if (call.freeWhenAnswered) {
                inFlight.release(call);
            }
            guarded(() -> call.answeredLate(reply));
            return;
        }
        call.done = true;
        inFlight.release(call);
        if (reply instanceof Rlerror(var errno)) {
            guarded(() -> call.failed(new RemoteException(errno, peer() + ": " + call.description())));
        } else {
            guarded(() -> call.completed(reply));
        }
    }

    /** An Rread came whole, and its data lies in the caller's buffer, or an Rwrite came. */
    void transferred(TransferCall call, int count) {
        call.done = true;
        inFlight.releaseSoon(call);
        try {
            call.transferred(count);
        } catch (RuntimeException | Error e) {
            handlerFailed(e);
        }
    }

    /** The Rread of a call that was given up has been thrown away. */
    void discarded(Call call) {
        call.answered = true;
        if (call.freeWhenAnswered) {
            inFlight.release(call);
        }
    }

    /** Rflush came: the old request has been answered, or never will be. */
    void flushed(Call old) {
        inFlight.release(old);
        if (!old.answered) {
            guarded(old::neverAnswered);
        }
    }

    /** The server does not flush: the old request is over when its answer comes. */
    void notFlushed(Call old) {
        old.freeWhenAnswered = true;
        if (old.answered) {
            inFlight.release(old);
        }
    }

    private void giveUpCancelled() {
        Outcome<?> outcome;
        while ((outcome = cancelled.poll()) != null) {
            for (Call call : callsOf(outcome)) {
                giveUp(call, new InterruptedIOException(peer() + ": " + call.description() + ": interrupted"));
            }
        }
    }

    @SuppressWarnings("ReferenceEquality")
    private List<Call> callsOf(Outcome<?> outcome) {
        List<Call> calls = inFlight.all();
        calls.removeIf(call -> call.outcome != outcome);
        return calls;
    }

    private RequestTimeoutException late(Call call) {
        Duration timeout = call.timeout == null ? Duration.ZERO : call.timeout;
        String seconds = timeout.toMillis() / 1000.0 + " s";
        String what = call.tag == Call.NO_TAG
                ? "not sent within " + seconds + ", as too many requests are in flight"
                : "no answer within " + seconds;
        return new RequestTimeoutException(peer() + ": " + call.description() + ": " + what);
    }

    /** Gives the caller's buffer back, and has the server forget the request. */
    void giveUp(Call call, IOException cause) {
        if (call.done) {
            return;
        }
        call.done = true;
        boolean arriving = reader.abandon(call);
        boolean sent = !inFlight.withdraw(call);
        if (sent && !arriving && !call.isVersion()) {
            inFlight.sendFlush(new FlushCall(this, call));
        }
        guarded(() -> call.failed(cause));
        if (!sent) {
            guarded(call::neverAnswered);
        }
    }

    /** Calls somebody else's code; what it throws is its own affair. */
    private void guarded(Runnable handler) {
        try {
            handler.run();
        } catch (RuntimeException | Error e) {
            handlerFailed(e);
        }
    }

    private void handlerFailed(Throwable e) {
        LOG.error("{}: a handler of a reply failed", peer(), e);
    }

    private void finish() {
        try {
            time.removeOnAdvance(wake);
            closeQuietly(wire);
            IOException reason = inFlight.end();
            for (Call call : inFlight.all()) {
                if (!call.done) {
                    call.done = true;
                    guarded(() -> call.failed(reason instanceof ProtocolException e
                            ? new ProtocolException(String.valueOf(e.getMessage()), e)
                            : lost(reason)));
                }
            }
            endings.ended(lost(reason));
        } finally {
            ended.countDown();
        }
    }

    /** Has the handler called when all is over, or now. */
    void whenEnded(Consumer<IOException> handler) {
        endings.add(handler);
    }

    private ConnectionLostException closedHere() {
        return new ConnectionLostException(peer() + ": the connection was closed on this side");
    }

    private ConnectionLostException lost(@Nullable IOException reason) {
        return reason == null
                ? closedHere()
                : new ConnectionLostException(String.valueOf(reason.getMessage()), reason);
    }

    // The end.

    /**
     * Takes no more requests and waits until those in flight are answered, at most so long, before it closes. An interrupt
     * cuts the wait short.
     */
    void close(Duration patience) {
        if (!isLoopThread()) {
            try {
                inFlight.drain(patience);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        close();
    }

    /**
     * Ends everything. When it returns, every call has been answered and no buffer is touched any more, unless a handler
     * blocks or is itself who closes.
     */
    void close() {
        inFlight.end(closedHere());
        if (isLoopThread()) {
            return;
        }
        boolean interrupted = false;
        long deadline = System.nanoTime() + LONGEST_CLOSE.toNanos();
        long left;
        while (ended.getCount() > 0 && (left = deadline - System.nanoTime()) > 0) {
            try {
                boolean ignored = ended.await(left, TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (ended.getCount() > 0) {
            LOG.warn("{}: closing, but a handler of a reply blocks the connection's reader", peer());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
