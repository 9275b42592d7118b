package org.ninep.resilient;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.ninep.client.AttrHandler;
import org.ninep.client.NinepUri;
import org.ninep.client.ReadHandler;
import org.ninep.message.Attr;
import org.ninep.message.Qid;
import org.ninep.message.Timespec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What the resilient layer itself takes for a read: over a session that answers at once, without a connection. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TrafficBenchmark {
    private static final int IMAGE_BYTES = 1 << 20;
    private static final Timespec EPOCH = new Timespec(0, 0);
    private static final Attr ATTR = new Attr(Attr.BASIC, new Qid(0, 0, 1), 0100644, 0, 0, 1, 0, IMAGE_BYTES,
            4096, 0, EPOCH, EPOCH, EPOCH, EPOCH, 0, 0);

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
    private final ReadHandler handler = new ReadHandler() {
        @Override
        public void completed(int count) {
            answered += count;
        }

        @Override
        public void failed(IOException cause) {
            throw new IllegalStateException(cause);
        }
    };
    private long answered;
    private @Nullable Engine engine;

    /** Brings zeros without touching the buffer. */
    private static final class ZeroLink implements Link {
        @Override
        public void read(ByteBuffer buffer, long offset, Duration timeout, ReadHandler handler) {
            int count = buffer.remaining();
            buffer.position(buffer.limit());
            handler.completed(count);
        }

        @Override
        public void getattr(Duration timeout, AttrHandler handler) {
            handler.completed(ATTR);
        }

        @Override
        public void close(boolean broken) {}
    }

    private static final class StillWorld implements World {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void wakeAt(long nanoTime) {}

        @Override
        public void connect(NinepUri replica, int number, Duration timeout, Opening handler) {
            handler.opened(new ZeroLink(), ATTR);
        }
    }

    /** Opens. */
    @Setup
    public void open() {
        Settings settings = new Settings("image", List.of(NinepUri.parse("9p://host/image?aname=e")),
                Duration.ofSeconds(10), Engine.backoff(Duration.ofSeconds(5)), Optional.empty(),
                ReplicaOrder.PREFERENCE, 2, Duration.ofSeconds(10), new ResilienceListener() {});
        Engine opening = new Engine(settings, new StillWorld(), RandomGenerator.getDefault());
        opening.start();
        while (opening.size() != IMAGE_BYTES) {
            opening.wake();
        }
        engine = opening;
    }

    /** Closes. */
    @TearDown
    public void close() {
        if (engine != null) {
            engine.close(new IOException("closed"));
        }
    }

    /** A read of a block. */
    @Benchmark
    public long read() {
        Engine reading = engine;
        if (reading != null) {
            reading.read(buffer.clear(), 4096, Deadline.NONE, handler);
        }
        return answered;
    }
}
