package org.ninep.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.ninep.client.Client;
import org.ninep.client.ReadHandler;
import org.ninep.client.RemoteFile;
import org.ninep.transport.Transport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** 4-KiB reads from a server that does nothing but answer: what the client itself costs. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ClientBenchmark {
    private static final int READ_BYTES = 4096;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Between client and server, which are in one process either way: pipes, or a Unix socket. */
    @Param({"pipes", "unix"})
    String transport = "";

    /** Reads in flight, where they do not wait. */
    @Param({"16"})
    int depth;

    private @Nullable Path directory;
    private @Nullable ServerSocketChannel server;
    private @Nullable Client client;
    private @Nullable RemoteFile file;
    private Semaphore free = new Semaphore(0);
    private final ReadHandler handler = new ReadHandler() {
        @Override
        public void completed(int count) {
            free.release();
        }

        @Override
        public void failed(IOException cause) {
            throw new IllegalStateException(cause);
        }
    };
    private ByteBuffer[] buffers = {};
    private int next;

    /** Connects. */
    @Setup
    public void open() throws IOException {
        Client connected = Client.builder(transport.equals("unix") ? listening() : new AnsweringServer()).connect();
        client = connected;
        file = connected.attach("", "", 0).walk("image").open();
        free = new Semaphore(depth);
        buffers = new ByteBuffer[depth];
        for (int i = 0; i < depth; i++) {
            buffers[i] = ByteBuffer.allocateDirect(READ_BYTES);
        }
    }

    private Transport listening() throws IOException {
        Path made = Files.createTempDirectory("ninep-benchmark");
        directory = made;
        server = AnsweringServer.listen(made.resolve("socket"));
        return Transport.unix(made.resolve("socket"));
    }

    /** Closes. */
    @TearDown
    public void close() throws IOException {
        if (client != null) {
            client.close();
        }
        if (server != null && directory != null) {
            server.close();
            Files.delete(directory.resolve("socket"));
            Files.delete(directory);
        }
    }

    /** One read more, as soon as fewer than {@code depth} are in flight. */
    @Benchmark
    public void asynchronousRead() throws InterruptedException {
        RemoteFile open = file;
        if (open != null) {
            free.acquire();
            ByteBuffer buffer = buffers[next++ % depth];
            open.readFully(buffer.clear(), 0, TIMEOUT, handler);
        }
    }

    /** A read that waits for its answer. */
    @Benchmark
    public int blockingRead() throws IOException {
        RemoteFile open = file;
        return open == null ? 0 : open.readUpTo(buffers[0].clear(), 0);
    }
}
