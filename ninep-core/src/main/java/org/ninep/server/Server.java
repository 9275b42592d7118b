package org.ninep.server;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.ninep.TimeSource;
import org.ninep.transport.Connection;
import org.ninep.transport.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A 9P2000.L server.
 *
 * <pre>{@code
 * try (Server server = Server.builder().export("/srv/images", DirectoryTree.of(Path.of("/srv/images"))).build()) {
 *     server.listen(new InetSocketAddress("localhost", 0));
 *     ...
 * }
 * }</pre>
 *
 * <p>
 * Each client has a thread, which reads a request, handles it and writes the reply; replies come in the order of the
 * requests. A client costs at most a buffer of msize for requests and one for replies, which grow with use from 8 and 16 KiB
 * and are given back when it goes; its fids; and what a tree holds for its open files. Whoever does not read its replies, sends
 * half a request or vanishes keeps its own thread waiting, and nobody else. A client that breaks the protocol is
 * closed, with a line in the log.
 *
 * <p>
 * Further clients than {@link Builder#maxClients} are accepted and closed at once, so that they learn of it. Without
 * authentication, a client's user is what it says.
 *
 * <p>
 * Thread-safe.
 */
public final class Server implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    private final Map<String, FileTree> exports;
    private final Limits limits;
    private final int maxClients;
    private final ThreadFactory threads;
    private final RateLimitedLog log;
    private final Handshakes handshakes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition clientEnded = lock.newCondition();
    private final Set<Client> clients = new LinkedHashSet<>();
    private final List<Listener> listeners = new ArrayList<>();
    private boolean closed;

    private Server(Builder builder) {
        exports = new LinkedHashMap<>(builder.exports);
        exports.putIfAbsent(CtlTree.ANAME, new CtlTree(this::connections));
        limits = new Limits(builder.maxMsize, builder.maxFids, builder.maxOpenFiles);
        maxClients = builder.maxClients;
        threads = builder.threads;
        log = new RateLimitedLog(LOG, builder.time);
        handshakes = new Handshakes(builder.handshakeTimeout, builder.time, log);
    }

    /** A server that is still to be told what it exports. */
    public static Builder builder() {
        return new Builder();
    }

    private Server start() {
        threads.newThread(handshakes).start();
        return this;
    }

    /**
     * Listens at an address, on a thread of its own.
     *
     * @param address TCP, where port 0 takes any free one, or a Unix socket: its file is made, and removed on closing; the
     *     file that a dead server has left there is replaced
     * @return where it listens
     * @throws IOException if it cannot, because another server answers there or there is no such address
     */
    public SocketAddress listen(SocketAddress address) throws IOException {
        return start(Listener.bind(address, this::accept, log));
    }

    /**
     * Accepts connections from a channel that is bound already, such as one inherited from systemd.
     *
     * @param channel belongs to the server from now on
     * @return where it listens
     */
    public SocketAddress listen(ServerSocketChannel channel) throws IOException {
        channel.configureBlocking(true);
        return start(new Listener(channel, null, this::accept, log));
    }

    private SocketAddress start(Listener listener) throws IOException {
        lock.lock();
        try {
            if (!closed) {
                listeners.add(listener);
                threads.newThread(listener).start();
                LOG.info("listening at {}", listener.address());
                return listener.address();
            }
        } finally {
            lock.unlock();
        }
        listener.close();
        throw new IOException("the server is closed");
    }

    /** Where it listens, in the order in which it was told to. */
    public List<SocketAddress> addresses() {
        lock.lock();
        try {
            return listeners.stream().map(Listener::address).toList();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Serves a client that is connected already.
     *
     * @param connection in blocking mode; belongs to the server from now on
     * @return false if there are too many clients or the server is closed; the connection is then closed
     */
    public boolean accept(Connection connection) {
        Client client = admit(connection);
        if (client == null) {
            return false;
        }
        boolean started = false;
        try {
            handshakes.watch(client);
            threads.newThread(client).start();
            started = true;
        } finally {
            if (!started) {
                client.abort();
                ended(client);
            }
        }
        return true;
    }

    private @Nullable Client admit(Connection connection) {
        Client client = new Client(connection, new Session(exports, limits), log, this::ended);
        lock.lock();
        try {
            if (!closed && clients.size() < maxClients) {
                clients.add(client);
                return client;
            }
            if (!closed) {
                log.warn("{}: refused, there are {} clients already", connection.peer(), maxClients);
            }
        } finally {
            lock.unlock();
        }
        client.abort();
        return null;
    }

    private void ended(Client client) {
        lock.lock();
        try {
            clients.remove(client);
            clientEnded.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * A way to connect within the process, over pipes.
     *
     * @param name what both ends call each other
     */
    public Transport transport(String name) {
        return new InProcessTransport(this, name);
    }

    /** Who is connected, in the order in which they came. */
    public List<ClientStats> connections() {
        lock.lock();
        try {
            return clients.stream().map(Client::stats).toList();
        } finally {
            lock.unlock();
        }
    }

    /** Closes at once: as {@link #close(Duration)} without any grace. */
    @Override
    public void close() {
        close(Duration.ZERO);
    }

    /**
     * Stops listening, closes the connections of clients that wait for nothing, answers the others' requests that have
     * come, and then closes theirs. When the grace is over, or the calling thread is interrupted, all are closed, and
     * what a tree still does for a client ends on that client's thread. Idempotent.
     *
     * @param grace how long to wait for requests in progress; zero for not at all
     */
    public void close(Duration grace) {
        for (Client client : stopAccepting()) {
            client.finish();
        }
        awaitClients(grace);
        for (Client client : clients()) {
            client.abort();
        }
    }

    private List<Client> stopAccepting() {
        List<Listener> stopped;
        lock.lock();
        try {
            closed = true;
            stopped = List.copyOf(listeners);
            listeners.clear();
        } finally {
            lock.unlock();
        }
        stopped.forEach(Listener::close);
        handshakes.close();
        return clients();
    }

    private List<Client> clients() {
        lock.lock();
        try {
            return List.copyOf(clients);
        } finally {
            lock.unlock();
        }
    }

    private void awaitClients(Duration grace) {
        long left = grace.toNanos();
        lock.lock();
        try {
            while (!clients.isEmpty() && left > 0) {
                left = clientEnded.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /**
     * What a server exports, and its bounds.
     *
     * <p>
     * Confined to one thread.
     */
    public static final class Builder {
        private static final int LARGEST_MSIZE = 1 << 24;

        private final Map<String, FileTree> exports = new LinkedHashMap<>();
        private int maxClients = 1024;
        private int maxMsize = 1 << 20;
        private int maxFids = 4096;
        private int maxOpenFiles = 1024;
        private Duration handshakeTimeout = Duration.ofSeconds(10);
        private ThreadFactory threads = Thread.ofPlatform().daemon().name("ninep-server-", 0).factory();
        private TimeSource time = TimeSource.system();

        private Builder() {}

        /**
         * Exports a tree. Every server also exports a {@link CtlTree} as {@code ctl}, unless given another for that name.
         *
         * @param aname what clients attach to, exactly; any text, by custom the path on the server
         * @throws IllegalArgumentException if the name is taken
         */
        public Builder export(String aname, FileTree tree) {
            if (exports.putIfAbsent(aname, tree) != null) {
                throw new IllegalArgumentException("\"" + aname + "\" is exported already");
            }
            return this;
        }

        /**
         * How many clients there can be at a time. Each has a thread and two buffers.
         *
         * @param count from 1; default 1024
         */
        public Builder maxClients(int count) {
            maxClients = inRange("maxClients", count, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * The largest msize that is agreed to, and so each client's largest buffers. More is faster only for clients that read
         * more at a time.
         *
         * @param bytes 4096 to 16 MiB; default 1 MiB
         */
        public Builder maxMsize(int bytes) {
            maxMsize = inRange("maxMsize", bytes, Limits.SMALLEST_MSIZE, LARGEST_MSIZE);
            return this;
        }

        /**
         * How many fids one client can have. The next gets EMFILE.
         *
         * @param count from 1; default 4096
         */
        public Builder maxFids(int count) {
            maxFids = inRange("maxFids", count, 1, 1 << 24);
            return this;
        }

        /**
         * How many files and directories one client can have open. Each may hold two descriptors of the process. The next
         * gets EMFILE.
         *
         * @param count from 1; default 1024
         */
        public Builder maxOpenFiles(int count) {
            maxOpenFiles = inRange("maxOpenFiles", count, 1, 1 << 24);
            return this;
        }

        /**
         * How long a client may take until its first Tversion.
         *
         * @param timeout positive; default 10 s
         */
        public Builder handshakeTimeout(Duration timeout) {
            if (!timeout.isPositive()) {
                throw new IllegalArgumentException("handshakeTimeout " + timeout + " is not positive");
            }
            handshakeTimeout = timeout;
            return this;
        }

        /**
         * Who makes the threads of clients and of listeners, which wait in system calls.
         *
         * @param factory default platform daemon threads
         */
        public Builder threadFactory(ThreadFactory factory) {
            threads = factory;
            return this;
        }

        /**
         * The time by which clients are late.
         *
         * @param source default the system's
         */
        public Builder timeSource(TimeSource source) {
            time = source;
            return this;
        }

        /** The server, running, but not listening yet. */
        public Server build() {
            return new Server(this).start();
        }

        private static int inRange(String what, int value, int least, int most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException(what + " " + value + " is not in " + least + ".." + most);
            }
            return value;
        }
    }
}
