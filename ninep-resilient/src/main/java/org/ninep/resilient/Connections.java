package org.ninep.resilient;

import java.io.Closeable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.ninep.client.Authenticator;
import org.ninep.client.MessageListener;

/**
 * Connections to 9P servers, shared by the files that are read over them: so many per server, however many files and
 * readers there are.
 *
 * <p>
 * Thread-safe.
 */
public final class Connections implements Closeable {
    private final Builder options;

    private Connections(Builder options) {
        this.options = options;
    }

    /** The ways to configure them. */
    public static Builder builder() {
        return new Builder();
    }

    /** A file over these connections: {@code ResilientFile.builder} names one that has connections of its own. */
    public ResilientFileBuilder file(java.util.List<org.ninep.client.NinepUri> replicas) {
        return new ResilientFileBuilder(this, replicas);
    }

    /** Closes all connections; files that are open over them wait in vain from then on, so close those before. */
    @Override
    public void close() {
        throw new UnsupportedOperationException(options.toString());
    }

    /**
     * How {@link Connections} are to be.
     *
     * <p>
     * Confined to one thread.
     */
    public static final class Builder {
        private int perServer = 2;
        private @Nullable Authenticator authenticator;
        private @Nullable MessageListener messageListener;

        private Builder() {}

        /** Connections to each server. Default 2; 1 to 16. */
        public Builder perServer(int count) {
            this.perServer = count;
            return this;
        }

        /** Who authenticates attaches by URIs with {@code auth=munge}, anew for each. */
        public Builder authenticator(Authenticator authenticator) {
            this.authenticator = authenticator;
            return this;
        }

        /** Who sees every message. Default: nobody. */
        public Builder messageListener(MessageListener listener) {
            this.messageListener = listener;
            return this;
        }

        /** None is made before a file needs it. */
        public Connections build() {
            return new Connections(this);
        }

        @Override
        public String toString() {
            return perServer + " " + authenticator + " " + messageListener + Duration.ZERO;
        }
    }
}
