package org.ninep.client;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.ninep.TimeSource;
import org.ninep.transport.Transport;

/**
 * How a {@link Client} is to be.
 *
 * <p>
 * Confined to one thread.
 */
public final class ClientBuilder {
    /** The longest {@link #busyPoll}: 1 ms. */
    public static final Duration LONGEST_BUSY_POLL = Duration.ofMillis(1);

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    final Transport transport;
    int msize = 1 << 20;
    int maxRequests = 8192;
    Duration connectTimeout = DEFAULT_TIMEOUT;
    Duration requestTimeout = DEFAULT_TIMEOUT;
    Duration busyPoll = Duration.ZERO;
    TimeSource timeSource = TimeSource.system();
    ThreadFactory threadFactory;
    @Nullable
    Authenticator authenticator;
    @Nullable
    MessageListener listener;

    ClientBuilder(Transport transport) {
        this.transport = transport;
        this.threadFactory = Thread.ofPlatform().daemon().name("ninep-client-" + transport.endpoint()).factory();
    }

    /**
     * The largest frame to offer. The server may answer with less. Default 1 MiB; less saves memory at the server.
     *
     * @param bytes {@link Client#MIN_MSIZE} to {@link Client#MAX_MSIZE}
     */
    public ClientBuilder msize(int bytes) {
        if (bytes < Client.MIN_MSIZE || bytes > Client.MAX_MSIZE) {
            throw new IllegalArgumentException(
                    "msize " + bytes + " is not in " + Client.MIN_MSIZE + ".." + Client.MAX_MSIZE);
        }
        msize = bytes;
        return this;
    }

    /**
     * How many requests may be on the wire at once; further ones wait. Default 8192; less bounds what a server has to
     * remember.
     *
     * @param count 1 to 32767: tags are 16 bits, and each request may need a second one to be flushed
     */
    public ClientBuilder maxRequests(int count) {
        if (count < 1 || count > TagTable.LARGEST) {
            throw new IllegalArgumentException("maxRequests " + count + " is not in 1.." + TagTable.LARGEST);
        }
        maxRequests = count;
        return this;
    }

    /**
     * For connecting, and again for the version handshake. Default 10 s.
     *
     * @param timeout positive
     */
    public ClientBuilder connectTimeout(Duration timeout) {
        connectTimeout = positive("connectTimeout", timeout);
        return this;
    }

    /**
     * For every other request, from its submission. Default 10 s.
     *
     * @param timeout positive; very long ones mean "for ever"
     */
    public ClientBuilder requestTimeout(Duration timeout) {
        requestTimeout = positive("requestTimeout", timeout);
        return this;
    }

    /**
     * How long the connection's thread may look for the next reply again and again before it sleeps, where one reply after the other has
     * come within this time and no more than one request is in flight. A read is answered sooner then, by what it takes the operating system to
     * wake a thread, and a processor is busy meanwhile; it is let go to whoever wants it. One connection of a process at a time does it, and none on a
     * machine of one processor. Default zero: not at all.
     *
     * @param atMost 0 to {@link #LONGEST_BUSY_POLL}
     */
    public ClientBuilder busyPoll(Duration atMost) {
        if (atMost.isNegative() || atMost.compareTo(LONGEST_BUSY_POLL) > 0) {
            throw new IllegalArgumentException("busyPoll " + atMost + " is not in 0.." + LONGEST_BUSY_POLL);
        }
        busyPoll = atMost;
        return this;
    }

    static Duration positive(String name, Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException(name + " " + timeout + " is not positive");
        }
        return timeout;
    }

    /** What authenticates every attach. Default: attaches go without. */
    public ClientBuilder authenticator(Authenticator authenticator) {
        this.authenticator = authenticator;
        return this;
    }

    /** Who sees every message. Default: nobody. */
    public ClientBuilder listener(MessageListener listener) {
        this.listener = listener;
        return this;
    }

    /** Who makes the connection's one thread. Default: daemon platform threads. */
    public ClientBuilder threadFactory(ThreadFactory factory) {
        threadFactory = factory;
        return this;
    }

    /** The clock under request timeouts, for tests. Default: the system's. */
    public ClientBuilder timeSource(TimeSource source) {
        timeSource = source;
        return this;
    }

    /**
     * Connects and negotiates version and msize (version(5)).
     *
     * @throws org.ninep.ConnectionLostException if no connection comes about, or it is lost at once
     * @throws org.ninep.ProtocolException if the peer is not a 9P2000.L server
     * @throws org.ninep.RequestTimeoutException if it does not answer
     * @throws java.io.InterruptedIOException if the thread is interrupted
     */
    public Client connect() throws IOException {
        return Client.connect(this);
    }
}
