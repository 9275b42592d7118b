package org.ninep.resilient;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ninep.ConnectionLostException;
import org.ninep.TimeSource;
import org.ninep.client.Authenticator;
import org.ninep.client.Client;
import org.ninep.client.ClientBuilder;
import org.ninep.client.MessageListener;
import org.ninep.client.NinepUri;
import org.ninep.transport.Transport;

/**
 * Connections to 9P servers, shared by the files that are read over them: so many to each server, however many files and
 * readers there are. A connection is made when a file needs it, and closed when none does any more.
 *
 * <p>
 * Thread-safe.
 */
public final class Connections implements Closeable {
    /** The most connections to one server. */
    public static final int MOST_PER_SERVER = 16;

    private final Builder options;
    private final Map<Key, SharedClient> clients = new ConcurrentHashMap<>();
    /** One for each server, which remembers its addresses for when names cannot be resolved. */
    private final Map<Server, Transport> transports = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** What a connection is made by, and which of several. */
    private record Key(String host, int port, @Nullable Path socket, OptionalInt msize, boolean authenticated,
            int number) {}

    private record Server(String host, int port, @Nullable Path socket) {}

    private Connections(Builder options) {
        this.options = new Builder(options);
    }

    /** The ways to configure them. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A file over these connections.
     *
     * @param replicas one or more, in order of preference, all different
     * @throws IllegalArgumentException if there is none, one is named twice, or one asks for authentication and there is no
     *     authenticator
     */
    public ResilientFileBuilder file(List<NinepUri> replicas) {
        return new ResilientFileBuilder(this, false, replicas);
    }

    /** @throws IllegalArgumentException if it asks for authentication, and there is no authenticator */
    void check(NinepUri replica) {
        if (replica.auth() == NinepUri.Auth.MUNGE && options.authenticator == null) {
            throw new IllegalArgumentException(replica + " asks for authentication, and the connections were given no"
                    + " authenticator (ninep nbd: --auth munge)");
        }
    }

    int perServer() {
        return options.perServer;
    }

    TimeSource timeSource() {
        return options.timeSource;
    }

    /**
     * A connection that is open, or was a moment ago; {@link SharedClient.Use#end} gives it back. May block.
     *
     * @param lost told if the connection ends while it is borrowed; must not block
     */
    SharedClient.Use borrow(NinepUri uri, int number, Duration timeout, Consumer<IOException> lost)
            throws IOException {
        Key key = new Key(uri.host(), uri.port(), uri.socket(), uri.msize(), authenticates(uri),
                number % options.perServer);
        if (closed) {
            throw new ConnectionLostException(uri + ": the connections are closed");
        }
        return clients.computeIfAbsent(key, _ -> new SharedClient()).borrow(() -> connect(uri, timeout), lost);
    }

    private boolean authenticates(NinepUri uri) {
        return switch (uri.auth()) {
            case MUNGE -> true;
            case UNSAID -> options.authenticateAll;
            case NONE -> false;
        };
    }

    private Client connect(NinepUri uri, Duration timeout) throws IOException {
        Transport transport = transports.computeIfAbsent(new Server(uri.host(), uri.port(), uri.socket()),
                _ -> uri.transport());
        ClientBuilder builder = Client.builder(transport).connectTimeout(timeout).requestTimeout(timeout)
                .timeSource(options.timeSource).busyPoll(options.busyPoll);
        uri.msize().ifPresent(builder::msize);
        MessageListener messages = options.messageListener;
        if (messages != null) {
            builder.listener(messages);
        }
        Authenticator authenticator = options.authenticator;
        if (authenticator != null && authenticates(uri)) {
            builder.authenticator(authenticator);
        }
        return builder.connect();
    }

    /** Closes all connections. Files that are open over them are not served any more; they should be closed before. */
    @Override
    public void close() {
        closed = true;
        clients.values().forEach(SharedClient::close);
    }

    /**
     * How {@link Connections} are to be.
     *
     * <p>
     * Confined to one thread.
     */
    public static final class Builder {
        private int perServer = 2;
        private Duration busyPoll = Duration.ZERO;
        private TimeSource timeSource = TimeSource.system();
        private @Nullable Authenticator authenticator;
        private boolean authenticateAll;
        private @Nullable MessageListener messageListener;

        private Builder() {}

        private Builder(Builder other) {
            perServer = other.perServer;
            busyPoll = other.busyPoll;
            timeSource = other.timeSource;
            authenticator = other.authenticator;
            authenticateAll = other.authenticateAll;
            messageListener = other.messageListener;
        }

        /**
         * Connections to each server that is read from; one that stands by gets one. Default 2: a second one keeps reads going
         * where the first is held up by a lost packet or a lost connection.
         *
         * @param count 1 to {@link Connections#MOST_PER_SERVER}
         */
        public Builder perServer(int count) {
            if (count < 1 || count > MOST_PER_SERVER) {
                throw new IllegalArgumentException("perServer " + count + " is not in 1.." + MOST_PER_SERVER);
            }
            perServer = count;
            return this;
        }

        /**
         * How long a connection's thread may look for the next reply again and again before it sleeps. Default zero: not at all.
         *
         * @param atMost 0 to {@link ClientBuilder#LONGEST_BUSY_POLL}
         * @see ClientBuilder#busyPoll
         */
        public Builder busyPoll(Duration atMost) {
            if (atMost.isNegative() || atMost.compareTo(ClientBuilder.LONGEST_BUSY_POLL) > 0) {
                throw new IllegalArgumentException(
                        "busyPoll " + atMost + " is not in 0.." + ClientBuilder.LONGEST_BUSY_POLL);
            }
            busyPoll = atMost;
            return this;
        }

        /** Who authenticates attaches by URIs that ask for it ({@code auth=munge}), anew for each. Default: nobody can. */
        public Builder authenticator(Authenticator authenticator) {
            this.authenticator = authenticator;
            return this;
        }

        /** Authenticates also attaches by URIs that say nothing of it, though not by those with {@code auth=none}. Default: not. */
        public Builder authenticateAll() {
            authenticateAll = true;
            return this;
        }

        /** Who sees every message. Default: nobody. */
        public Builder messageListener(MessageListener listener) {
            messageListener = listener;
            return this;
        }

        /** The clock under timeouts, for tests. Default: the system's. */
        public Builder timeSource(TimeSource source) {
            timeSource = source;
            return this;
        }

        /**
         * No connection is made before a file needs it.
         *
         * @throws IllegalStateException if all attaches are to be authenticated, and there is no authenticator
         */
        public Connections build() {
            if (authenticateAll && authenticator == null) {
                throw new IllegalStateException("authenticateAll() takes an authenticator(...)");
            }
            return new Connections(this);
        }
    }
}
