package org.ninep.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.ninep.client.NinepUri;
import org.ninep.nbd.BlockDevice;
import org.ninep.nbd.Export;
import org.ninep.nbd.NbdServer;
import org.ninep.nbd.ResilientBlockDevice;
import org.ninep.resilient.Connections;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * 4-KiB reads as an NBD client makes them, over a Unix socket, from a device that has its bytes ready, which is parsing and
 * replying alone; and over the whole path: NBD, a file over replicas, the 9P client, another Unix socket, and a server that
 * does nothing but answer. The client allocates nothing: all bytes counted are the path's.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class NbdBenchmark {
    private static final int BLOCK_BYTES = 4096;
    private static final int DEPTH = 16;
    private static final long IMAGE_BYTES = AnsweringServer.FILE_BYTES;

    /** What is read. */
    @Param({"memory", "replicas"})
    String device = "";

    private @Nullable Path directory;
    private @Nullable ServerSocketChannel files;
    private @Nullable NbdServer server;
    private @Nullable NbdReader reader;
    private long block;

    /** Fills nothing in: what the buffer holds is as good. */
    private record Memory(long size) implements BlockDevice {
        @Override
        public void read(long offset, ByteBuffer buffer, Completion completion) {
            buffer.position(buffer.limit());
            completion.completed();
        }

        @Override
        public void close() {
            // there is nothing to give back
        }
    }

    /** Serves and connects. */
    @Setup
    public void open() throws IOException {
        Path made = Files.createTempDirectory("ninep-benchmark");
        directory = made;
        BlockDevice read = device.equals("memory") ? new Memory(IMAGE_BYTES) : replicas(made.resolve("files"));
        server = NbdServer.builder().export(new Export("x", read)).start();
        reader = NbdReader.connect(server, "x");
    }

    private BlockDevice replicas(Path socket) throws IOException {
        files = AnsweringServer.listen(socket);
        NinepUri uri = NinepUri.parse("9p+unix:///image?aname=e&socket=" + socket);
        return new ResilientBlockDevice(Connections.builder().build().file(List.of(uri)).open());
    }

    /** Closes. */
    @TearDown
    public void close() throws IOException {
        if (reader != null) {
            reader.close();
        }
        if (server != null) {
            server.close();
        }
        if (files != null && directory != null) {
            files.close();
            Files.delete(directory.resolve("files"));
        }
        if (directory != null) {
            Files.delete(directory);
        }
    }

    private long next() {
        block = (block + 12_289) % (IMAGE_BYTES / BLOCK_BYTES);
        return block * BLOCK_BYTES;
    }

    private NbdReader reader() {
        if (reader == null) {
            throw new IllegalStateException("not set up");
        }
        return reader;
    }

    /** One block after the other. */
    @Benchmark
    public void read() throws IOException {
        NbdReader one = reader();
        one.request(next(), BLOCK_BYTES);
        one.receive(1, BLOCK_BYTES);
    }

    /** Sixteen at once, and all of their replies. */
    @Benchmark
    @OperationsPerInvocation(DEPTH)
    public void readsAtOnce() throws IOException {
        NbdReader one = reader();
        for (int i = 0; i < DEPTH; i++) {
            one.request(next(), BLOCK_BYTES);
        }
        one.receive(DEPTH, BLOCK_BYTES);
    }
}
