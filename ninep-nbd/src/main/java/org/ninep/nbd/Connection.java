package org.ninep.nbd;

import static org.ninep.nbd.NbdConstants.errorName;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client: its socket, its {@link Phase}, and the count of its replies that have not left.
 *
 * <p>{@link #send}, {@link #left}, {@link #blocked}, {@link #failed} and {@link #readFailed} come from any thread and do
 * no more than note it for the event loop; the rest is confined to the loop's thread. Only the loop closes the channel.
 */
final class Connection implements EventLoop.Handler, Outbox.Owner, Handshake.Outcome {

    /** So many requests of one client may be in flight; then its socket is not read. */
    static final int MAX_REQUESTS_IN_FLIGHT = 1024;

    private static final int INPUT_SIZE = NbdConstants.OPTION_HEADER_SIZE + Handshake.MAX_OPTION_DATA;

    private static final Logger log = LoggerFactory.getLogger(Connection.class);

    private final Clients clients;
    private final EventLoop loop;
    private final SocketChannel channel;
    private final String peer;
    private final CompletableFuture<Void> gone;
    private final Outbox outbox;
    private final ByteBuffer in = ByteBuffer.allocate(INPUT_SIZE);
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicBoolean signalled = new AtomicBoolean();
    private final Runnable onSignal = this::signalled;

    private Phase phase;
    private @Nullable SelectionKey key;
    private TimerQueue.@Nullable Timer handshakeTimer;
    private long timesWritable;
    private long timesWritableSeen;
    private @Nullable Long stalledSince;
    private boolean complained;
    private volatile boolean failing;
    private boolean closed;

    /** Written by the loop, read by whoever sends a reply: whether the loop wants to hear of it. */
    private volatile boolean paused;

    private volatile boolean leaving;
    private volatile @Nullable Exception failure;
    private volatile @Nullable Transmission transmission;

    Connection(Clients clients, SocketChannel channel, String peer, CompletableFuture<Void> gone) {
        this.clients = clients;
        this.loop = clients.loop();
        this.channel = channel;
        this.peer = peer;
        this.gone = gone;
        outbox = new Outbox(channel, this);
        phase = new Handshake(clients.exports(), this);
    }

    void start() throws IOException {
        key = loop.register(channel, SelectionKey.OP_READ, this);
        handshakeTimer = loop.timers().schedule(clients.handshakeTimeout().toNanos(), this::handshakeTimedOut);
        reply(OptionReply.greeting());
    }

    private void handshakeTimedOut() {
        cutOff("has not finished its handshake within " + clients.handshakeTimeout());
    }

    // What the line for memory asks.

    long bytesHeld() {
        Transmission requests = transmission;
        return requests == null ? 0 : requests.bytesHeld();
    }

    boolean startPending() {
        Transmission requests = transmission;
        return requests == null || requests.startPending();
    }

    /** Whether the client has replies to read and, as far as was looked, has read nothing for so long. */
    boolean hasStalled(Duration duration) {
        long now = loop.timers().now();
        if (!outbox.isBlocked() || timesWritable != timesWritableSeen || stalledSince == null) {
            timesWritableSeen = timesWritable;
            stalledSince = now;
        }
        return now - stalledSince >= duration.toNanos();
    }

    // What the socket brings.

    @Override
    public void ready(SelectionKey ready) {
        if (ready.isWritable()) {
            timesWritable++;
            outbox.flush();
        }
        if (ready.isReadable() && !closed) {
            read();
        }
        proceed();
    }

    private void read() {
        try {
            if (channel.read(in) < 0) {
                leave();
            }
        } catch (IOException e) {
            lost(e);
        }
    }

    /** Takes what has come as far as it may, and waits for the right things after that. */
    void proceed() {
        do {
            paused = false;
            in.flip();
            while (mayTake() && phase.step(in)) {
                // Each step is one request.
            }
            in.compact();
            paused = !mayTake() && !awaitsMemory();
        } while (paused && mayTake());
        settle();
    }

    /** Then the line for memory goes on with it. */
    private boolean awaitsMemory() {
        Transmission requests = transmission;
        return requests != null && requests.isPending();
    }

    private boolean mayTake() {
        if (closed || leaving) {
            return false;
        }
        Transmission requests = transmission;
        return requests == null
                ? inFlight.get() == 0
                : !requests.isPending() && inFlight.get() < MAX_REQUESTS_IN_FLIGHT;
    }

    private void settle() {
        Transmission requests = transmission;
        if (closed) {
            return;
        }
        if (leaving && inFlight.get() == 0 && (requests == null || !requests.isPending())) {
            close();
        } else if (key != null) {
            int operations = (mayTake() ? SelectionKey.OP_READ : 0) | (outbox.isBlocked() ? SelectionKey.OP_WRITE : 0);
            if (key.interestOps() != operations) {
                key.interestOps(operations);
            }
        }
    }

    // What the phases want.

    @Override
    public void reply(ByteBuffer bytes) {
        begin();
        outbox.add(Reply.of(this, bytes));
    }

    @Override
    public void transmit(Export export) {
        loop.timers().cancel(handshakeTimer);
        Transmission requests = clients.transmission(this, export);
        phase = requests;
        transmission = requests;
        log.info("NBD client {} opened export \"{}\"", peer, export.name());
    }

    /** Takes nothing more from the client, sends what is in flight, and closes then. */
    @Override
    public void leave() {
        leaving = true;
    }

    @Override
    public void cutOff(String why) {
        log.warn("NBD client {} {}: cut off", peer, why);
        close();
    }

    /** Notes a request that breaks the rules: once in the log, so that a client cannot fill it. */
    void rejected(String what) {
        if (!complained) {
            complained = true;
            log.info("NBD client {} sent {}; further ones are not logged", peer, what);
        }
    }

    void answer(long cookie, int error) {
        begin();
        outbox.add(Reply.simple(this, cookie, error));
        if (error != 0 && log.isDebugEnabled()) {
            log.debug("NBD client {}: answered {}", peer, errorName(error));
        }
    }

    /** A reply is on its way. */
    void begin() {
        inFlight.incrementAndGet();
    }

    void awaitMemory() {
        clients.line().add(this);
    }

    // What other threads report.

    void send(Reply reply) {
        outbox.add(reply);
    }

    void readFailed(String how) {
        Transmission requests = transmission;
        String export = requests == null ? "" : requests.export().name();
        if (failing) {
            log.debug("the device of export \"{}\" {}", export, how);
        } else {
            failing = true;
            log.warn(
                    "the device of export \"{}\" {}; NBD client {} gets EIO, and further failures are not logged before"
                            + " a read succeeds",
                    export, how, peer);
        }
    }

    /** A read was answered with what it asked for; any thread. */
    void readSucceeded() {
        if (failing) {
            failing = false;
        }
    }

    @Override
    public void left(Reply reply) {
        PooledBuffer buffer = reply.buffer();
        Transmission requests = transmission;
        if (buffer != null && requests != null) {
            requests.release(buffer);
            clients.line().memoryReturned(buffer.size, requests.bytesHeld() == 0);
        }
        int left = inFlight.decrementAndGet();
        if (paused || (leaving && left == 0)) {
            signal();
        }
    }

    @Override
    public void blocked() {
        signal();
    }

    @Override
    public void failed(Exception cause) {
        failure = cause;
        signal();
    }

    private void signal() {
        if (signalled.compareAndSet(false, true)) {
            loop.execute(onSignal);
        }
    }

    private void signalled() {
        signalled.set(false);
        Exception cause = failure;
        if (cause == null) {
            proceed();
        } else {
            lost(cause);
        }
    }

    // The end.

    private void lost(Exception cause) {
        if (!closed) {
            log.info("NBD client {} is gone: {}", peer, cause.toString());
            close();
        }
    }

    void close() {
        if (closed) {
            return;
        }
        closed = true;
        loop.timers().cancel(handshakeTimer);
        outbox.close();
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("NBD client {}: closing its socket failed: {}", peer, e.toString());
        }
        clients.closed(this);
        log.debug("NBD client {} closed", peer);
        gone.complete(null);
    }

    @Override
    public String toString() {
        return "NBD client " + peer;
    }
}
