package org.ninep.nbd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.ninep.nbd.NbdClient;
import org.ninep.peer.Tool;

/**
 * Readers of an NBD export who never stop: one reads blocks at random, one after the other, and one runs nbdcopy, over and over.
 * Both compare what they get with the image. Thread-safe.
 */
final class Load implements AutoCloseable {
    private static final int BLOCK = 4096;

    private final URI uri;
    private final Path image;
    private final Path copy;
    private final byte[] content;
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong copies = new AtomicLong();
    private final AtomicLong longest = new AtomicLong();
    private final Thread prober;
    private final Thread copier;
    private volatile @Nullable Throwable failure;
    private final ReentrantReadWriteLock pause = new ReentrantReadWriteLock(true);
    private volatile boolean over;

    private Load(String uri, Path image, Path copy) throws IOException {
        this.uri = URI.create(uri);
        this.image = image;
        this.copy = copy;
        this.content = Files.readAllBytes(image);
        this.prober = Thread.ofPlatform().name("prober").unstarted(() -> run(this::probe));
        this.copier = Thread.ofPlatform().name("copier").unstarted(() -> run(this::copyOverAndOver));
    }

    /** Begins, and returns when both have read something. */
    static Load start(String uri, Path image, Path copy) throws IOException {
        Load load = new Load(uri, image, copy);
        load.prober.start();
        load.copier.start();
        load.awaitReads(100);
        load.longest.set(0);
        return load;
    }

    private interface Reader {
        void read() throws IOException;
    }

    private void run(Reader reader) {
        try {
            reader.read();
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        }
    }

    private void probe() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        ByteBuffer buffer = ByteBuffer.allocate(BLOCK);
        try (NbdClient client = NbdClient.connect(new InetSocketAddress(uri.getHost(), uri.getPort()),
                uri.getPath().substring(1))) {
            while (!over) {
                pause.readLock().lock();
                try {
                    int offset = random.nextInt(content.length - BLOCK);
                    long start = System.nanoTime();
                    client.read(offset, buffer.clear());
                    long took = System.nanoTime() - start;
                    longest.accumulateAndGet(took, Math::max);
                    assertEquals(ByteBuffer.wrap(content, offset, BLOCK), buffer.flip(), "the block at " + offset);
                    reads.incrementAndGet();
                } finally {
                    pause.readLock().unlock();
                }
            }
        }
    }

    private void copyOverAndOver() throws IOException {
        while (!over) {
            pause.readLock().lock();
            try {
                Tool.run("nbdcopy", uri.toString(), copy.toString());
                assertEquals(-1, Files.mismatch(image, copy), "what nbdcopy read");
                copies.incrementAndGet();
            } finally {
                pause.readLock().unlock();
            }
        }
    }

    /** Does something while nobody reads: waits until what is being read is whole, and lets nobody begin before the end. */
    void pausedWhile(Pause action) throws Exception {
        pause.writeLock().lock();
        try {
            check();
            action.happen();
        } finally {
            pause.writeLock().unlock();
        }
    }

    /** What is done while nobody reads. */
    interface Pause {
        void happen() throws Exception;
    }

    private void check() {
        Throwable thrown = failure;
        if (thrown != null) {
            throw new AssertionError("a reader failed: " + thrown, thrown);
        }
    }

    /** Waits until so many more blocks have been read. */
    void awaitReads(int more) {
        await(reads, reads.get() + more);
    }

    /** Waits until a copy is whole that began after now. */
    void awaitCopy() {
        await(copies, copies.get() + 2);
    }

    private void await(AtomicLong count, long enough) {
        long end = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        while (count.get() < enough) {
            check();
            assertTrue(System.nanoTime() < end, "no more reads are answered");
            Thread.onSpinWait();
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
    }

    /** The longest time that a block took since it was asked for last. */
    Duration stall() {
        check();
        return Duration.ofNanos(longest.getAndSet(0));
    }

    @Override
    public void close() throws IOException {
        over = true;
        try {
            prober.join(Duration.ofMinutes(1));
            copier.join(Duration.ofMinutes(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(copy);
        check();
    }
}
