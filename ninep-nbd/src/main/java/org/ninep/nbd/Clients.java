package org.ninep.nbd;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All clients of a server, what they share, and the line of those that wait for memory.
 *
 * <p>{@link #memoryReturned} is thread-safe; the rest is confined to the event loop's thread.
 */
final class Clients {

    /**
     * So long may a client leave a reply that overdraws the budget unread while others wait to overdraw it; then it is
     * cut off, for nothing else would let them go on.
     */
    static final Duration OVERDRAFT_TIMEOUT = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(Clients.class);

    private final EventLoop loop;
    private final ExportTable exports;
    private final int maxClients;
    private final Duration handshakeTimeout;
    private final ReplyBudget budget;
    private final BufferPool pool;
    private final Set<Connection> connections = new LinkedHashSet<>();
    private final ArrayDeque<Connection> line = new ArrayDeque<>();
    private final AtomicBoolean serving = new AtomicBoolean();
    private final Runnable serveLine = this::serveLine;
    private volatile boolean waiting;
    private boolean overdraftWatched;
    private boolean full;
    private @Nullable Runnable whenEmpty;

    Clients(EventLoop loop, ExportTable exports, int maxClients, Duration handshakeTimeout, long maxRepliesInFlight) {
        this.loop = loop;
        this.exports = exports;
        this.maxClients = maxClients;
        this.handshakeTimeout = handshakeTimeout;
        budget = new ReplyBudget(maxRepliesInFlight);
        pool = new BufferPool(maxRepliesInFlight);
    }

    EventLoop loop() {
        return loop;
    }

    ExportTable exports() {
        return exports;
    }

    Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    BufferPool pool() {
        return pool;
    }

    Transmission transmission(Connection connection, Export export) {
        return new Transmission(connection, export, budget, pool);
    }

    /** Takes a connected client on, and completes {@code gone} when it has left. */
    void admit(SocketChannel channel, CompletableFuture<Void> gone) {
        String peer = "?";
        try {
            peer = name(channel);
            if (whenEmpty != null || isFull(peer)) {
                channel.close();
                gone.complete(null);
                return;
            }
            channel.configureBlocking(false);
            if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            }
            Connection connection = new Connection(this, channel, peer, gone);
            connection.start();
            connections.add(connection);
            connection.proceed();
        } catch (IOException e) {
            log.info("NBD client {} was gone before its handshake: {}", peer, e.toString());
            Listener.closeQuietly(channel);
            gone.complete(null);
        }
    }

    private static String name(SocketChannel channel) throws IOException {
        String remote = String.valueOf(channel.getRemoteAddress());
        return remote.isEmpty() ? "of " + channel.getLocalAddress() : remote;
    }

    private boolean isFull(String peer) {
        boolean wasFull = full;
        full = connections.size() >= maxClients;
        if (full && !wasFull) {
            log.warn("NBD client {} was turned away: there are {} clients already, as many as maxClients allows", peer,
                    maxClients);
        }
        return full;
    }

    void closed(Connection connection) {
        connections.remove(connection);
        line.remove(connection);
        if (whenEmpty != null && connections.isEmpty()) {
            whenEmpty.run();
        }
    }

    // Memory.

    /** Lets a client wait in line until its read can start. */
    void awaitMemory(Connection connection) {
        line.add(connection);
        waiting = true;
        memoryReturned();
        if (!overdraftWatched) {
            watchOverdraft();
        }
    }

    /** Some reply has left: if there is a line, the loop serves it. */
    void memoryReturned() {
        if (waiting && serving.compareAndSet(false, true)) {
            loop.execute(serveLine);
        }
    }

    private void serveLine() {
        serving.set(false);
        List<Connection> served = new ArrayList<>();
        for (Iterator<Connection> i = line.iterator(); i.hasNext(); ) {
            Connection connection = i.next();
            Transmission requests = connection.transmission();
            if (requests == null || requests.startPending()) {
                i.remove();
                served.add(connection);
            }
        }
        waiting = !line.isEmpty();
        served.forEach(Connection::proceed);
    }

    private void watchOverdraft() {
        Reply watched = overdraft();
        if (watched == null || line.stream().noneMatch(Clients::holdsNothing)) {
            overdraftWatched = false;
            return;
        }
        overdraftWatched = true;
        boolean wasCompleted = watched.isCompleted();
        loop.timers().schedule(OVERDRAFT_TIMEOUT.toNanos(), () -> {
            boolean others = line.stream().anyMatch(Clients::holdsNothing);
            if (others && wasCompleted && overdraft() == watched) {
                watched.connection().cutOff("has not read a reply for "
                        + TimeUnit.NANOSECONDS.toSeconds(OVERDRAFT_TIMEOUT.toNanos())
                        + " s that keeps others from reading");
            }
            watchOverdraft();
        });
    }

    private static boolean holdsNothing(Connection connection) {
        Transmission requests = connection.transmission();
        return requests != null && requests.share().held() == 0;
    }

    private @Nullable Reply overdraft() {
        ReplyBudget.Share share = budget.overdraft();
        for (Connection connection : connections) {
            Transmission requests = connection.transmission();
            if (share != null && requests != null && requests.share() == share) {
                return requests.overdraft();
            }
        }
        return null;
    }

    // The end.

    /** Lets the clients go once their requests in flight are answered, and then runs {@code whenEmpty}. */
    void leave(Runnable whenAllGone) {
        whenEmpty = whenAllGone;
        List<Connection> leaving = List.copyOf(connections);
        leaving.forEach(Connection::leave);
        leaving.forEach(Connection::proceed);
        if (leaving.isEmpty()) {
            whenAllGone.run();
        }
    }

    /** Disconnects all clients, and those that come yet. */
    void close() {
        whenEmpty = () -> {};
        List.copyOf(connections).forEach(Connection::close);
        pool.close();
    }
}
