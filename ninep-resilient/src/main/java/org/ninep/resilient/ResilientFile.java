package org.ninep.resilient;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.ninep.client.NinepUri;
import org.ninep.client.ReadHandler;

/**
 * A read-only file that lies on several 9P servers, and whose reads outlive them. A read is answered, with the right bytes, as
 * soon as one replica with the right content can be reached. It fails only if the file is closed, the range is not within
 * the file, or a time has passed that the caller has set.
 *
 * <pre>
 * try (ResilientFile file = ResilientFile.builder(NinepUri.parseAll("9p://a/root.img 9p://b/root.img")).open()) {
 *     file.read(buffer, 0);
 * }
 * </pre>
 *
 * <p>
 * A read in progress holds its buffer and some 300 bytes; nothing else grows while no replica can be reached, so who bounds
 * the buffers bounds the memory.
 *
 * <p>
 * Thread-safe.
 */
public final class ResilientFile implements Closeable {
    private final Engine engine;
    private final Network network;
    private final @Nullable Connections owned;

    ResilientFile(Engine engine, Network network, @Nullable Connections owned) {
        this.engine = engine;
        this.network = network;
        this.owned = owned;
    }

    /**
     * A file over connections of its own. {@link Connections#file} makes one that shares them with others.
     *
     * @param replicas one or more, in order of preference, all different; {@link NinepUri#parseAll} reads them from a text
     */
    public static ResilientFileBuilder builder(List<NinepUri> replicas) {
        return new ResilientFileBuilder(Connections.builder().build(), true, replicas);
    }

    /**
     * Waits until one replica serves, however long that takes.
     *
     * @throws java.io.InterruptedIOException if the thread is interrupted
     * @throws ClosedChannelException if the file is closed before
     */
    public void awaitOpen() throws IOException {
        ResilientFileBuilder.await(engine.opened());
    }

    /**
     * Waits until one replica serves, or each has been tried in vain. The file goes on trying.
     *
     * @throws java.io.InterruptedIOException if the thread is interrupted
     * @throws IOException why the first replica does not serve; why the others do not are suppressed exceptions of it
     */
    public void awaitOpenOrFail() throws IOException {
        CompletableFuture<?> tried = engine.tried();
        ResilientFileBuilder.await(CompletableFuture.anyOf(engine.opened(), tried));
        List<IOException> failures = engine.failures();
        if (!engine.opened().isDone() && !failures.isEmpty()) {
            IOException first = failures.getFirst();
            failures.stream().skip(1).filter(other -> !other.equals(first)).forEach(first::addSuppressed);
            throw first;
        }
    }

    /** The size in bytes, the same for as long as the file is open; -1 before it is. */
    public long size() {
        return engine.size();
    }

    /**
     * Fills the buffer, however long it takes. An interrupt ends the wait, as soon as the session that was asked last has
     * answered or its timeout is over: until then the buffer is not the caller's.
     *
     * @param offset 0 to {@code size() - buffer.remaining()}
     * @throws java.io.InterruptedIOException if the thread is interrupted; it stays interrupted
     * @throws java.io.EOFException if the range is not within the file
     * @throws ClosedChannelException if the file is closed
     */
    public void read(ByteBuffer buffer, long offset) throws IOException {
        Deadline deadline = new Deadline(engine.deadline(Optional.empty()).at());
        AwaitedRead read = new AwaitedRead();
        engine.read(buffer, offset, deadline, read);
        read.await(() -> {
            deadline.bringForward();
            engine.look();
        });
    }

    /**
     * Fills the buffer without waiting. The data goes from the socket into a direct buffer without a copy.
     *
     * @param buffer not to be touched until the handler is called
     * @param offset 0 to {@code size() - buffer.remaining()}
     * @param handler completed with the number of bytes that the buffer had room for; failed only if the file is closed, the
     *     range is not within it, or it is configured to give up. Called on a connection's reader thread, or the
     *     calling one; must not block
     */
    public void read(ByteBuffer buffer, long offset, ReadHandler handler) {
        engine.read(buffer, offset, engine.deadline(Optional.empty()), handler);
    }

    /**
     * Fills the buffer without waiting, and fails with a {@link org.ninep.RequestTimeoutException} if that takes longer.
     *
     * @param deadline from now; positive
     * @see #read(ByteBuffer, long, ReadHandler)
     */
    public void read(ByteBuffer buffer, long offset, Duration deadline, ReadHandler handler) {
        if (!deadline.isPositive()) {
            throw new IllegalArgumentException("deadline " + deadline + " is not positive");
        }
        engine.read(buffer, offset, engine.deadline(Optional.of(deadline)), handler);
    }

    /** Where it lies; they may be changed. */
    public Replicas replicas() {
        return new Replicas(engine);
    }

    /** How it is. */
    public FileStats stats() {
        return engine.stats();
    }

    /**
     * Fails the reads in flight with a {@link ClosedChannelException}, each as soon as nobody touches its buffer any more, and
     * ends all sessions. Idempotent; does not wait.
     */
    @Override
    public void close() {
        engine.close(new Closed(engine));
        network.close();
        if (owned != null) {
            Thread.ofVirtual().name("ninep-close-" + engine).start(owned::close);
        }
    }

    /** Of this file. */
    private static final class Closed extends ClosedChannelException {
        private static final long serialVersionUID = 1;
        private final String what;

        Closed(Engine engine) {
            what = engine + " is closed";
        }

        @Override
        public String getMessage() {
            return what;
        }
    }

    @Override
    public String toString() {
        return engine.toString();
    }
}
