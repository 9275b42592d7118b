package org.ninep.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.ninep.client.ReadHandler;
import org.ninep.nbd.NbdClient;
import org.ninep.peer.Diod;
import org.ninep.resilient.Connections;
import org.ninep.resilient.ResilientFile;

/**
 * 10,000 reads of 4 KiB in flight while no replica can be reached: what they hold in a {@code ResilientFile}, and in {@code ninep
 * nbd} with its default settings, where ten clients have a thousand each; then one diod comes back, and all are to be right.
 */
final class Outage {
    private static final int READS = 10_000;
    private static final int CLIENTS = 10;
    private static final int BYTES = 4 << 10;

    private Outage() {}

    static void run(Path work, Duration length, Path ninep) throws IOException, InterruptedException {
        try (Diod first = Resilience.serve(work, "a");
                Diod second = Resilience.serve(work, "b");
                Connections connections = Connections.builder().build();
                ResilientFile file = connections
                        .file(List.of(Resilience.uri(first, work, "a"), Resilience.uri(second, work, "b"))).open();
                Program nbd = Program.start(ninep, Resilience.uri(first, work, "a") + " "
                        + Resilience.uri(second, work, "b"))) {
            List<NbdClient> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(NbdClient.connect(nbd.address(), "image"));
            }
            ByteBuffer[] own = buffers();
            ByteBuffer[] overNbd = buffers();
            warmUp(file, clients, own, overNbd);
            Memory before = Memory.now(nbd, "all is well");
            first.kill();
            second.kill();
            CountDownLatch left = new CountDownLatch(READS);
            List<CompletableFuture<ByteBuffer>> reads = new ArrayList<>();
            for (int i = 0; i < READS; i++) {
                file.read(own[i].clear(), offset(i), counting(left));
                reads.add(clients.get(i % CLIENTS).readAsync(offset(i), overNbd[i].clear()));
            }
            Memory asked = Memory.now(nbd, "all are asked");
            System.out.printf(Locale.ROOT, "a read holds %d bytes of heap, and its buffer%n",
                    (asked.heap - before.heap) / READS);
            long start = System.nanoTime();
            watch(left, length, nbd);
            second.restart();
            long back = System.nanoTime();
            left.await();
            CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new)).join();
            System.out.printf(Locale.ROOT, "answered %.1f s after one came back, %.1f s after they were asked%n",
                    (System.nanoTime() - back) / 1e9, (System.nanoTime() - start) / 1e9);
            Memory.now(nbd, "all are answered");
            check(work.resolve("a/image"), own);
            check(work.resolve("a/image"), overNbd);
            clients.forEach(NbdClient::close);
        }
    }

    private static ByteBuffer[] buffers() {
        ByteBuffer[] buffers = new ByteBuffer[READS];
        for (int i = 0; i < READS; i++) {
            buffers[i] = ByteBuffer.allocateDirect(BYTES);
        }
        return buffers;
    }

    private static long offset(int read) {
        return (long) read * BYTES;
    }

    private static void warmUp(ResilientFile file, List<NbdClient> clients, ByteBuffer[] own, ByteBuffer[] overNbd)
            throws InterruptedException {
        CountDownLatch left = new CountDownLatch(READS);
        List<CompletableFuture<ByteBuffer>> reads = new ArrayList<>();
        for (int i = 0; i < READS; i++) {
            file.read(own[i], offset(i), counting(left));
            reads.add(clients.get(i % CLIENTS).readAsync(offset(i), overNbd[i]));
        }
        left.await();
        CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new)).join();
        for (int i = 0; i < READS; i++) {
            own[i].clear().put(0, new byte[BYTES]);
            overNbd[i].clear().put(0, new byte[BYTES]);
        }
    }

    private static void watch(CountDownLatch left, Duration length, Program nbd) throws IOException,
            InterruptedException {
        long minutes = Math.max(1, length.toMinutes());
        Duration step = length.dividedBy(minutes);
        for (int i = 1; i <= minutes; i++) {
            if (left.await(step.toMillis(), TimeUnit.MILLISECONDS) || left.getCount() < READS) {
                throw new IllegalStateException("a read was answered, and there was no server");
            }
            Memory.now(nbd, "after " + step.multipliedBy(i).toSeconds() + " s");
        }
    }

    private static void check(Path image, ByteBuffer[] buffers) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BYTES);
        try (FileChannel channel = FileChannel.open(image)) {
            for (int i = 0; i < READS; i++) {
                channel.read(block.clear(), offset(i));
                if (!block.flip().equals(buffers[i].flip())) {
                    throw new IllegalStateException("wrong bytes at " + offset(i));
                }
            }
        }
    }

    private static ReadHandler counting(CountDownLatch left) {
        return new ReadHandler() {
            @Override
            public void completed(int count) {
                left.countDown();
            }

            @Override
            public void failed(IOException cause) {
                throw new IllegalStateException(cause);
            }
        };
    }

    /**
     * What this JVM's heap holds after a collection, and how much of the program is in memory.
     *
     * @param heap bytes
     */
    private record Memory(long heap) {
        static Memory now(Program nbd, String when) throws IOException {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            long heap = runtime.totalMemory() - runtime.freeMemory();
            System.out.printf(Locale.ROOT,
                    "%-20s heap here %6.1f MiB; ninep nbd: resident %6.1f MiB, at most %6.1f MiB%n", when,
                    heap / 1048576.0, nbd.kibibytes("VmRSS") / 1024.0, nbd.kibibytes("VmHWM") / 1024.0);
            return new Memory(heap);
        }
    }

    /** {@code ninep nbd} as a process. */
    private record Program(Process process, InetSocketAddress address) implements AutoCloseable {
        static Program start(Path ninep, String replicas) throws IOException {
            Process process = new ProcessBuilder(ninep.toString(), "nbd", "--listen", "tcp:127.0.0.1:0", "--export",
                    "image=" + replicas).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            String line = process.inputReader().readLine();
            if (line == null || !line.startsWith("ready: ")) {
                process.destroyForcibly();
                throw new IOException("not ready: " + line);
            }
            URI uri = URI.create(line.substring("ready: ".length()));
            return new Program(process, new InetSocketAddress(uri.getHost(), uri.getPort()));
        }

        long kibibytes(String field) throws IOException {
            String line = Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                    .filter(each -> each.startsWith(field + ":")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("[^0-9]", ""));
        }

        @Override
        public void close() {
            process.destroy();
            try {
                process.onExit().get(10, TimeUnit.SECONDS);
            } catch (TimeoutException | InterruptedException | java.util.concurrent.ExecutionException e) {
                process.destroyForcibly();
            }
        }
    }
}
