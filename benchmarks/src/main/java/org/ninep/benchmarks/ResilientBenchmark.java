package org.ninep.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.ninep.client.Client;
import org.ninep.client.NinepUri;
import org.ninep.client.ReadHandler;
import org.ninep.client.RemoteFile;
import org.ninep.resilient.Connections;
import org.ninep.resilient.ResilientFile;
import org.ninep.server.MemoryTree;
import org.ninep.server.Server;
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

/** The same reads from the same server over TCP, through the bare client and through a file over replicas. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(3)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
public class ResilientBenchmark {
    private static final int IMAGE_BYTES = 64 << 20;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Bytes of one read, and how many are in flight. */
    @Param({"4096x1", "4096x16", "262144x16"})
    String load = "";

    private @Nullable Server server;
    private @Nullable Client client;
    private @Nullable RemoteFile bare;
    private @Nullable ResilientFile resilient;
    private Semaphore free = new Semaphore(0);
    private ByteBuffer[] buffers = {};
    private int next;

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

    /** Serves and connects. */
    @Setup
    public void open() throws IOException {
        Server serving = Server.builder()
                .export("e", MemoryTree.builder().file("image", ByteBuffer.allocateDirect(IMAGE_BYTES)).build())
                .build();
        server = serving;
        var address = (InetSocketAddress) serving.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        NinepUri uri = NinepUri.parse("9p://127.0.0.1:" + address.getPort() + "/image?aname=e");
        client = Client.connect(uri);
        bare = client.open(uri);
        resilient = Connections.builder().perServer(1).build().file(List.of(uri)).open();
        int x = load.indexOf('x');
        int depth = Integer.parseInt(load.substring(x + 1));
        free = new Semaphore(depth);
        buffers = new ByteBuffer[depth];
        for (int i = 0; i < depth; i++) {
            buffers[i] = ByteBuffer.allocateDirect(Integer.parseInt(load.substring(0, x)));
        }
    }

    /** Closes. */
    @TearDown
    public void close() {
        if (resilient != null) {
            resilient.close();
        }
        if (client != null) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private ByteBuffer nextBuffer() throws InterruptedException {
        free.acquire();
        return buffers[next++ % buffers.length].clear();
    }

    /** The bare client. */
    @Benchmark
    public void bare() throws InterruptedException {
        RemoteFile file = bare;
        if (file != null) {
            ByteBuffer buffer = nextBuffer();
            file.readFully(buffer, (long) (next % 64) << 19, TIMEOUT, handler);
        }
    }

    /** The file over replicas. */
    @Benchmark
    public void resilient() throws InterruptedException {
        ResilientFile file = resilient;
        if (file != null) {
            ByteBuffer buffer = nextBuffer();
            file.read(buffer, (long) (next % 64) << 19, handler);
        }
    }
}
