package org.ninep.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The program behind {@code benchmarks/load}: busy clients alone, and beside idle and slow ones, turn and turn about. */
final class Load {
    private static final int READS_OF_A_SLOW_ONE = 1000;
    private static final long PAUSE_MILLIS = 200;

    private final SocketAddress address;
    private final String aname;
    private final long pid;
    private final long fileBytes;
    private final int busy;
    private final int idle;
    private final int slow;

    private Load(String... a) {
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(a[0]));
        pid = Long.parseLong(a[1]);
        aname = a[2];
        fileBytes = Long.parseLong(a[3]);
        busy = Integer.parseInt(a[4]);
        idle = Integer.parseInt(a[5]);
        slow = Integer.parseInt(a[6]);
    }

    /** What the busy ones saw in a slice of time, and what the server's process took. */
    private record Slice(double perSecond, double p50, double p99, double max, long memory, long threads) {}

    /**
     * Measures.
     *
     * @param arguments {@code PORT PID ANAME FILEBYTES BUSY IDLE SLOW PAIRS MILLISECONDS}
     */
    public static void main(String... arguments) throws Exception {
        Load load = new Load(arguments);
        int pairs = Integer.parseInt(arguments[7]);
        long millis = Long.parseLong(arguments[8]);
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<LoadClient> reading = load.several(load.busy);
            load.slice(workers, reading, millis);
            List<Slice> alone = new ArrayList<>();
            List<Slice> beside = new ArrayList<>();
            for (int pair = 0; pair < pairs; pair++) {
                alone.add(load.slice(workers, reading, millis));
                beside.add(load.besideOthers(workers, reading, millis));
            }
            load.print(alone, beside);
            closeAll(reading);
        }
    }

    private List<LoadClient> several(int count) throws IOException {
        List<LoadClient> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(LoadClient.opened(address, aname, "file"));
        }
        return all;
    }

    private static void closeAll(List<LoadClient> clients) throws IOException {
        for (LoadClient client : clients) {
            client.close();
        }
    }

    private Slice besideOthers(ExecutorService workers, List<LoadClient> reading, long millis) throws Exception {
        List<LoadClient> others = several(idle);
        List<LoadClient> unread = several(slow);
        List<LoadClient> dribbling = several(slow);
        AtomicBoolean over = new AtomicBoolean();
        for (LoadClient one : unread) {
            one.askAndNotRead(READS_OF_A_SLOW_ONE);
        }
        Future<?> dribbles = workers.submit(() -> {
            for (int i = 0; !over.get(); i++) {
                for (LoadClient one : dribbling) {
                    one.dribble(i);
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
            return true;
        });
        Slice slice = slice(workers, reading, millis);
        over.set(true);
        dribbles.get();
        closeAll(others);
        closeAll(unread);
        closeAll(dribbling);
        awaitThreads(reading.size());
        return slice;
    }

    /** Until the server has seen that the others are gone. */
    private void awaitThreads(int clients) throws Exception {
        for (int tries = 0; tries < 500 && status("Threads:") > clients + 100; tries++) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private Slice slice(ExecutorService workers, List<LoadClient> reading, long millis) throws Exception {
        long begin = System.nanoTime();
        long until = begin + TimeUnit.MILLISECONDS.toNanos(millis);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < reading.size(); i++) {
            int number = i;
            all.add(workers.submit(() -> {
                reading.get(number).read(fileBytes, until, begin + number);
                return true;
            }));
        }
        for (Future<?> one : all) {
            one.get();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        long[] nanos = reading.stream().flatMapToLong(client -> Arrays.stream(client.nanos())).sorted().toArray();
        return new Slice(nanos.length / seconds, at(nanos, 0.5), at(nanos, 0.99), at(nanos, 1), status("VmRSS:"),
                status("Threads:"));
    }

    /** In milliseconds. */
    private static double at(long[] sorted, double part) {
        return sorted[Math.min(sorted.length - 1, (int) (sorted.length * part))] / 1e6;
    }

    private long status(String line) throws IOException {
        for (String each : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (each.startsWith(line)) {
                return Long.parseLong(each.replaceAll("\\D", ""));
            }
        }
        throw new IOException("the server's process " + pid + " tells no " + line);
    }

    private interface Figure {
        double of(Slice slice);
    }

    private void print(List<Slice> alone, List<Slice> beside) {
        System.out.printf(
                "%d busy clients, 4-KiB reads at depth 1, alone and beside %d idle, %d that read nothing, %d that send a"
                        + " byte now and then: medians of %d pairs%n",
                busy, idle, slow, slow, alone.size());
        System.out.printf("%-24s %12s %12s %8s%n", "", "alone", "beside", "ratio");
        line("reads/s", alone, beside, Slice::perSecond);
        line("p50, ms", alone, beside, Slice::p50);
        line("p99, ms", alone, beside, Slice::p99);
        line("max, ms", alone, beside, Slice::max);
        line("resident, MiB", alone, beside, slice -> slice.memory() / 1024.0);
        line("threads", alone, beside, Slice::threads);
    }

    private static void line(String name, List<Slice> alone, List<Slice> beside, Figure figure) {
        double[] ratios = new double[alone.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = figure.of(beside.get(i)) / figure.of(alone.get(i));
        }
        System.out.printf(Locale.ROOT, "%-24s %12.2f %12.2f %8.3f%n", name,
                Spread.of(alone.stream().mapToDouble(figure::of).toArray()).median(),
                Spread.of(beside.stream().mapToDouble(figure::of).toArray()).median(), Spread.of(ratios).median());
    }
}
