package org.ninep.nbd;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All clients of a server, and what they share.
 *
 * <p>Confined to one thread: the event loop's.
 */
final class Clients {

    private static final Logger log = LoggerFactory.getLogger(Clients.class);

    private final EventLoop loop;
    private final ExportTable exports;
    private final int maxClients;
    private final Duration handshakeTimeout;
    private final ReplyBudget budget;
    private final BufferPool pool;
    private final Set<Connection> connections = new LinkedHashSet<>();
    private final MemoryLine line;
    private boolean full;
    private @Nullable Runnable whenEmpty;

    Clients(EventLoop loop, ExportTable exports, int maxClients, Duration handshakeTimeout, long maxRepliesInFlight) {
        this.loop = loop;
        this.exports = exports;
        this.maxClients = maxClients;
        this.handshakeTimeout = handshakeTimeout;
        budget = new ReplyBudget(maxRepliesInFlight);
        pool = new BufferPool(maxRepliesInFlight);
        line = new MemoryLine(loop, connections, maxRepliesInFlight / 8);
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

    MemoryLine line() {
        return line;
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
        return channel.getRemoteAddress() instanceof InetSocketAddress inet
                ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
                : "of " + channel.getLocalAddress();
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
