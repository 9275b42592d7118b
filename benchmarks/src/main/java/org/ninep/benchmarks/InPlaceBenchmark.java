package org.ninep.benchmarks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.ninep.codec.InPlace;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The headers of the hot path where they lie: to be compared with the same messages as records. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class InPlaceBenchmark {
    private final ByteBuffer out = ByteBuffer.allocateDirect(64).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer tread = ByteBuffer.allocateDirect(64).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer rread = ByteBuffer.allocateDirect(64).order(ByteOrder.LITTLE_ENDIAN);
    private long offset = 1 << 30;

    /** Puts the headers that are read. */
    @Setup
    public void prepare() {
        InPlace.putTread(tread, 7, 2, offset, 4096);
        InPlace.putRread(rread, 7, 4096);
    }

    /** Writes the header of a Tread. */
    @Benchmark
    public ByteBuffer putTread() {
        InPlace.putTread(out.clear(), 7, 2, offset++, 4096);
        return out;
    }

    /** Reads all fields of a Tread. */
    @Benchmark
    public long readTread() {
        return InPlace.size(tread, 0) + InPlace.type(tread, 0) + InPlace.tag(tread, 0) + InPlace.fid(tread, 0)
                + InPlace.offset(tread, 0) + InPlace.requestCount(tread, 0);
    }

    /** Writes the header of an Rread. */
    @Benchmark
    public ByteBuffer putRread() {
        InPlace.putRread(out.clear(), 7, 4096);
        return out;
    }

    /** Reads the header of an Rread. */
    @Benchmark
    public int readRread() {
        return InPlace.size(rread, 0) + InPlace.type(rread, 0) + InPlace.tag(rread, 0) + InPlace.replyCount(rread, 0);
    }

    /** Writes the header of a Twrite. */
    @Benchmark
    public ByteBuffer putTwrite() {
        InPlace.putTwrite(out.clear(), 7, 2, offset++, 4096);
        return out;
    }

    /** Writes an Rwrite. */
    @Benchmark
    public ByteBuffer putRwrite() {
        InPlace.putRwrite(out.clear(), 7, 4096);
        return out;
    }
}
