package org.ninep.nbd.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.client.Client;
import org.ninep.client.NinepUri;
import org.ninep.client.RemoteDirectory;
import org.ninep.message.Protocol;
import org.ninep.nbd.NbdClient;
import org.ninep.nbd.NbdException;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.peer.Peers;

class ServingTest {

    @TempDir
    Path directory;

    private static byte[] content(SocketAddress address, String name) throws IOException {
        try (NbdClient client = NbdClient.connect(address, name)) {
            ByteBuffer all = ByteBuffer.allocate((int) client.size());
            client.read(0, all);
            return all.array();
        }
    }

    private static InetSocketAddress tcp(String uri) {
        URI parsed = URI.create(uri);
        return new InetSocketAddress(InetAddress.ofLiteral(parsed.getHost()), parsed.getPort());
    }

    @Test
    void serveSaysALineForEachExportAndAddress() throws Exception {
        Path socket = directory.resolve("s");
        Path file = Files.writeString(directory.resolve("file"), "content");
        try (Running serve = Running.start("serve", "--listen", "tcp:127.0.0.1:0", "unix:" + socket,
                "--export", directory.toString(), file + "=one")) {
            String tcp = serve.ready();
            assertTrue(tcp.matches("9p://127\\.0\\.0\\.1:\\d+/\\?aname=" + directory), tcp);
            assertEquals("9p+unix:///?socket=" + socket + "&aname=" + directory, serve.ready());
            assertEquals("content", Ran.output("cat", tcp.replace("/?", "/file?")));
            assertTrue(serve.ready().endsWith("/?aname=one"));
            assertEquals("content", Ran.output("cat", serve.ready()));
        }
        assertFalse(Files.exists(socket), "the socket is removed at the end");
    }

    private static RemoteDirectory attached(Client client, String aname) throws IOException {
        return client.attach(aname, "", Protocol.NONUNAME).directory();
    }

    @Test
    void serveLetsClientsChangeOnlyWhatItIsTold() throws Exception {
        Path open = Files.createDirectory(directory.resolve("open"));
        Path kept = Files.createDirectory(directory.resolve("kept"));
        String[] options = {"serve", "--listen", "tcp:127.0.0.1:0", "--export", open + "=open", kept + "=kept"};
        try (Running serve = Running.start(options);
                Client client = Client.connect(NinepUri.parse(serve.ready()))) {
            RemoteException e = assertThrows(RemoteException.class, () -> attached(client, "open").mkdir("a", 0755));
            assertEquals(Errno.EROFS, e.errno());
        }
        String[] more = {"--read-write", "--read-only", "kept"};
        String[] all = Arrays.copyOf(options, options.length + more.length);
        System.arraycopy(more, 0, all, options.length, more.length);
        try (Running serve = Running.start(all); Client client = Client.connect(NinepUri.parse(serve.ready()))) {
            attached(client, "open").mkdir("a", 0755);
            assertTrue(Files.isDirectory(open.resolve("a")));
            RemoteException e = assertThrows(RemoteException.class, () -> attached(client, "kept").mkdir("a", 0755));
            assertEquals(Errno.EROFS, e.errno());
            assertFalse(Files.exists(kept.resolve("a")));
        }
    }

    @Test
    void nbdSaysALineForEachExportAndAddress() throws Exception {
        Path socket = directory.resolve("s");
        try (Files9p files = Files9p.start();
                Running nbd = Running.start("nbd", "--listen", "tcp:127.0.0.1:0", "--listen", "unix:" + socket,
                        "--export",
                        "a=" + files.uri("/dir/image"), "--export", "b=" + files.uri("/hello.txt"))) {
            String first = nbd.ready();
            assertTrue(first.matches("nbd://127\\.0\\.0\\.1:\\d+/a"), first);
            assertEquals("nbd+unix:///a?socket=" + socket, nbd.ready());
            assertTrue(nbd.ready().endsWith("/b"));
            assertEquals("nbd+unix:///b?socket=" + socket, nbd.ready());
            assertArrayEquals(Files9p.IMAGE, content(tcp(first), "a"));
            assertArrayEquals("hello\n".getBytes(UTF_8), content(UnixDomainSocketAddress.of(socket), "b"));
        }
        assertFalse(Files.exists(socket), "the socket is removed at the end");
    }

    @Test
    void roundUpAddsZeros() throws Exception {
        try (Files9p files = Files9p.start();
                Running nbd = Running.start("nbd", "--listen", "tcp:127.0.0.1:0", "--round-up", "512", "--export",
                        "x=" + files.uri("/hello.txt"))) {
            assertArrayEquals(Arrays.copyOf("hello\n".getBytes(UTF_8), 512), content(tcp(nbd.ready()), "x"));
        }
    }

    @Test
    void aReplicaTakesThePlaceOfOneThatCannotBeReached() throws Exception {
        try (Files9p files = Files9p.start();
                Running nbd = Running.start("nbd", "--listen", "tcp:127.0.0.1:0", "--fail-fast", "--export",
                        "x=9p://127.0.0.1:" + Peers.freePort() + "/a " + files.uri("/empty") + " "
                                + files.uri("/dir/image"))) {
            assertArrayEquals(Files9p.IMAGE, content(tcp(nbd.ready()), "x"));
        }
    }

    @Test
    void aServerThatIsNotThereYetIsWaitedForWithALineForEachCause() throws Exception {
        int port = Peers.freePort();
        try (ProgramProcess nbd = ProgramProcess.start("nbd", "--listen", "tcp:127.0.0.1:0", "--max-backoff", "20ms",
                "--export", "x=9p://127.0.0.1:" + port + "/dir/image?aname=/tree")) {
            String waiting = nbd.complaint();
            assertTrue(waiting.contains("WARN x: replica 9p://127.0.0.1:" + port), waiting);
            assertTrue(waiting.contains("cannot connect to 127.0.0.1:" + port), waiting);
            try (Files9p _ = Files9p.startAt(port)) {
                assertArrayEquals(Files9p.IMAGE, content(tcp(nbd.ready()), "x"));
            }
            String there = nbd.complaint();
            assertTrue(there.contains("INFO x: replica 9p://127.0.0.1:" + port), "one line, and then: " + there);
            assertEquals(0, nbd.signal("TERM"));
        }
    }

    @Test
    void isEndedWithStatus0WhileItWaits() throws Exception {
        try (Running nbd = Running.start("nbd", "--listen", "tcp:127.0.0.1:0", "--export",
                "x=9p://127.0.0.1:" + Peers.freePort() + "/a")) {
            assertFalse(nbd.hasPrinted());
        }
    }

    @Test
    void everySignalThatAsksForTheEndGivesStatus0() throws Exception {
        Path socket = directory.resolve("s");
        for (String signal : List.of("TERM", "INT")) {
            try (ProgramProcess serve = ProgramProcess.start("serve", "--listen", "unix:" + socket, "--export",
                    "/tmp")) {
                serve.ready();
                assertTrue(Files.exists(socket));
                assertEquals(0, serve.signal(signal));
                assertFalse(Files.exists(socket), "it ended in order");
            }
        }
    }

    @Test
    void readsWaitForALostServerAndTheLogSaysWhatFor() throws Exception {
        Files9p files = Files9p.start();
        NinepUri uri = NinepUri.parse(files.uri("/dir/image"));
        try (files;
                ProgramProcess nbd = ProgramProcess.start("nbd", "--listen", "tcp:127.0.0.1:0", "--max-backoff", "50ms",
                        "--export", "x=" + uri)) {
            try (NbdClient client = NbdClient.connect(tcp(nbd.ready()), "x")) {
                client.read(0, ByteBuffer.allocate(4096));
                files.close();
                assertTrue(complaintWith(nbd, "is down").contains(uri.host() + ":" + uri.port()));
                CompletableFuture<ByteBuffer> read = client.readAsync(0, ByteBuffer.allocate(4096));
                complaintWith(nbd, "x: no replica is usable at the moment; reads wait");
                assertFalse(read.isDone());
                try (Files9p _ = Files9p.startAt(uri.port())) {
                    ByteBuffer block = read.get(60, TimeUnit.SECONDS).flip();
                    assertEquals(ByteBuffer.wrap(Files9p.IMAGE, 0, 4096), block);
                }
            }
        }
    }

    @Test
    void readsFailWhenTheTimeIsOverThatWasSetForThem() throws Exception {
        Files9p files = Files9p.start();
        try (files;
                ProgramProcess nbd = ProgramProcess.start("nbd", "--listen", "tcp:127.0.0.1:0", "--give-up-after",
                        "100ms", "--export", "x=" + files.uri("/dir/image"))) {
            try (NbdClient client = NbdClient.connect(tcp(nbd.ready()), "x")) {
                files.close();
                NbdException failure = assertThrows(NbdException.class, () -> {
                    while (true) {
                        client.read(0, ByteBuffer.allocate(4096));
                    }
                });
                assertEquals(5, failure.error(), "EIO");
            }
        }
    }

    private static String complaintWith(ProgramProcess program, String part) throws Exception {
        String line = program.complaint();
        while (!line.contains(part)) {
            line = program.complaint();
        }
        return line;
    }

    @Test
    void failuresEndTheProcessWithTheirStatusAndVerboseLogsDetails() throws Exception {
        try (ProgramProcess ls = ProgramProcess.start("ls", "-v", "9p://127.0.0.1:" + Peers.freePort() + "/")) {
            assertEquals(ExitStatus.UNREACHABLE, ls.status());
        }
        try (ProgramProcess serve = ProgramProcess.start("serve", "-v", "--listen", "tcp:127.0.0.1:0", "--export",
                "/tmp")) {
            serve.ready();
            assertTrue(serve.complaint().matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} \\[\\S+\\] \\w+ \\S+ .*"));
        }
    }

    @Test
    void warnsWhereWhoeverConnectsIsServedAsAnyUser(@TempDir Path exported) throws Exception {
        assumeTrue(ProcessHandle.current().info().user().equals(Optional.of("root")), "only root acts as others");
        try (ProgramProcess serve = ProgramProcess.start("serve", "--listen", "tcp:127.0.0.1:0", "--act-as", "user",
                "--export", exported + "=e")) {
            serve.ready();
            String warning = serve.complaint();
            assertTrue(warning.contains("WARN"), warning);
            assertTrue(warning.contains("--act-as user without --auth munge"), warning);
        }
    }
}
