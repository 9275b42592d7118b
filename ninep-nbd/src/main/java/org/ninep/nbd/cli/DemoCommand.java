package org.ninep.nbd.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.ninep.client.NinepUri;
import org.ninep.nbd.Export;
import org.ninep.nbd.NbdClient;
import org.ninep.nbd.NbdServer;
import org.ninep.nbd.ResilientBlockDevice;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.resilient.ResilientFile;
import org.ninep.server.DirectoryTree;
import org.ninep.server.Server;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The main job from end to end, in one process. Confined to one thread. */
@Command(name = "demo", description = {
        "Serve an image from two 9P servers, put an NBD server in front, read the whole device, kill one of the 9P servers"
                + " half-way, and compare checksums.",
        "Status 0 means that every byte was right."
})
final class DemoCommand implements Callable<Integer> {

    private static final String NAME = "demo";
    private static final int READ = 1 << 20;
    private static final int DEPTH = 8;

    @Parameters(arity = "0..1", paramLabel = "IMAGE", description = "A file to be served; one of 64 MiB is made, and removed afterwards, unless given.")
    private @Nullable Path file;

    private final Program program;

    DemoCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() throws IOException {
        Path given = file;
        try (DemoImage image = given == null ? DemoImage.make() : DemoImage.of(given)) {
            String expected = image.checksum();
            say("image     %s%s, SHA-256 %s", image.path(), given == null ? ", made for this" : "", expected);
            try (Server first = serve(image); Server second = serve(image)) {
                List<NinepUri> replicas = List.of(uri(first, image), uri(second, image));
                replicas.forEach(uri -> say("9P        %s", uri));
                boolean right = readThroughNbd(replicas, expected, first);
                byHand(given == null ? Path.of("IMAGE") : image.path());
                return right ? ExitStatus.OK : ExitStatus.FAILED;
            }
        }
    }

    @SuppressWarnings("AnnotateFormatMethod")
    private void say(String format, Object... values) {
        program.out().println(String.format(Locale.ROOT, format, values));
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    }

    private static Server serve(DemoImage image) throws IOException {
        Server server = Server.builder().export(image.path().toString(), DirectoryTree.of(image.path())).build();
        server.listen(loopback());
        return server;
    }

    private static NinepUri uri(Server server, DemoImage image) {
        ListenAddress address = new ListenAddress.Tcp("127.0.0.1", 0).at(server.addresses().getFirst());
        return NinepUri.parse(ReadyUri.ninep(address, image.path().toString()));
    }

    private boolean readThroughNbd(List<NinepUri> replicas, String expected, Server victim) throws IOException {
        try (ResilientFile file = ResilientFile.builder(replicas).name(NAME).openOrFail();
                NbdServer server = NbdServer.builder()
                        .listen(loopback())
                        .export(new Export(NAME, new ResilientBlockDevice(file)))
                        .start()) {
            SocketAddress address = server.addresses().getFirst();
            say("NBD       %s in front",
                    ReadyUri.nbd(new ListenAddress.Tcp("127.0.0.1", 0).at(address), NAME));
            try (NbdClient client = NbdClient.connect(address, NAME)) {
                long start = System.nanoTime();
                AtomicLong longest = new AtomicLong();
                String actual = checksum(client, victim, longest);
                double seconds = (System.nanoTime() - start) / 1e9;
                say("read      %d bytes in %.2f s: %.0f MB/s, checksum and all", client.size(), seconds,
                        client.size() / seconds / 1e6);
                say("survived  half-way the server at %s was killed; %s took over, and no read failed",
                        replicas.getFirst().transport().endpoint(),
                        file.stats().active().map(uri -> uri.transport().endpoint()).orElse("nobody"));
                say("stall     the longest read took %.0f ms", longest.get() / 1e6);
                boolean right = actual.equals(expected);
                say("SHA-256   %s: %s", actual,
                        right ? "every byte is right" : "WRONG, what was read is not the image");
                return right;
            }
        }
    }

    /** Of the whole device, with several reads in flight; half-way, the server that they go to is killed. */
    private static String checksum(NbdClient client, Server victim, AtomicLong longest) throws IOException {
        MessageDigest digest = DemoImage.sha256();
        ArrayDeque<CompletableFuture<ByteBuffer>> reads = new ArrayDeque<>();
        ArrayDeque<ByteBuffer> idle = new ArrayDeque<>();
        for (int i = 0; i < DEPTH; i++) {
            idle.add(ByteBuffer.allocateDirect(READ));
        }
        long asked = 0;
        while (asked < client.size() || !reads.isEmpty()) {
            if (asked > client.size() / 2) {
                victim.close(Duration.ZERO);
            }
            while (asked < client.size() && !idle.isEmpty()) {
                ByteBuffer buffer = idle.remove().clear().limit((int) Math.min(READ, client.size() - asked));
                long start = System.nanoTime();
                reads.add(client.readAsync(asked, buffer).whenComplete(
                        (_, _) -> longest.accumulateAndGet(System.nanoTime() - start, Math::max)));
                asked += buffer.limit();
            }
            ByteBuffer read = await(reads.remove());
            digest.update(read.flip());
            idle.add(read);
        }
        return DemoImage.hex(digest);
    }

    private static ByteBuffer await(CompletableFuture<ByteBuffer> read) throws IOException {
        try {
            return read.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            throw new IOException("the device: " + e.getCause(), e);
        }
    }

    private void byHand(Path image) {
        NinepUri uri = NinepUri.parse(ReadyUri.ninep(new ListenAddress.Tcp("127.0.0.1", 5640), image.toString()));
        say("");
        say("By hand, each in a terminal of its own%s:",
                file == null ? ", with an image of yours by its absolute path" : "");
        say("  ./ninep serve --listen tcp:127.0.0.1:5640 --export %s", quoted(image.toString()));
        say("  ./ninep nbd --listen tcp:127.0.0.1:10809 --export %s", quoted(NAME + "=" + uri));
        say("  nbdcopy nbd://127.0.0.1:10809/%s copy.img", NAME);
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
