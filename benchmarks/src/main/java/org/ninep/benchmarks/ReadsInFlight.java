package org.ninep.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.ninep.client.ReadHandler;

/** So many reads in flight, at random places. Confined to one thread. */
final class ReadsInFlight {
    private static final OperatingSystemMXBean CPU = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /** The way to read. */
    interface Reads {
        void read(ByteBuffer buffer, long offset, ReadHandler handler);
    }

    /**
     * What was seen in one run.
     *
     * @param cpu microseconds of this process for each read
     */
    record Slice(double perSecond, double cpu) {}

    private final Semaphore free;
    private final ByteBuffer[] buffers;
    private final int[] idle;
    private final int depth;
    private final int bytes;
    private final long size;
    private final Random random = new Random(2);
    private int idleCount;

    /** @param size of the file that is read, in bytes */
    ReadsInFlight(int bytes, int depth, long size) {
        this.size = size;
        this.bytes = bytes;
        this.depth = depth;
        this.free = new Semaphore(depth);
        this.buffers = new ByteBuffer[depth];
        this.idle = new int[depth];
        this.idleCount = depth;
        for (int i = 0; i < depth; i++) {
            buffers[i] = ByteBuffer.allocateDirect(bytes);
            idle[i] = i;
        }
    }

    Slice run(Reads reads, Duration time) throws InterruptedException {
        long start = System.nanoTime();
        long cpu = CPU.getProcessCpuTime();
        long count = 0;
        while (System.nanoTime() - start < time.toNanos()) {
            free.acquire();
            int one = take();
            long block = random.nextLong(size / bytes);
            reads.read(buffers[one].clear(), block * bytes, new Handler(one));
            count++;
        }
        free.acquire(depth);
        long took = System.nanoTime() - start;
        long used = CPU.getProcessCpuTime() - cpu;
        free.release(depth);
        return new Slice(count * 1e9 / took, used / 1e3 / count);
    }

    private synchronized int take() {
        return idle[--idleCount];
    }

    private synchronized void giveBack(int one) {
        idle[idleCount++] = one;
        free.release();
    }

    private final class Handler implements ReadHandler {
        private final int one;

        Handler(int one) {
            this.one = one;
        }

        @Override
        public void completed(int count) {
            giveBack(one);
        }

        @Override
        public void failed(IOException cause) {
            throw new IllegalStateException(cause);
        }
    }
}
