package org.ninep.nbd.cli.copy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import org.ninep.client.RemoteFile;

/**
 * A remote file's content from its beginning to its end, in order. While one chunk is consumed the next ones are on their way,
 * so that the network is never idle.
 *
 * <p>Confined to one thread.
 */
final class PipelinedCopy {

    private static final int CHUNK = 1 << 20;
    private static final int DEPTH = 4;

    private final RemoteFile file;
    private final Duration timeout;
    private final Sink sink;
    private final ArrayDeque<Chunk> inFlight = new ArrayDeque<>();
    private long done;

    /** Takes what has come. */
    interface Sink {

        /**
         * Consumes the next bytes of the file.
         *
         * @param bytes direct; consumed when this returns
         * @param end how much of the file that makes
         */
        void write(ByteBuffer bytes, long end) throws IOException;
    }

    private record Chunk(ByteBuffer buffer, Transfer read) {}

    private PipelinedCopy(RemoteFile file, Duration timeout, Sink sink) {
        this.file = file;
        this.timeout = timeout;
        this.sink = sink;
    }

    /**
     * Reads the whole file. If this fails, the file's client is to be closed: reads may be in flight.
     *
     * @param size as far as it is known; 0 for files like those in /proc. It is read to its end in any case
     * @throws java.io.EOFException if the file ends before its size
     */
    static void copy(RemoteFile file, long size, Duration timeout, Sink sink) throws IOException {
        PipelinedCopy copy = new PipelinedCopy(file, timeout, sink);
        copy.knownPart(size);
        copy.rest();
    }

    private void knownPart(long size) throws IOException {
        long asked = 0;
        while (done < size) {
            while (asked < size && inFlight.size() < DEPTH) {
                asked += start(ByteBuffer.allocateDirect(chunk(size - asked)), asked);
            }
            Chunk chunk = inFlight.remove();
            chunk.read().await();
            consume(chunk.buffer());
            if (asked < size) {
                ByteBuffer again = chunk.buffer().clear();
                asked += start(again.limit(Math.min(again.capacity(), chunk(size - asked))), asked);
            }
        }
    }

    private static int chunk(long left) {
        return (int) Math.min(CHUNK, left);
    }

    private int start(ByteBuffer buffer, long offset) {
        int length = buffer.remaining();
        Transfer read = new Transfer();
        file.readFully(buffer, offset, timeout, read);
        inFlight.add(new Chunk(buffer, read));
        return length;
    }

    private void consume(ByteBuffer buffer) throws IOException {
        buffer.flip();
        done += buffer.remaining();
        sink.write(buffer, done);
    }

    private void rest() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
        while (file.readUpTo(buffer.clear(), done) > 0) {
            consume(buffer);
        }
    }
}
