package org.ninep.client;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.ninep.ConnectionLostException;
import org.ninep.NinepException;
import org.ninep.ProtocolException;
import org.ninep.RequestTimeoutException;
import org.ninep.TimeSource;
import org.ninep.transport.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests and replies over one connection: tags, timeouts, flushes, and the end.
 *
 * <p>
 * Whoever submits a request encodes it under the lock and tries to write it at once; the channel does not block, and what it
 * does not take the loop thread writes later. The loop thread alone reads, answers calls, and gives them up when their time
 * is over or their caller is interrupted, so that a caller's buffer never has two writers.
 */
final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(10);

    private final Connection connection;
    private final TimeSource time;
    private final long epoch;
    private final @Nullable MessageListener listener;
    private final Selector selector;
    private final SelectionKey sourceKey;
    private final SelectionKey sinkKey;
    private final ReplyReader reader;
    private final Runnable wake;
    private final Thread loop;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Queue<Outcome<?>> cancelled = new ConcurrentLinkedQueue<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Outbox outbox = new Outbox();
    private final TagTable tags;
    private boolean writing;
    private boolean draining;
    private volatile @Nullable IOException end;

    /** When the loop looks at deadlines next, on the time source. Changed under the lock only. */
    private volatile long wakeAt = Call.NO_DEADLINE;

    Session(Connection connection, int msize, int maxRequests, TimeSource time, ThreadFactory threads,
            @Nullable MessageListener listener) throws IOException {
        this.connection = connection;
        this.time = time;
        this.epoch = time.nanoTime();
        this.listener = listener;
        this.tags = new TagTable(maxRequests);
        this.reader = new ReplyReader(this, connection.source(), msize);
        connection.configureBlocking(false);
        this.selector = Selector.open();
        this.sourceKey = connection.selectableSource().register(selector, SelectionKey.OP_READ);
        this.sinkKey = connection.selectableSink().equals(connection.selectableSource())
                ? sourceKey
                : connection.selectableSink().register(selector, 0);
        this.wake = selector::wakeup;
        this.loop = threads.newThread(this::run);
    }

    void start() {
        time.onAdvance(wake);
        loop.start();
    }

    String peer() {
        return connection.peer();
    }

    /** Nanoseconds since the session began. */
    private long now() {
        return time.nanoTime() - epoch;
    }

    @Nullable
    MessageListener listener() {
        return listener;
    }

    /** From now on no frame in either direction is longer. */
    void msize(int msize) {
        reader.msize(msize);
    }

    boolean isOpen() {
        lock.lock();
        try {
            return end == null && !draining;
        } finally {
            lock.unlock();
        }
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
        long deadline = deadline(timeout);
        boolean accepted;
        lock.lock();
        try {
            accepted = accept(call, timeout, deadline);
            flush();
        } finally {
            lock.unlock();
        }
        if (!accepted) {
            refuse(call);
        }
    }

    /** Sends all of the requests in one write. */
    void submit(List<? extends Call> calls, @Nullable Duration timeout) {
        long deadline = deadline(timeout);
        List<Call> refused = new ArrayList<>();
        lock.lock();
        try {
            for (Call call : calls) {
                if (!accept(call, timeout, deadline)) {
                    refused.add(call);
                }
            }
            flush();
        } finally {
            lock.unlock();
        }
        refused.forEach(this::refuse);
    }

    private boolean accept(Call call, @Nullable Duration timeout, long deadline) {
        if (end != null || draining) {
            return false;
        }
        call.timeout = timeout;
        call.deadline = deadline;
        send(call);
        return true;
    }

    private void refuse(Call call) {
        call.done = true;
        call.failed(lost(end));
    }

    private long deadline(@Nullable Duration timeout) {
        long nanos = timeout == null ? Long.MAX_VALUE : TimeUnit.NANOSECONDS.convert(timeout);
        return nanos > Long.MAX_VALUE / 4 ? Call.NO_DEADLINE : now() + nanos;
    }

    private void send(Call call) {
        if (call.deadline < wakeAt) {
            wakeAt = call.deadline;
            selector.wakeup();
        }
        if (tags.take(call)) {
            call.send(outbox);
            if (listener != null) {
                listener.sent(peer(), call.tag, call.request());
            }
        }
    }

    private void flush() {
        if (writing || end != null) {
            return;
        }
        try {
            if (!outbox.flush(connection.sink())) {
                writing = true;
                sinkKey.interestOpsOr(SelectionKey.OP_WRITE);
                selector.wakeup();
            }
        } catch (IOException e) {
            // the loop finds the connection broken too, and ends the session; closing makes sure of it
            LOG.debug("{}: write failed: {}", peer(), e.getMessage());
            breakConnection(new ConnectionLostException(peer() + ": the connection broke: " + e.getMessage(), e));
        }
    }

    /** Gives up the calls whose caller was interrupted; any thread. */
    void cancel(Outcome<?> outcome) {
        cancelled.add(outcome);
        selector.wakeup();
    }

    /** Has the loop end the session for this reason; any thread. */
    private void breakConnection(IOException reason) {
        lock.lock();
        try {
            if (end == null) {
                end = reason;
            }
        } finally {
            lock.unlock();
        }
        selector.wakeup();
    }

    // The loop thread's part.

    private void run() {
        IOException reason;
        try {
            while (end == null) {
                boolean more = reader.read();
                if (more) {
                    selector.selectNow(key -> writable(key));
                } else {
                    selector.select(key -> writable(key), untilWakeAt());
                }
                giveUpCancelled();
                if (wakeAt != Call.NO_DEADLINE && wakeAt <= now()) {
                    giveUpLate();
                }
            }
            reason = new ConnectionLostException(peer() + ": the connection was closed on this side");
        } catch (IOException e) {
            reason = e;
        } catch (RuntimeException | Error e) {
            LOG.error("{}: the connection's reader failed", peer(), e);
            reason = new ConnectionLostException(peer() + ": the connection's reader failed: " + e, e);
        }
        finish(reason);
    }

    private void writable(SelectionKey key) {
        if (!key.isWritable()) {
            return;
        }
        lock.lock();
        try {
            writing = false;
            key.interestOpsAnd(~SelectionKey.OP_WRITE);
            flush();
        } finally {
            lock.unlock();
        }
    }

    /** Milliseconds to sleep, at least 1, or 0 for "until something happens". */
    private long untilWakeAt() {
        long at = wakeAt;
        return at == Call.NO_DEADLINE ? 0 : Math.max(1, (at - now() + 999_999) / 1_000_000);
    }

    /** The call that waits for this tag, or null. */
    @Nullable
    Call inFlight(int tag) {
        return tags.get(tag);
    }

    /** Frees the call's tag, and says whether the caller still wants the answer. */
    boolean answered(Call call) {
        if (call.done) {
            // given up: the tag is held until Rflush
            return false;
        }
        call.done = true;
        release(call.tag);
        return true;
    }

    private void release(int tag) {
        lock.lock();
        try {
            Call next = tags.release(tag);
            if (next != null) {
                send(next);
            }
            if (tags.isEmpty()) {
                idle.signalAll();
            }
            flush();
        } finally {
            lock.unlock();
        }
    }

    /** Rflush came: the old request has been answered, or never will be. */
    void flushed(int oldtag) {
        Call old = tags.get(oldtag);
        release(oldtag);
        if (old != null && !old.answered) {
            old.neverAnswered();
        }
    }

    private void giveUpCancelled() {
        Outcome<?> outcome;
        while ((outcome = cancelled.poll()) != null) {
            for (Call call : callsOf(outcome)) {
                giveUp(call, "interrupted");
            }
        }
    }

    @SuppressWarnings("ReferenceEquality")
    private List<Call> callsOf(Outcome<?> outcome) {
        lock.lock();
        try {
            List<Call> calls = tags.all();
            calls.removeIf(call -> call.outcome != outcome);
            return calls;
        } finally {
            lock.unlock();
        }
    }

    private void giveUpLate() {
        long now = now();
        for (Call call : takeLate(now)) {
            giveUp(call, "no answer within " + call.timeout);
        }
    }

    /** The calls whose deadline has passed; the next deadline becomes the loop's time to wake. */
    private List<Call> takeLate(long now) {
        List<Call> late = new ArrayList<>();
        lock.lock();
        try {
            long next = Call.NO_DEADLINE;
            for (Call call : tags.all()) {
                if (call.done) {
                    continue;
                }
                if (call.deadline <= now) {
                    late.add(call);
                } else {
                    next = Math.min(next, call.deadline);
                }
            }
            wakeAt = next;
        } finally {
            lock.unlock();
        }
        return late;
    }

    private void giveUp(Call call, String why) {
        if (call.done) {
            return;
        }
        call.done = true;
        boolean arriving = reader.abandon(call);
        lock.lock();
        try {
            if (call.tag == Call.NO_TAG) {
                tags.withdraw(call);
            } else if (!arriving && !call.isVersion()) {
                send(new FlushCall(this, call.tag));
            }
            flush();
        } finally {
            lock.unlock();
        }
        answer(() -> call.failed(new RequestTimeoutException(peer() + ": " + call.description() + ": " + why)));
    }

    /** The reply that was arriving for a call given up has been drained: its tag is free without a flush. */
    void drained(Call call) {
        release(call.tag);
    }

    /** Calls somebody else's code; what it throws is its own affair. */
    void answer(Runnable handler) {
        try {
            handler.run();
        } catch (RuntimeException e) {
            LOG.error("{}: a handler of a reply failed", peer(), e);
        }
    }

    private void finish(IOException reason) {
        List<Call> unanswered;
        lock.lock();
        try {
            if (end == null) {
                end = reason;
            } else {
                reason = end;
            }
            unanswered = tags.all();
            idle.signalAll();
        } finally {
            lock.unlock();
        }
        closeQuietly();
        for (Call call : unanswered) {
            if (!call.done) {
                call.done = true;
                NinepException cause = reason instanceof ProtocolException e
                        ? new ProtocolException(String.valueOf(e.getMessage()), e)
                        : lost(reason);
                answer(() -> call.failed(cause));
            }
        }
        ended.countDown();
    }

    private void closeQuietly() {
        time.removeOnAdvance(wake);
        try (selector) {
            connection.close();
        } catch (IOException e) {
            LOG.debug("{}: closing: {}", peer(), e.getMessage());
        }
    }

    private ConnectionLostException lost(@Nullable IOException reason) {
        String why = reason == null ? peer() + ": the connection is being closed on this side" : reason.getMessage();
        return new ConnectionLostException(why == null ? peer() + ": " + reason : why, reason);
    }

    /**
     * Takes no more requests and waits until those in flight are answered, at most so long, before it closes. An interrupt
     * cuts the wait short.
     */
    void close(Duration patience) {
        long left = patience.toNanos();
        lock.lock();
        try {
            draining = true;
            while (left > 0 && end == null && !tags.isEmpty() && !isLoopThread()) {
                left = idle.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        close();
    }

    /** Ends everything. When it returns, every call has been answered and no buffer is touched any more. */
    void close() {
        breakConnection(new ConnectionLostException(peer() + ": the connection was closed on this side"));
        if (isLoopThread()) {
            return;
        }
        boolean interrupted = false;
        long deadline = System.nanoTime() + LONGEST_CLOSE.toNanos();
        while (ended.getCount() > 0 && System.nanoTime() < deadline) {
            try {
                ended.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
