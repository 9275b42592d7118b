package org.ninep.server;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
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
 * Each client has a thread, which reads a request, carries it out and writes the reply; replies come in the order of the requests as
 * long as none takes long. While one does, some 10 to 20 ms, another thread of the client reads on: requests for other fids pass, and
 * so do those that only look at a fid (Twalk, Tgetattr, Tread and the like) while no request that changes something there is on its
 * way; the others wait. A Tflush interrupts the thread ({@link FileTree}), and is answered when the request is done: with its reply
 * before, or without any if it failed then. Tversion and the connection's end interrupt and await all.
 *
 * <p>
 * A client has at most {@link Builder#maxThreadsPerClient} threads, and 256 requests that are begun and not answered or wait, those
 * that wait with no more than msize bytes; beyond, it is not read until one is answered, so that a Tflush behind them waits, too. It
 * costs at most a buffer of msize for requests and one for replies, and as much again for each request that takes long: they grow with
 * use from 8 and 16 KiB, and are given back when it goes; its fids; and what a tree holds for its open files. Whoever does not read its
 * replies, sends half a request or vanishes keeps its own threads waiting, and nobody else. A client that breaks the protocol is
 * closed, with a line in the log. Further clients than {@link Builder#maxClients} are accepted and closed at once, so that they learn
 * of it.
 *
 * <h2>Authentication</h2>
 *
 * An export with a {@link Verifier} is for users who prove who they are (Tauth, attach(5)); without one, a client's user is what
 * it says. A verified credential makes its user one of the connection's, as long as that lasts and through any new Tversion,
 * and nothing else does. From then on that user may attach without an afid, and if it is root anyone may, to all exports with
 * the same verifier: v9fs, which cannot authenticate, is handed such connections. Whoever is refused learns EPERM, and the log
 * who it was and why; the log also has, once for each connection, who was verified. One host gets no more than 10 lines of
 * each kind in 10 s, so that it hides nobody else's.
 *
 * <p>
 * Until a client has attached or its credential was verified, it costs, whatever it sends:
 * <ul>
 * <li>a thread, one place of {@link Builder#maxClients}, and for no longer than {@link Builder#handshakeTimeout} if any export
 * requires authentication;
 * <li>a request buffer of 8 KiB, or the largest {@link Verifier#maxBytes} and 23 bytes if that is more: a longer
 * frame ends the connection; and a reply buffer of 16 KiB;
 * <li>4 afids, each with what was written to it, at most the largest {@link Verifier#maxBytes}, whatever the export; no fid;
 * <li>16 credentials that the verifier has to look at in vain, one at a time.
 * </ul>
 *
 * <p>
 * Thread-safe.
 */
public final class Server implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    private final Exports exports;
    private final Limits limits;
    private final LockTable locks = new LockTable();
    private final RequestCounts counts = new RequestCounts();
    private final ThreadFactory threads;
    private final RateLimitedLog log;
    private final RateLimitedLog refusals;
    private final Handshakes handshakes;
    private final Clients clients;
    private final Helpers helpers;
    private final Listeners listeners;

    private Server(Builder builder) {
        exports = new Exports(builder.exports, builder.verifier, new CtlTree(this::connections, counts));
        limits = new Limits(builder.maxMsize, builder.maxFids, builder.maxOpenFiles);
        threads = builder.threads;
        listeners = new Listeners(threads);
        log = new RateLimitedLog(builder.log, builder.time);
        refusals = new RateLimitedLog(builder.log, builder.time);
        clients = new Clients(builder.maxClients, log);
        handshakes = new Handshakes(builder.handshakeTimeout, builder.time, log);
        helpers = new Helpers(clients, threads, log, builder.maxExtraThreads,
                builder.maxThreadsPerClient - 1, this::left);
    }

    /** A server that is still to be told what it exports. */
    public static Builder builder() {
        return new Builder();
    }

    private Server start() {
        threads.newThread(handshakes).start();
        threads.newThread(helpers).start();
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
        return listeners.start(Listener.bind(address, this::accept, log));
    }

    /**
     * Accepts connections from a channel that is bound already, such as one inherited from systemd.
     *
     * @param channel belongs to the server from now on
     * @return where it listens
     */
    public SocketAddress listen(ServerSocketChannel channel) throws IOException {
        channel.configureBlocking(true);
        return listeners.start(new Listener(channel, null, this::accept, log));
    }

    /** Where it listens, in the order in which it was told to. */
    public List<SocketAddress> addresses() {
        return listeners.addresses();
    }

    /**
     * Serves a client that is connected already.
     *
     * @param connection in blocking mode; belongs to the server from now on
     * @return false if there are too many clients or the server is closed; the connection is then closed
     */
    public boolean accept(Connection connection) {
        Session session = new Session(exports, limits, new Authentication(connection.peer(), refusals), locks);
        Client client = new Client(connection, session, counts, helpers, log);
        if (!clients.admit(client)) {
            client.abort();
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
                left(client);
            }
        }
        return true;
    }

    private void left(Client client) {
        handshakes.forget(client);
        clients.remove(client);
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
        return clients.all().stream().map(Client::stats).toList();
    }

    /**
     * Waits until nobody is connected.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    public void awaitNoClients() throws InterruptedException {
        clients.awaitNone();
    }

    /** Whether any client has a record lock. */
    boolean hasLocks() {
        return !locks.isEmpty();
    }

    /** Closes at once: as {@link #close(Duration)} without any grace. */
    @Override
    public void close() {
        close(Duration.ZERO);
    }

    /**
     * Stops listening, closes the connections of clients that wait for nothing, answers the others' requests that have
     * come, and then closes theirs. When the grace is over, or the calling thread is interrupted, all are closed, and
     * what a tree still does for a client is interrupted, and ends on that client's threads. Idempotent.
     *
     * @param grace how long to wait for requests in progress; zero for not at all
     */
    public void close(Duration grace) {
        stopAccepting();
        clients.all().forEach(Client::finish);
        clients.awaitNone(grace.toNanos());
        clients.all().forEach(Client::abort);
    }

    private void stopAccepting() {
        listeners.close();
        handshakes.close();
        clients.close();
        helpers.close();
    }

    /**
     * What a server exports, and its bounds.
     *
     * <p>
     * Confined to one thread.
     */
    public static final class Builder {
        private static final int LARGEST_MSIZE = 1 << 24;

        private final Map<String, Exports.Listed> exports = new LinkedHashMap<>();
        private @Nullable Verifier verifier;
        private int maxClients = 2048;
        private int maxMsize = 1 << 20;
        private int maxFids = 4096;
        private int maxOpenFiles = 1024;
        private int maxThreadsPerClient = 16;
        private int maxExtraThreads = 256;
        private Duration handshakeTimeout = Duration.ofSeconds(10);
        private ThreadFactory threads = Thread.ofPlatform().daemon().name("ninep-server-", 0).factory();
        private TimeSource time = TimeSource.system();
        private Logger log = LOG;

        private Builder() {}

        /**
         * Exports a tree, to those whom {@link #authentication} lets in. Every server also exports a {@link CtlTree} as
         * {@code ctl}, unless given another for that name: to anyone if all exports are for anyone, else to those who have
         * authenticated.
         *
         * @param aname what clients attach to, exactly; any text, by custom the path on the server
         * @throws IllegalArgumentException if the name is taken
         */
        public Builder export(String aname, FileTree tree) {
            return export(aname, new Exports.Listed(tree, true, null));
        }

        /**
         * Exports a tree to those whom a verifier of its own lets in.
         *
         * @throws IllegalArgumentException if the name is taken
         */
        public Builder export(String aname, FileTree tree, Verifier verifier) {
            return export(aname, new Exports.Listed(tree, false, verifier));
        }

        /**
         * Exports a tree to anyone who can connect, whatever other exports require. Whoever attaches is who it says it is.
         *
         * @throws IllegalArgumentException if the name is taken
         */
        public Builder exportToAnyone(String aname, FileTree tree) {
            return export(aname, new Exports.Listed(tree, false, null));
        }

        private Builder export(String aname, Exports.Listed listed) {
            if (exports.putIfAbsent(aname, listed) != null) {
                throw new IllegalArgumentException("\"" + aname + "\" is exported already");
            }
            return this;
        }

        /**
         * Requires authentication for all exports, {@code ctl} too, that say nothing of their own.
         *
         * @param method default none: exports are for anyone
         */
        public Builder authentication(Verifier method) {
            verifier = method;
            return this;
        }

        /**
         * How many clients there can be at a time. Each has a descriptor, a platform thread, by default with 1 MiB of address
         * space for its stack, and two buffers, and more of both while its requests take long. So the default wants 2048
         * descriptors besides those of open files ({@code ulimit -n}), as many threads ({@code ulimit -u}, and {@code TasksMax}
         * of a systemd unit), and 48 MiB for the buffers of clients that are idle.
         *
         * @param count from 1; default 2048
         */
        public Builder maxClients(int count) {
            maxClients = Limits.inRange("maxClients", count, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * The largest msize that is agreed to, and so each client's largest buffers. More is faster only for clients that read
         * more at a time.
         *
         * @param bytes 4096 to 16 MiB; default 1 MiB
         */
        public Builder maxMsize(int bytes) {
            maxMsize = Limits.inRange("maxMsize", bytes, Limits.SMALLEST_MSIZE, LARGEST_MSIZE);
            return this;
        }

        /**
         * How many fids one client can have. The next gets EMFILE.
         *
         * @param count from 1; default 4096
         */
        public Builder maxFids(int count) {
            maxFids = Limits.inRange("maxFids", count, 1, 1 << 24);
            return this;
        }

        /**
         * How many files and directories one client can have open, values of extended attributes among them. Each may hold a
         * descriptor of the process, or 64 KiB of an attribute. The next gets EMFILE.
         *
         * @param count from 1; default 1024
         */
        public Builder maxOpenFiles(int count) {
            maxOpenFiles = Limits.inRange("maxOpenFiles", count, 1, 1 << 24);
            return this;
        }

        /**
         * How many threads one client can have: one that reads, and one for each request that takes long. Further requests
         * wait, but for Tflush. With 1 each waits for the one before, and none can be flushed.
         *
         * @param count from 1; default 16
         */
        public Builder maxThreadsPerClient(int count) {
            maxThreadsPerClient = Limits.inRange("maxThreadsPerClient", count, 1, 1 << 10);
            return this;
        }

        /**
         * How many threads all clients can have beside their first ones. Without one a client waits for what takes long.
         *
         * @param count from 0; default 256
         */
        public Builder maxExtraThreads(int count) {
            maxExtraThreads = Limits.inRange("maxExtraThreads", count, 0, Integer.MAX_VALUE);
            return this;
        }

        /**
         * How long a client may take, from when it is accepted, until its first Tversion and, if any export requires
         * authentication, until it has attached somewhere or its credential was verified.
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

        /** Where what clients cause is logged. */
        Builder log(Logger logger) {
            log = logger;
            return this;
        }

        /**
         * The server, running, but not listening yet.
         *
         * @throws IllegalArgumentException if a verifier's longest credential is out of range
         */
        public Server build() {
            return new Server(this).start();
        }
    }
}
