package org.ninep.benchmarks.compare;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.ninep.client.Client;
import org.ninep.client.NinepUri;
import org.ninep.client.ReadHandler;
import org.ninep.client.RemoteFile;

/**
 * The client of this project within this JVM, which reads an image in order, as {@code ninep cat} does: four pieces of 1 MiB in
 * flight. Confined to one thread.
 */
final class WarmClient implements Closeable {
    private static final int PIECE = 1 << 20;
    private static final int DEPTH = 4;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Client client;
    private final RemoteFile file;
    private final Image image;
    private final ByteBuffer[] buffers = new ByteBuffer[DEPTH];

    /** Connects to a 9P server, and opens its image. */
    WarmClient(Service service, Image image, int msize) throws IOException {
        NinepUri uri = NinepUri.parse(service.nineP(image.path()) + "&msize=" + msize);
        this.image = image;
        this.client = Client.connect(uri);
        this.file = client.open(uri);
        for (int i = 0; i < DEPTH; i++) {
            buffers[i] = ByteBuffer.allocateDirect(PIECE);
        }
    }

    /** Takes the pieces, in order. */
    private interface Sink {
        void next(ByteBuffer piece) throws IOException;
    }

    /** Compares all bytes with the image. */
    void verify() throws IOException {
        Image.Check check = image.new Check();
        read(check::next);
        check.end();
    }

    /** Reads all of it. */
    Figures read(Service service) throws IOException {
        double server = service.cpuSeconds();
        double own = own();
        long begin = System.nanoTime();
        read(_ -> {});
        double seconds = (System.nanoTime() - begin) / 1e9;
        return Figures.sequential(image.bytes(), seconds, service.cpuSeconds() - server, own() - own);
    }

    private static double own() throws IOException {
        return ProcFs.cpu(ProcessHandle.current().pid()).own();
    }

    private void read(Sink sink) throws IOException {
        long pieces = image.bytes() / PIECE;
        Reading[] inFlight = new Reading[DEPTH];
        for (int i = 0; i < Math.min(DEPTH, pieces); i++) {
            inFlight[i] = start(i);
        }
        for (long piece = 0; piece < pieces; piece++) {
            int slot = (int) (piece % DEPTH);
            inFlight[slot].await();
            sink.next(buffers[slot].flip());
            if (piece + DEPTH < pieces) {
                inFlight[slot] = start(piece + DEPTH);
            }
        }
    }

    private Reading start(long piece) {
        Reading reading = new Reading();
        file.readFully(buffers[(int) (piece % DEPTH)].clear(), piece * PIECE, TIMEOUT, reading);
        return reading;
    }

    private static final class Reading implements ReadHandler {
        private final CompletableFuture<Void> done = new CompletableFuture<>();

        @Override
        public void completed(int count) {
            done.complete(null);
        }

        @Override
        public void failed(IOException cause) {
            done.completeExceptionally(cause);
        }

        void await() throws IOException {
            try {
                done.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            } catch (ExecutionException e) {
                throw new IOException(e.getCause());
            }
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
