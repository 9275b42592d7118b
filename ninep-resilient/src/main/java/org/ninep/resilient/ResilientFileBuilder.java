package org.ninep.resilient;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.ninep.client.NinepUri;

/**
 * How a {@link ResilientFile} is to be.
 *
 * <p>
 * Confined to one thread.
 */
public final class ResilientFileBuilder {
    /** The shortest timeout. */
    public static final Duration MIN_TIMEOUT = Duration.ofMillis(20);

    private final Connections connections;
    private final List<NinepUri> replicas;
    private Duration timeout = Duration.ofSeconds(10);
    private Duration maxBackoff = Duration.ofSeconds(5);
    private Optional<Duration> giveUpAfter = Optional.empty();
    private ReplicaOrder order = ReplicaOrder.PREFERENCE;
    private Duration checkEvery = Duration.ofSeconds(10);
    private ResilienceListener listener = new ResilienceListener() {};
    private boolean failFast;

    ResilientFileBuilder(Connections connections, List<NinepUri> replicas) {
        this.connections = connections;
        this.replicas = List.copyOf(replicas);
    }

    /** After so long without an answer a request is given to another session. Default 10 s; at least 20 ms. */
    public ResilientFileBuilder timeout(Duration timeout) {
        this.timeout = timeout;
        return this;
    }

    /** The longest pause between two attempts to connect to one replica. Default 5 s. */
    public ResilientFileBuilder maxBackoff(Duration longest) {
        this.maxBackoff = longest;
        return this;
    }

    /** A read that has not been answered for so long fails. Default: never. */
    public ResilientFileBuilder giveUpAfter(Duration patience) {
        this.giveUpAfter = Optional.of(patience);
        return this;
    }

    /** Which of the usable replicas reads go to. Default: {@link ReplicaOrder#PREFERENCE}. */
    public ResilientFileBuilder order(ReplicaOrder order) {
        this.order = order;
        return this;
    }

    /** How often the attributes behind each session are compared. Default 10 s. */
    public ResilientFileBuilder checkEvery(Duration period) {
        this.checkEvery = period;
        return this;
    }

    /** Who is told of changes. Default: nobody. */
    public ResilientFileBuilder listener(ResilienceListener listener) {
        this.listener = listener;
        return this;
    }

    /** {@link #open()} fails when every replica has been tried once, and does not wait. */
    public ResilientFileBuilder failFast() {
        this.failFast = true;
        return this;
    }

    /**
     * Waits until one replica serves.
     *
     * @throws java.io.InterruptedIOException if the thread is interrupted
     * @throws IOException with {@link #failFast()}, why the first replica does not serve; the others' reasons are suppressed
     *     exceptions of it
     */
    @SuppressWarnings({"DoNotCallSuggester", "ObjectToString"})
    public ResilientFile open() throws IOException {
        throw new UnsupportedOperationException(connections + " " + replicas + timeout + maxBackoff + giveUpAfter
                + order + checkEvery + listener + failFast);
    }
}
