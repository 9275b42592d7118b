package org.ninep.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.ninep.client.Client;
import org.ninep.client.ReadHandler;
import org.ninep.client.RemoteFile;
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

/** 4-KiB reads within the process, from a server that does nothing but answer: what the client itself costs. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ClientBenchmark {
    private static final int READ_BYTES = 4096;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Reads in flight. */
    @Param({"1", "16"})
    int depth;

    private @Nullable Client client;
    private @Nullable RemoteFile file;
    private Semaphore free = new Semaphore(0);
    private ByteBuffer[] buffers = {};
    private int next;

    /** Connects. */
    @Setup
    public void open() throws IOException {
        client = Client.builder(new AnsweringServer()).connect();
        file = client.attach("", "", 0).walk("image").open();
        free = new Semaphore(depth);
        buffers = new ByteBuffer[depth];
        for (int i = 0; i < depth; i++) {
            buffers[i] = ByteBuffer.allocateDirect(READ_BYTES);
        }
    }

    /** Closes. */
    @TearDown
    public void close() {
        if (client != null) {
            client.close();
        }
    }

    /** One read more, as soon as fewer than {@code depth} are in flight. */
    @Benchmark
    public void asynchronousRead() throws InterruptedException {
        RemoteFile open = file;
        if (open != null) {
            free.acquire();
            ByteBuffer buffer = buffers[next++ % depth];
            open.readFully(buffer.clear(), 0, TIMEOUT, new ReadHandler() {
                @Override
                public void completed(int count) {
                    free.release();
                }

                @Override
                public void failed(IOException cause) {
                    throw new IllegalStateException(cause);
                }
            });
        }
    }

    /** A read that waits for its answer. */
    @Benchmark
    public int blockingRead() throws IOException {
        RemoteFile open = file;
        return open == null ? 0 : open.readUpTo(buffers[0].clear(), 0);
    }
}
