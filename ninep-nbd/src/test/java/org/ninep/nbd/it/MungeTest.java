package org.ninep.nbd.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.client.Client;
import org.ninep.client.MessageListener;
import org.ninep.client.NinepUri;
import org.ninep.client.ReadHandler;
import org.ninep.client.RemoteFile;
import org.ninep.message.Rmessage;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.Twrite;
import org.ninep.munge.MungeAuthenticator;
import org.ninep.munge.MungeSocket;
import org.ninep.munge.MungeVerifier;
import org.ninep.peer.Diod;
import org.ninep.peer.MungeHost;
import org.ninep.peer.Munged;
import org.ninep.peer.Peers;
import org.ninep.peer.Tool;
import org.ninep.resilient.Connections;
import org.ninep.resilient.ResilientFile;
import org.ninep.server.DirectoryTree;
import org.ninep.server.Server;

/** With a real munged: our clients and diod, diod's clients and our server. */
@Tag("peer")
@Timeout(300)
class MungeTest {
    private static final boolean FULL = !System.getProperty("ninep.tests", "everyday").equals("everyday");
    private static final int BLOCK = 4096;
    private static final int BLOCKS = 256;
    private static final Pattern CREDENTIAL = Pattern.compile("MUNGE:[A-Za-z0-9+/=]+:");

    @TempDir
    private static Path work = Path.of("");
    private static @Nullable MungeHost host;
    private static @Nullable Munged munged;
    private static byte[] image = {};

    @BeforeAll
    static void start() throws IOException {
        Peers.require("diod");
        Peers.require("munged");
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
        image = new byte[BLOCK * BLOCKS];
        new Random(1).nextBytes(image);
        Path export = Files.createDirectory(work.resolve("export"));
        Files.write(export.resolve("image"), image);
        Files.createDirectory(export.resolve("directory"));
        host = MungeHost.start();
        munged = Munged.startOn(host, Files.createDirectory(work.resolve("munged")));
    }

    @AfterAll
    static void end() throws IOException {
        try (MungeHost _ = host; Munged _ = munged) {
            // in this order: munged, and then what keeps its namespace
        }
    }

    private static <T> T there(@Nullable T one) {
        if (one == null) {
            throw new IllegalStateException("not started");
        }
        return one;
    }

    private static MungeSocket socket() {
        return MungeSocket.builder().socket(there(munged).socket()).build();
    }

    // Our client and diod.

    /** Notes each credential that goes over the wire. */
    private static final class Sent implements MessageListener {
        private final Set<String> credentials = ConcurrentHashMap.newKeySet();
        private final AtomicInteger count = new AtomicInteger();

        @Override
        public void sent(String peer, int tag, Tmessage request) {
            if (request instanceof Twrite write) {
                credentials.add(StandardCharsets.US_ASCII.decode(write.data().duplicate()).toString());
                count.incrementAndGet();
            }
        }

        @Override
        public void received(String peer, int tag, Rmessage reply) {}
    }

    @Test
    void readsThroughRestartsOfDiodAndOfMungedAndSendsNoCredentialTwice() throws Exception {
        int restarts = FULL ? 100 : 20;
        Sent sent = new Sent();
        Random random = new Random(2);
        try (Diod diod = Diod.startOnTcp(work.resolve("export"), there(host));
                Connections connections = Connections.builder().perServer(1).messageListener(sent)
                        .authenticator(new MungeAuthenticator(socket())).build();
                ResilientFile file = connections.file(List.of(uri(diod.port()))).timeout(Duration.ofSeconds(2))
                        .maxBackoff(Duration.ofMillis(100)).open()) {
            for (int i = 0; i < restarts; i++) {
                diod.kill();
                there(munged).kill();
                CountDownLatch answered = new CountDownLatch(8);
                List<ByteBuffer> blocks = new ArrayList<>();
                List<Long> offsets = new ArrayList<>();
                for (int k = 0; k < 8; k++) {
                    blocks.add(ByteBuffer.allocateDirect(BLOCK));
                    offsets.add((long) random.nextInt(BLOCKS) * BLOCK);
                    file.read(blocks.get(k), offsets.get(k), new Answered(answered));
                }
                if (i % 2 == 0) {
                    diod.restart();
                    there(munged).restart();
                } else {
                    there(munged).restart();
                    diod.restart();
                }
                assertTrue(answered.await(60, TimeUnit.SECONDS), "not all were answered after restart " + i);
                for (int k = 0; k < 8; k++) {
                    assertEquals(ByteBuffer.wrap(image, offsets.get(k).intValue(), BLOCK), blocks.get(k).flip());
                }
            }
        }
        assertTrue(sent.count.get() >= restarts, sent.count + " credentials for " + restarts + " restarts");
        assertEquals(sent.count.get(), sent.credentials.size(), "a credential was sent twice");
        sent.credentials.forEach(each -> assertTrue(CREDENTIAL.matcher(each).matches(), each));
    }

    private record Answered(CountDownLatch left) implements ReadHandler {
        @Override
        public void completed(int count) {
            left.countDown();
        }

        @Override
        public void failed(IOException cause) {
            throw new AssertionError(cause);
        }
    }

    private static NinepUri uri(int port) {
        return NinepUri.parse("9p://127.0.0.1:" + port + "/image?auth=munge&aname=" + work.resolve("export"));
    }

    // diod's clients and our server.

    private static Server serve() throws IOException {
        return Server.builder().authentication(new MungeVerifier(socket()))
                .export(work.resolve("export").toString(), DirectoryTree.of(work.resolve("export"))).build();
    }

    private static int listen(Server server) throws IOException {
        return ((InetSocketAddress) server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                .getPort();
    }

    private static Tool run(String program, int port, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(
                List.of("-s", "127.0.0.1:" + port, "-a", work.resolve("export").toString()));
        all.addAll(List.of(arguments));
        return there(host).attempt(program, all.toArray(String[]::new));
    }

    @Test
    void diodsClientsReadFromOurServer() throws IOException {
        try (Server server = serve()) {
            int port = listen(server);
            Tool ls = run("diodls", port);
            assertEquals(0, ls.status(), ls.toString());
            assertEquals(List.of("directory", "image"), ls.output().lines().sorted().toList());
            Path copy = work.resolve("copy");
            Tool cat = there(host).attempt("sh", "-c", "diodcat -s 127.0.0.1:" + port + " -a "
                    + work.resolve("export") + " image >" + copy);
            assertEquals(0, cat.status(), cat.toString());
            assertArrayEquals(image, Files.readAllBytes(copy));
        }
    }

    @Test
    void diodsClientsAreRefusedAsAnotherUser() throws IOException {
        try (Server server = serve()) {
            int port = listen(server);
            for (String program : List.of("diodls", "diodcat")) {
                Tool refused = run(program, port, "-u", "1000", "image");
                assertNotEquals(0, refused.status(), refused.toString());
                assertTrue(refused.output().contains("Operation not permitted"), refused.toString());
            }
        }
    }

    @Test
    void clientsWithoutACredentialAreRefused() throws IOException {
        try (Server server = serve(); Client client = Client.builder(uri(listen(server)).transport()).connect()) {
            RemoteException e = assertThrows(RemoteException.class,
                    () -> client.attach(work.resolve("export").toString(), "", 0));
            assertEquals(Errno.EPERM, e.errno());
        }
    }

    @Test
    void aThousandAttachAtOnce() throws Exception {
        int clients = 1000;
        try (Server server = serve()) {
            NinepUri uri = uri(listen(server));
            CountDownLatch connected = new CountDownLatch(clients);
            List<Thread> threads = new ArrayList<>();
            List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < clients; i++) {
                threads.add(Thread.ofVirtual().start(() -> {
                    try (Client client = Client.builder(uri.transport()).msize(8192)
                            .connectTimeout(Duration.ofMinutes(2)).requestTimeout(Duration.ofMinutes(2))
                            .authenticator(new MungeAuthenticator(patient())).connect()) {
                        connected.countDown();
                        connected.await();
                        try (RemoteFile root = client.attach(uri)) {
                            assertTrue(root.qid().isDirectory());
                        }
                    } catch (Throwable e) {
                        failures.add(e);
                        connected.countDown();
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(List.of(), failures);
        }
    }

    /** For when a thousand ask a munged that has two threads. */
    private static MungeSocket patient() {
        return MungeSocket.builder().socket(there(munged).socket()).timeout(Duration.ofMinutes(1)).build();
    }
}
