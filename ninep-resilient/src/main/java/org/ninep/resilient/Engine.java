package org.ninep.resilient;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.ninep.client.NinepUri;
import org.ninep.client.ReadHandler;

/** Keeps one file readable over its replicas. */
@SuppressWarnings("DoNotCallSuggester")
final class Engine {
    private final Settings settings;
    private final World world;
    private final RandomGenerator random;

    Engine(Settings settings, World world, RandomGenerator random) {
        this.settings = settings;
        this.world = world;
        this.random = random;
    }

    /** Begins to connect. */
    void start() {
        throw new UnsupportedOperationException(settings + " " + world + " " + random);
    }

    /** It is the time that was asked for with {@link World#wakeAt}, or later. */
    void wake() {
        throw new UnsupportedOperationException();
    }

    /**
     * Fills the buffer.
     *
     * @param deadline when to give up, from now; empty for never
     */
    void read(ByteBuffer buffer, long offset, Optional<Duration> deadline, ReadHandler handler) {
        throw new UnsupportedOperationException();
    }

    void add(NinepUri replica) {
        throw new UnsupportedOperationException();
    }

    void remove(NinepUri replica) {
        throw new UnsupportedOperationException();
    }

    List<NinepUri> replicas() {
        throw new UnsupportedOperationException();
    }

    FileStats stats() {
        throw new UnsupportedOperationException();
    }

    /** Fails what is in progress and ends all sessions. */
    void close(IOException cause) {
        throw new UnsupportedOperationException(cause);
    }
}
