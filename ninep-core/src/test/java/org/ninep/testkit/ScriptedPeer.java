package org.ninep.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ninep.ConnectionLostException;
import org.ninep.message.Rmessage;
import org.ninep.message.Tmessage;
import org.ninep.transport.Connection;
import org.ninep.transport.InProcess;
import org.ninep.transport.Transport;

/**
 * A 9P server that does what a test says. It answers a request by itself if there is a rule for its kind, and leaves every
 * other to the test, which takes it with {@link #expect} and answers it when it likes: later, out of order, twice, in
 * parts, with another message, or not at all.
 *
 * <pre>{@code
 * try (ScriptedPeer peer = ScriptedPeer.inProcess().serving(content).holding(Tread.class);
 *         Client client = Client.builder(peer.transport()).connect()) {
 *     ...                                              // the client reads, on a thread of its own or asynchronously
 *     Request<Tread> first = peer.expect(Tread.class);
 *     Request<Tread> second = peer.expect(Tread.class);
 *     second.answer(new Rread(...));
 *     first.fail(Errno.EIO);
 * }
 * }</pre>
 *
 * <p>
 * Thread-safe.
 */
public final class ScriptedPeer implements AutoCloseable {
    /** How long every wait lasts at most. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int SHOWN = 20;

    private final Map<Class<? extends Tmessage>, Function<Tmessage, @Nullable Rmessage>> rules = new LinkedHashMap<>();
    private final List<Tmessage> received = new ArrayList<>();
    private final List<Request<?>> held = new ArrayList<>();
    private final List<PeerConnection> connections = new ArrayList<>();
    private final @Nullable ServerSocketChannel listener;
    private final Transport transport;
    private @Nullable String failure;
    private boolean closed;

    private ScriptedPeer(@Nullable ServerSocketChannel listener, String endpoint) {
        this.listener = listener;
        this.transport = listener == null ? new Pipes(endpoint) : tcp(listener);
    }

    /** A peer within the process, over pipes, that answers nothing by itself. */
    public static ScriptedPeer inProcess() {
        return new ScriptedPeer(null, "scripted peer");
    }

    /** A peer within the process under a name of its own. */
    public static ScriptedPeer inProcess(String endpoint) {
        return new ScriptedPeer(null, endpoint);
    }

    /** A peer that listens on a port of the loopback address, and answers nothing by itself. */
    public static ScriptedPeer tcp() throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        boolean done = false;
        try {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            ScriptedPeer peer = new ScriptedPeer(listener, "");
            Thread.ofPlatform().daemon().name("scripted-peer-accept").start(() -> peer.accept(listener));
            done = true;
            return peer;
        } finally {
            if (!done) {
                listener.close();
            }
        }
    }

    private static Transport tcp(ServerSocketChannel listener) {
        int port = listener.socket().getLocalPort();
        return Transport.tcp(InetAddress.getLoopbackAddress().getHostAddress(), port);
    }

    /** The way to this peer; may be used again and again. */
    public Transport transport() {
        return transport;
    }

    // Rules.

    /**
     * Answers requests of one kind by itself, on the thread that reads them.
     *
     * @param rule the reply, or null to leave this request to the test
     * @return this
     */
    public <T extends Tmessage> ScriptedPeer answering(Class<T> type, Function<T, @Nullable Rmessage> rule) {
        synchronized (rules) {
            rules.put(type, request -> rule.apply(type.cast(request)));
        }
        return this;
    }

    /**
     * Leaves requests of one kind to the test from now on.
     *
     * @return this
     */
    public ScriptedPeer holding(Class<? extends Tmessage> type) {
        synchronized (rules) {
            rules.remove(type);
        }
        return this;
    }

    /**
     * Serves one file by itself, whatever the path: version (with the msize that the client offers), attach, walk, lopen,
     * getattr, statfs, read, flush and clunk have rules then.
     *
     * @param content not copied
     * @return this
     */
    public ScriptedPeer serving(byte[] content) {
        new ServedFile(content).addRules(this);
        return this;
    }

    @Nullable
    Rmessage ruled(Tmessage request) {
        Function<Tmessage, @Nullable Rmessage> rule;
        synchronized (rules) {
            rule = rules.get(request.getClass());
        }
        return rule == null ? null : rule.apply(request);
    }

    // What came.

    /**
     * Takes the oldest request that is left to the test, and waits for one if there is none.
     *
     * @throws AssertionError if it is of another kind, or none comes
     */
    public <T extends Tmessage> Request<T> expect(Class<T> type) {
        return expect(type, _ -> true);
    }

    /**
     * Takes the oldest request that is left to the test, and waits for one if there is none.
     *
     * @throws AssertionError if it is of another kind or not as it should be, or none comes
     */
    public <T extends Tmessage> Request<T> expect(Class<T> type, Predicate<T> asItShouldBe) {
        Request<T> request = take(type, false, asItShouldBe);
        if (!asItShouldBe.test(request.message())) {
            throw new AssertionError("expected another " + type.getSimpleName() + " than " + request);
        }
        return request;
    }

    /**
     * Takes the oldest request left to the test that is of this kind and as it should be, wherever it stands among the
     * others, and waits until there is one.
     *
     * @throws AssertionError if none comes
     */
    public <T extends Tmessage> Request<T> find(Class<T> type, Predicate<T> asItShouldBe) {
        return take(type, true, asItShouldBe);
    }

    private <T extends Tmessage> Request<T> take(Class<T> type, boolean anywhere, Predicate<T> wanted) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        synchronized (held) {
            while (true) {
                for (int i = 0; i < (anywhere ? held.size() : Math.min(1, held.size())); i++) {
                    Request<T> request = as(type, held.get(i));
                    if (request != null && (!anywhere || wanted.test(request.message()))) {
                        held.remove(i);
                        return request;
                    }
                }
                boolean wrong = !anywhere && !held.isEmpty();
                if (wrong || failure != null || !await(deadline)) {
                    throw unexpected("expected " + type.getSimpleName());
                }
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Tmessage> @Nullable Request<T> as(Class<T> type, Request<?> request) {
        return type.isInstance(request.message()) ? (Request<T>) request : null;
    }

    /** Waits on {@code held} for news; false if the time is over. */
    private boolean await(long deadline) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            return false;
        }
        try {
            held.wait(left);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private AssertionError unexpected(String expected) {
        List<Tmessage> all = received();
        String last = all.subList(Math.max(0, all.size() - SHOWN), all.size()).stream().map(Tmessage::toString)
                .collect(Collectors.joining("\n  "));
        String why = failure == null ? "" : "\n" + failure;
        return new AssertionError(expected + ", but left to the test are " + held + why + "\n" + all.size()
                + " requests came, the last of them:\n  " + last);
    }

    /**
     * Waits until so many requests are left to the test, and leaves them there.
     *
     * @throws AssertionError if they do not come
     */
    public void awaitHeld(int count) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        synchronized (held) {
            while (held.size() < count) {
                if (failure != null || !await(deadline)) {
                    throw unexpected("expected " + count + " requests");
                }
            }
        }
    }

    /** The requests that are left to the test and not taken yet, oldest first. */
    public List<Request<?>> held() {
        synchronized (held) {
            return List.copyOf(held);
        }
    }

    /** Every request that came so far on any connection, oldest first, answered by rules or not. */
    public List<Tmessage> received() {
        synchronized (held) {
            return List.copyOf(received);
        }
    }

    /** Every request of one kind that came so far, oldest first. */
    public <T extends Tmessage> List<T> received(Class<T> type) {
        return received().stream().filter(type::isInstance).map(type::cast).toList();
    }

    void received(Request<?> request) {
        Rmessage reply;
        synchronized (held) {
            received.add(request.message());
            reply = ruled(request.message());
            if (reply == null) {
                held.add(request);
            }
            held.notifyAll();
        }
        if (reply != null) {
            answer(request, reply);
        }
    }

    private static void answer(Request<?> request, Rmessage reply) {
        try {
            request.answer(reply);
        } catch (AssertionError gone) {
            // a client may leave without waiting for its answers
        }
    }

    void broken(String why) {
        synchronized (held) {
            failure = why;
            held.notifyAll();
        }
    }

    // Connections.

    /**
     * The newest connection; waits for the first.
     *
     * @throws AssertionError if none comes
     */
    public PeerConnection connection() {
        return connection(1);
    }

    /**
     * The newest connection, once there have been so many.
     *
     * @param count at least 1
     * @throws AssertionError if they do not come
     */
    public PeerConnection connection(int count) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        synchronized (held) {
            while (connections.size() < count) {
                if (!await(deadline)) {
                    throw unexpected("expected " + count + " connections, but " + connections.size() + " came");
                }
            }
            return connections.getLast();
        }
    }

    private void add(Connection accepted) throws IOException {
        PeerConnection connection = new PeerConnection(this, accepted);
        synchronized (held) {
            if (closed) {
                accepted.close();
                throw new IOException("the scripted peer is closed");
            }
            connections.add(connection);
            held.notifyAll();
        }
        connection.start();
    }

    private void accept(ServerSocketChannel listener) {
        try {
            while (true) {
                SocketChannel socket = listener.accept();
                socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
                add(Connection.of(socket, "client"));
            }
        } catch (IOException e) {
            // closed
        }
    }

    /** Ends all connections, and takes no more. */
    @Override
    public void close() {
        List<PeerConnection> all;
        synchronized (held) {
            closed = true;
            all = List.copyOf(connections);
        }
        all.forEach(PeerConnection::close);
        if (listener != null) {
            try {
                listener.close();
            } catch (IOException e) {
                throw new AssertionError("cannot stop listening: " + e, e);
            }
        }
    }

    /** Connects to the peer within the process. */
    private final class Pipes implements Transport {
        private final String endpoint;

        Pipes(String endpoint) {
            this.endpoint = endpoint;
        }

        @Override
        public Connection connect(Duration timeout) throws ConnectionLostException {
            try {
                InProcess ends = InProcess.pair(endpoint);
                add(ends.server());
                return ends.client();
            } catch (IOException e) {
                throw new ConnectionLostException(endpoint + ": " + e.getMessage(), e);
            }
        }

        @Override
        public String endpoint() {
            return endpoint;
        }
    }
}
