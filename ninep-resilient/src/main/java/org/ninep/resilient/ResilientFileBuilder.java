package org.ninep.resilient;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.ninep.client.NinepUri;

/**
 * How a {@link ResilientFile} is to be.
 *
 * <p>
 * Confined to one thread.
 */
public final class ResilientFileBuilder {
    /** The shortest timeout, and the shortest period of checks. */
    public static final Duration MIN_TIMEOUT = Duration.ofMillis(20);
    /** The longest of all durations. */
    public static final Duration MAX_DURATION = Duration.ofDays(1);

    private final Connections connections;
    private final boolean owned;
    private final List<NinepUri> replicas;
    private @Nullable String name;
    private Duration timeout = Duration.ofSeconds(10);
    private Duration maxBackoff = Duration.ofSeconds(5);
    private Optional<Duration> giveUpAfter = Optional.empty();
    private ReplicaOrder order = ReplicaOrder.PREFERENCE;
    private Duration checkEvery = Duration.ofSeconds(10);
    private ResilienceListener listener = new ResilienceListener() {};

    /** @param owned whether the connections are to be closed with the file */
    ResilientFileBuilder(Connections connections, boolean owned, List<NinepUri> replicas) {
        if (replicas.isEmpty() || replicas.size() > Replicas.MOST) {
            throw new IllegalArgumentException(
                    replicas.size() + " replicas, where 1 to " + Replicas.MOST + " can be named");
        }
        if (new HashSet<>(replicas).size() < replicas.size()) {
            throw new IllegalArgumentException("a replica is named twice: " + replicas);
        }
        replicas.forEach(connections::check);
        this.connections = connections;
        this.owned = owned;
        this.replicas = List.copyOf(replicas);
    }

    /** What the file is called in logs and messages. Default: its path at the first replica. */
    public ResilientFileBuilder name(String name) {
        this.name = name;
        return this;
    }

    /**
     * After so long without an answer a request is given to another session. Default 10 s; less finds a hung server sooner, and
     * takes a busy one for hung.
     *
     * @param timeout {@link #MIN_TIMEOUT} to {@link #MAX_DURATION}
     */
    public ResilientFileBuilder timeout(Duration timeout) {
        this.timeout = within("timeout", MIN_TIMEOUT, timeout);
        return this;
    }

    /**
     * The longest pause between two attempts to connect to one replica. Default 5 s; a longer one spares a server that
     * comes back to very many clients.
     *
     * @param longest 1 ms to {@link #MAX_DURATION}
     */
    public ResilientFileBuilder maxBackoff(Duration longest) {
        this.maxBackoff = within("maxBackoff", Duration.ofMillis(1), longest);
        return this;
    }

    /**
     * A read that has not been answered for so long fails. Default: never.
     *
     * @param patience {@link #MIN_TIMEOUT} to {@link #MAX_DURATION}
     */
    public ResilientFileBuilder giveUpAfter(Duration patience) {
        this.giveUpAfter = Optional.of(within("giveUpAfter", MIN_TIMEOUT, patience));
        return this;
    }

    /** Which of the usable replicas reads go to. Default: {@link ReplicaOrder#PREFERENCE}. */
    public ResilientFileBuilder order(ReplicaOrder order) {
        this.order = order;
        return this;
    }

    /**
     * How often each session is asked for the file's attributes: so a server that is gone is found while nothing is read, and a
     * file that is overwritten is noticed at the latest after this time. Default 10 s.
     *
     * @param period {@link #MIN_TIMEOUT} to {@link #MAX_DURATION}
     */
    public ResilientFileBuilder checkEvery(Duration period) {
        this.checkEvery = within("checkEvery", MIN_TIMEOUT, period);
        return this;
    }

    /** Who is told of changes. Default: nobody. */
    public ResilientFileBuilder listener(ResilienceListener listener) {
        this.listener = listener;
        return this;
    }

    private static Duration within(String what, Duration least, Duration value) {
        if (value.compareTo(least) < 0 || value.compareTo(MAX_DURATION) > 0) {
            throw new IllegalArgumentException(what + " " + value + " is not in " + least + ".." + MAX_DURATION);
        }
        return value;
    }

    /**
     * Begins to connect, and does not wait: {@link ResilientFile#awaitOpen()} does. What happens meanwhile can be seen.
     */
    public ResilientFile start() {
        Network network = new Network(connections);
        String label = name;
        Settings settings = new Settings(label == null ? replicas.getFirst().path() : label, replicas, timeout,
                Engine.backoff(maxBackoff), giveUpAfter, order, connections.perServer(), checkEvery, listener);
        Engine engine = new Engine(settings, network, RandomGenerator.getDefault());
        network.start(engine);
        engine.start();
        return new ResilientFile(engine, network, owned ? connections : null);
    }

    /**
     * Waits until one replica serves, however long that takes.
     *
     * @throws InterruptedIOException if the thread is interrupted
     */
    public ResilientFile open() throws IOException {
        return opened(ResilientFile::awaitOpen);
    }

    /**
     * Tries each replica, and does not wait for one that may come later.
     *
     * @throws InterruptedIOException if the thread is interrupted
     * @throws IOException why the first replica does not serve; why the others do not are suppressed exceptions of it
     */
    public ResilientFile openOrFail() throws IOException {
        return opened(ResilientFile::awaitOpenOrFail);
    }

    private interface Awaiting {
        void await(ResilientFile file) throws IOException;
    }

    private ResilientFile opened(Awaiting awaiting) throws IOException {
        ResilientFile file = start();
        boolean done = false;
        try {
            awaiting.await(file);
            done = true;
            return file;
        } finally {
            if (!done) {
                file.close();
            }
        }
    }

    /** What a thread waits for that opens a file. */
    static <T> T await(java.util.concurrent.Future<T> future) throws IOException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (CancellationException e) {
            throw new IOException(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e);
        }
    }
}
