package org.ninep.benchmarks;

import static org.ninep.benchmarks.Resilience.IMAGE_BYTES;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.function.ToDoubleFunction;
import org.ninep.client.Client;
import org.ninep.client.NinepUri;
import org.ninep.client.ReadHandler;
import org.ninep.client.RemoteFile;
import org.ninep.peer.Diod;
import org.ninep.resilient.Connections;
import org.ninep.resilient.ResilientFile;

/**
 * Random reads over one connection to diod through the bare client and through a file over replicas, turn and turn about: what
 * counts is the ratio within each pair, which the machine's other work moves least.
 */
final class Overhead {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final OperatingSystemMXBean CPU = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private Overhead() {}

    private interface Reads {
        void read(ByteBuffer buffer, long offset, ReadHandler handler);
    }

    static void run(Path work, int pairs, Duration slice) throws IOException, InterruptedException {
        try (Diod diod = Resilience.serve(work, "a")) {
            NinepUri uri = Resilience.uri(diod, work, "a");
            try (Client client = Client.connect(uri);
                    RemoteFile bare = client.open(uri);
                    Connections connections = Connections.builder().perServer(1).build();
                    ResilientFile resilient = connections.file(List.of(uri)).open()) {
                Reads direct = (buffer, offset, handler) -> bare.readFully(buffer, offset, TIMEOUT, handler);
                Reads over = resilient::read;
                System.out.printf("%-18s %34s   %34s%n", "", "reads/s", "CPU of this process, us/read");
                System.out.printf("%-18s %10s %10s %12s   %10s %10s %12s%n", "medians", "bare", "replicas", "ratio",
                        "bare", "replicas", "ratio");
                compare("4 KiB, depth 1", 4 << 10, 1, direct, over, pairs, slice);
                compare("4 KiB, depth 16", 4 << 10, 16, direct, over, pairs, slice);
                compare("256 KiB, depth 16", 256 << 10, 16, direct, over, pairs, slice);
            }
        }
    }

    private static void compare(String what, int bytes, int depth, Reads bare, Reads resilient, int pairs,
            Duration slice) throws InterruptedException {
        Load load = new Load(bytes, depth);
        for (int i = 0; i < pairs / 4; i++) {
            load.run(bare, slice);
            load.run(resilient, slice);
        }
        List<Slice> direct = new ArrayList<>();
        List<Slice> over = new ArrayList<>();
        for (int i = 0; i < pairs; i++) {
            boolean bareFirst = i % 2 == 0;
            Slice first = load.run(bareFirst ? bare : resilient, slice);
            Slice second = load.run(bareFirst ? resilient : bare, slice);
            direct.add(bareFirst ? first : second);
            over.add(bareFirst ? second : first);
        }
        System.out.printf("%-18s %s   %s%n", what, row(direct, over, Slice::perSecond), row(direct, over, Slice::cpu));
    }

    private static String row(List<Slice> direct, List<Slice> over, ToDoubleFunction<Slice> figure) {
        double[] ratios = new double[direct.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = figure.applyAsDouble(over.get(i)) / figure.applyAsDouble(direct.get(i));
        }
        return String.format(Locale.ROOT, "%10.1f %10.1f %12.3f", median(direct.stream().mapToDouble(figure).toArray()),
                median(over.stream().mapToDouble(figure).toArray()), median(ratios));
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        int half = values.length / 2;
        return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }

    /**
     * What was seen in one of them.
     *
     * @param cpu microseconds of this process for each read
     */
    private record Slice(double perSecond, double cpu) {}

    /** So many reads in flight, at random places. Confined to one thread. */
    private static final class Load {
        private final Semaphore free;
        private final ByteBuffer[] buffers;
        private final int[] idle;
        private final int depth;
        private final int bytes;
        private final Random random = new Random(2);
        private int idleCount;

        Load(int bytes, int depth) {
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
                long block = random.nextInt(IMAGE_BYTES / bytes);
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
}
