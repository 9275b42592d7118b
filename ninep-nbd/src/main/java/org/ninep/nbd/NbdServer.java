package org.ninep.nbd;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.ninep.TimeSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves block devices to NBD clients, read-only.
 *
 * <pre>{@code
 * try (NbdServer server = NbdServer.builder()
 *         .listen(new InetSocketAddress("127.0.0.1", 10809))
 *         .export(new Export("image", device))
 *         .start()) {
 *     ...
 * }
 * }</pre>
 *
 * <p>The server speaks fixed newstyle negotiation (NBD_OPT_GO, NBD_OPT_INFO, NBD_OPT_LIST, NBD_OPT_ABORT,
 * NBD_OPT_EXPORT_NAME) and simple replies. A read of up to 32 MiB, at any offset and of any length within the export, is
 * answered when the device completes it, in any order; a longer one or one past the end is NBD_EINVAL, one that the
 * device fails NBD_EIO, a write NBD_EPERM, and a flush succeeds at once. Several connections may open one export.
 *
 * <p>What is bounded: the bytes of replies in flight ({@link Builder#maxRepliesInFlight}), the clients ({@link
 * Builder#maxClients}), the requests in flight of each connection (1024), the options (64) and the time
 * ({@link Builder#handshakeTimeout}) of a handshake. A client that reaches a bound in the transmission phase is not read
 * until it has room again, and stalls nobody else. One that breaks the protocol is answered as the specification says
 * or cut off, with one line in the log that names it.
 *
 * <p>The devices are not closed: whoever made them does that, after the server.
 *
 * <p>Thread-safe.
 */
public final class NbdServer implements AutoCloseable {

    /** How long close waits for the event loop, which never blocks, to end. */
    private static final Duration LAST_WAIT = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(NbdServer.class);

    private final EventLoop loop;
    private final Clients clients;
    private final List<Listener> listeners;
    private final List<SocketAddress> addresses;
    private final CountDownLatch terminated = new CountDownLatch(1);

    private NbdServer(EventLoop loop, Clients clients, List<Listener> listeners) {
        this.loop = loop;
        this.clients = clients;
        this.listeners = listeners;
        addresses = listeners.stream().map(Listener::address).toList();
    }

    /**
     * A server to be described: with at least one export, and an address or a socket to listen at unless connections
     * are handed in with {@link #serve}.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Where the server listens, in the order in which the builder was told: with the port that was picked where 0 was
     * asked for.
     *
     * @return the bound addresses
     */
    public List<SocketAddress> addresses() {
        return addresses;
    }

    /**
     * Serves a client on a connection that somebody else has accepted or inherited. The channel is the server's from now
     * on, whatever happens, and becomes non-blocking.
     *
     * @param connected a connected channel on which nothing was said yet
     * @return completes when the client has left and the channel is closed, never exceptionally
     */
    public CompletableFuture<Void> serve(SocketChannel connected) {
        Objects.requireNonNull(connected, "connected");
        CompletableFuture<Void> gone = new CompletableFuture<>();
        if (!loop.execute(() -> clients.admit(connected, gone))) {
            Listener.closeQuietly(connected);
            gone.complete(null);
        }
        return gone.copy();
    }

    /**
     * Closes the server at once: clients are disconnected, requests in flight are not answered. Same as
     * {@link #close(Duration)} with {@link Duration#ZERO}.
     */
    @Override
    public void close() {
        close(Duration.ZERO);
    }

    /**
     * Closes the server: it listens no more, takes no more requests, answers those in flight, and disconnects each
     * client that has its answers; whoever is left after {@code atMost} is disconnected without them. An interrupt cuts
     * the time short, and stays set.
     *
     * <p>Afterwards no thread, socket or buffer of the server is left, but for the buffers of reads that a device has
     * not completed: they are freed when it does. Called by the server's own thread, as from a completion, it does not
     * wait.
     *
     * @param atMost how long to wait for requests in flight; zero disconnects at once
     */
    public void close(Duration atMost) {
        if (!atMost.isZero()) {
            loop.execute(this::leave);
            if (loop.isOwn() || await(atMost)) {
                return;
            }
        }
        loop.execute(this::stopNow);
        if (!loop.isOwn()) {
            awaitTheLoop();
        }
    }

    private void leave() {
        listeners.forEach(Listener::close);
        clients.leave(this::stopNow);
    }

    private void stopNow() {
        loop.stop();
    }

    private boolean await(Duration atMost) {
        try {
            return terminated.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void awaitTheLoop() {
        boolean interrupted = Thread.interrupted();
        long end = System.nanoTime() + LAST_WAIT.toNanos();
        boolean done = false;
        while (!done) {
            try {
                done = true;
                if (!terminated.await(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    log.warn("the NBD server's event loop has not ended: does a device block in read?");
                }
            } catch (InterruptedException e) {
                interrupted = true;
                done = false;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            for (Listener listener : listeners) {
                listener.start(clients);
            }
            loop.run();
        } catch (IOException | RuntimeException | Error e) {
            log.error("the NBD server ends", e);
        } finally {
            listeners.forEach(Listener::close);
            clients.close();
            loop.close();
            terminated.countDown();
        }
    }

    /** The buffers for replies, for tests that count them. */
    BufferPool pool() {
        return clients.pool();
    }

    /**
     * Describes a server.
     *
     * <p>Confined to one thread.
     */
    public static final class Builder {

        private final List<Object> sockets = new ArrayList<>();
        private final List<Export> exports = new ArrayList<>();
        private long maxRepliesInFlight = 8 << 20;
        private int maxClients = 1024;
        private Duration handshakeTimeout = Duration.ofSeconds(10);
        private ThreadFactory threadFactory = Thread.ofPlatform().daemon().name("ninep-nbd").factory();
        private Consumer<List<SocketAddress>> onReady = addresses -> {};
        private TimeSource timeSource = TimeSource.system();

        private Builder() {}

        /**
         * Listens at an address. May be called several times.
         *
         * @param address an {@link java.net.InetSocketAddress}, port 0 to have one picked, or a {@link
         *     java.net.UnixDomainSocketAddress}, whose file is removed when the server closes
         * @return this builder
         */
        public Builder listen(SocketAddress address) {
            sockets.add(Objects.requireNonNull(address, "address"));
            return this;
        }

        /**
         * Listens with a socket that is bound already, as one inherited from a service manager. It becomes non-blocking,
         * and the server closes it.
         *
         * @param bound a bound channel
         * @return this builder
         */
        public Builder listen(ServerSocketChannel bound) {
            sockets.add(Objects.requireNonNull(bound, "bound"));
            return this;
        }

        /**
         * Serves a device under a name. May be called several times; the first is what a client gets that names none.
         *
         * @param export the export
         * @return this builder
         */
        public Builder export(Export export) {
            exports.add(Objects.requireNonNull(export, "export"));
            return this;
        }

        /**
         * Bounds the memory of replies in flight, from the start of a read until the client's socket has taken the reply.
         * At the bound, sockets are not read. A client gets at most half of what the others leave, so that none can take
         * it all by not reading; one single reply that does not fit, of at most 32 MiB, may come on top. Unused buffers
         * count, too.
         *
         * @param bytes 1 MiB or more; 8 MiB unless set. More is wanted where a replica is so far away that more must be on the way
         *     to keep the link busy; on a fast link more is slower, as replies leave the processor's cache before they are sent
         * @return this builder
         */
        public Builder maxRepliesInFlight(long bytes) {
            if (bytes < 1 << 20) {
                throw new IllegalArgumentException("maxRepliesInFlight must be 1 MiB or more, not " + bytes);
            }
            maxRepliesInFlight = bytes;
            return this;
        }

        /**
         * Bounds the clients; further ones are disconnected at once.
         *
         * @param count 1 or more; 1024 unless set
         * @return this builder
         */
        public Builder maxClients(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("maxClients must be 1 or more, not " + count);
            }
            maxClients = count;
            return this;
        }

        /**
         * Bounds the time from a client's connection to the choice of its export.
         *
         * @param timeout more than zero; 10 seconds unless set
         * @return this builder
         */
        public Builder handshakeTimeout(Duration timeout) {
            if (timeout.isNegative() || timeout.isZero()) {
                throw new IllegalArgumentException("handshakeTimeout must be positive, not " + timeout);
            }
            handshakeTimeout = timeout;
            return this;
        }

        /**
         * Makes the server's one thread: a daemon platform thread named {@code ninep-nbd}, unless set.
         *
         * @param factory called once
         * @return this builder
         */
        public Builder threadFactory(ThreadFactory factory) {
            threadFactory = Objects.requireNonNull(factory, "factory");
            return this;
        }

        /**
         * Has {@code callback} run when clients can connect, before {@link #start} returns and on the same thread.
         *
         * @param callback gets the bound addresses
         * @return this builder
         */
        public Builder onReady(Consumer<List<SocketAddress>> callback) {
            onReady = Objects.requireNonNull(callback, "callback");
            return this;
        }

        Builder timeSource(TimeSource source) {
            timeSource = source;
            return this;
        }

        /**
         * Listens, and starts to serve.
         *
         * @return the server, which runs until it is closed
         * @throws IOException if it cannot listen at one of the addresses; then it listens at none
         * @throws IllegalArgumentException if there is no export, or two have one name
         */
        public NbdServer start() throws IOException {
            if (exports.isEmpty()) {
                throw new IllegalArgumentException("an NBD server needs an export");
            }
            ExportTable table = new ExportTable(exports);
            List<Listener> listeners = new ArrayList<>();
            try {
                for (Object socket : sockets) {
                    listeners.add(
                            socket instanceof ServerSocketChannel bound
                                    ? Listener.of(bound)
                                    : Listener.bind((SocketAddress) socket));
                }
                EventLoop loop = new EventLoop(timeSource);
                NbdServer server = new NbdServer(
                        loop,
                        new Clients(loop, table, maxClients, handshakeTimeout, maxRepliesInFlight),
                        List.copyOf(listeners));
                threadFactory.newThread(server::run).start();
                onReady.accept(server.addresses());
                return server;
            } catch (IOException | RuntimeException e) {
                listeners.forEach(Listener::close);
                throw e;
            }
        }
    }
}
