package org.ninep.nbd.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.ninep.client.NinepUri;
import org.ninep.nbd.NbdClient;
import org.ninep.nbd.cli.common.ExitStatus;

/**
 * Runs the commands that people wait for, so that the JVM records what they load and where their time goes: {@code ./ninep} makes
 * its AOT cache of it. Everything is on loopback and in a temporary directory, and every wait is bounded. Nothing here is a command.
 *
 * <p>Confined to one thread.
 */
public final class Training {

    private static final int IMAGE_BYTES = 4 << 20;
    private static final int SHORT_READS = 10_000;
    private static final int LONG_READS = 400;
    private static final int DEPTH = 16;
    private static final long PATIENCE_SECONDS = 30;

    private Training() {}

    /**
     * Runs.
     *
     * @param args none
     * @throws Exception if something did not work; then nothing is to be made of what was recorded
     */
    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory("ninep-training");
        try {
            Files.write(directory.resolve("image"), new byte[IMAGE_BYTES]);
            train(directory);
        } finally {
            List<Path> files = new ArrayList<>();
            try (Stream<Path> all = Files.list(directory)) {
                all.forEach(files::add);
            }
            files.add(directory);
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static void train(Path directory) throws Exception {
        Path socket = directory.resolve("9p");
        try (Command serve = new Command("serve", "--listen", "tcp:127.0.0.1:0", "--listen", "unix:" + socket,
                "--export", directory + "=/training")) {
            NinepUri tcp = NinepUri.parse(serve.ready());
            String first = "9p://" + tcp.host() + ":" + tcp.port() + "/image?aname=/training";
            String second = "9p+unix:///image?socket=" + socket + "&aname=/training";
            try (Command nbd = new Command("nbd", "--listen", "tcp:127.0.0.1:0", "--export",
                    "training=" + first + " " + second)) {
                URI ready = URI.create(nbd.ready());
                read(new InetSocketAddress(ready.getHost(), ready.getPort()));
            }
            once("cat", first);
            once("ls", first);
            once("--help");
        }
    }

    private static void read(InetSocketAddress address) throws IOException, InterruptedException, ExecutionException,
            TimeoutException {
        try (NbdClient client = NbdClient.connect(address, "training")) {
            read(client, SHORT_READS, 4 << 10);
            read(client, LONG_READS, 256 << 10);
        }
    }

    private static void read(NbdClient client, int reads, int length) throws InterruptedException, ExecutionException,
            TimeoutException {
        ArrayDeque<CompletableFuture<ByteBuffer>> pending = new ArrayDeque<>();
        for (int i = 0; i < reads + DEPTH; i++) {
            ByteBuffer buffer = pending.size() < DEPTH
                    ? ByteBuffer.allocateDirect(length)
                    : pending.remove().get(PATIENCE_SECONDS, TimeUnit.SECONDS).clear();
            pending.add(client.readAsync((long) i * length % IMAGE_BYTES, buffer));
        }
        for (CompletableFuture<ByteBuffer> last : pending) {
            ByteBuffer _ = last.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static void once(String... line) throws IOException {
        PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        int status = Main.run(line, InputStream.nullInputStream(), nowhere, System.err);
        if (status != ExitStatus.OK) {
            throw new IOException(String.join(" ", line) + " ended with status " + status);
        }
    }

    /** A command that runs until it is closed. */
    private static final class Command implements AutoCloseable {
        private static final String READY = "ready: ";

        private final CompletableFuture<String> ready = new CompletableFuture<>();
        private final Thread thread;

        Command(String... line) {
            thread = Thread.ofPlatform().daemon().name(line[0]).start(() -> {
                int status = Main.run(line, InputStream.nullInputStream(), out(), System.err);
                ready.completeExceptionally(new IOException(line[0] + " ended with status " + status));
            });
        }

        private PrintStream out() {
            return new PrintStream(new ByteArrayOutputStream() {
                @Override
                public void flush() {
                    String all = toString(StandardCharsets.UTF_8);
                    if (all.startsWith(READY) && all.contains("\n")) {
                        ready.complete(all.substring(READY.length(), all.indexOf('\n')));
                    }
                }
            }, true, StandardCharsets.UTF_8);
        }

        /** The URI of the first line that it prints. */
        String ready() throws InterruptedException, ExecutionException, TimeoutException {
            return ready.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            thread.interrupt();
            try {
                thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
