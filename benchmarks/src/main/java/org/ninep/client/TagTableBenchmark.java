package org.ninep.client;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.ninep.message.Rmessage;
import org.ninep.message.Tmessage.Tstatfs;
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
import org.openjdk.jmh.annotations.Warmup;

/** A request's tag: taken, looked up by the reply, and freed. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TagTableBenchmark {
    private static final int CAPACITY = 1024;

    /** Requests that are in flight meanwhile. */
    @Param({"0", "1000"})
    int others;

    private TagTable tags = new TagTable(CAPACITY);
    private final Call call = call();

    private static Call call() {
        return new MessageCall(new Tstatfs(1), null, null, "", new Answer() {
            @Override
            public void completed(Rmessage reply) {
                // nobody asks
            }

            @Override
            public void failed(IOException cause) {
                // nobody asks
            }
        }, _ -> {});
    }

    /** Takes the others' tags. */
    @Setup
    public void fill() {
        tags = new TagTable(CAPACITY);
        for (int i = 0; i < others; i++) {
            tags.take(call());
        }
    }

    /** What a request costs the table. */
    @Benchmark
    public @Nullable Call takeLookUpAndRelease() {
        tags.take(call);
        Call found = tags.get(call.tag);
        tags.release(call);
        return found;
    }
}
