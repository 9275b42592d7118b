package org.ninep.nbd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.nbd.cli.common.ExitStatus;

/** What cannot be served gives one line that says why, and the status that scripts look at. */
class BadInputTest {

    static Files9p files;

    @BeforeAll
    static void start() throws IOException {
        files = Files9p.start();
    }

    @AfterAll
    static void stop() {
        files.close();
    }

    /** What {@code ninep nbd --fail-fast} says of an image that it cannot have. */
    private static void refuses(String uris, int status, String... complaints) {
        refusesWithin("60s", uris, status, complaints);
    }

    private static void refusesWithin(String timeout, String uris, int status, String... complaints) {
        Ran ran = Ran.of("nbd", "--listen", "tcp:127.0.0.1:0", "--fail-fast", "--timeout", timeout, "--export",
                "x=" + uris);
        assertEquals(status, ran.status(), ran.err());
        for (String complaint : complaints) {
            assertTrue(ran.complaint().contains(complaint), ran.err());
        }
        assertTrue(ran.complaint().startsWith("ninep nbd: "), ran.err());
        assertFalse(ran.err().contains("Exception"), ran.err());
        assertEquals("", ran.out(), "it was never ready");
    }

    @Test
    void noSuchHost() {
        refuses("9p://no-such-host.invalid/x", ExitStatus.UNREACHABLE, "no-such-host.invalid:564", "no such host");
    }

    @Test
    void portClosed() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        refuses("9p://127.0.0.1:" + port + "/x", ExitStatus.UNREACHABLE, "127.0.0.1:" + port, "refused",
                "is a 9P server running there?");
    }

    @Test
    void noSuchSocket() {
        refuses("9p+unix:///x?socket=/nonexistent/socket", ExitStatus.UNREACHABLE, "/nonexistent/socket");
    }

    @Test
    void wrongAname() {
        refuses(files.uri("/dir/image", "/wrong"), ExitStatus.REFUSED, "Tattach /wrong", "ENOENT", "aname must be");
    }

    @Test
    void noSuchFile() {
        refuses(files.uri("/nope"), ExitStatus.REFUSED, "/nope", "no such file or directory (ENOENT)");
    }

    @Test
    void aDirectoryAsImage() {
        refuses(files.uri("/dir"), ExitStatus.UNUSABLE, "/dir", "a directory");
    }

    @Test
    void anEmptyFile() {
        refuses(files.uri("/empty"), ExitStatus.UNUSABLE, "/empty", "an empty file");
    }

    @Test
    void ofSeveralReplicasEachIsNamed() {
        refuses(files.uri("/nope") + " " + files.uri("/empty"), ExitStatus.REFUSED, "/nope", "/empty");
    }

    @Test
    void msizeZeroOffered() throws Exception {
        try (Answering server = new Answering(rversion(0))) {
            refuses(server.uri(), ExitStatus.NOT_9P, server.endpoint(), "msize 0");
        }
    }

    @Test
    void aServerThatTalksHttp() throws Exception {
        byte[] answer = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try (Answering server = new Answering(answer)) {
            refuses(server.uri(), ExitStatus.NOT_9P, server.endpoint(), "not 9P");
        }
    }

    @Test
    void aServerThatSaysNothing() throws Exception {
        try (Answering server = new Answering(new byte[0])) {
            refusesWithin("500ms", server.uri(), ExitStatus.UNREACHABLE, server.endpoint());
        }
    }

    @Test
    void anAddressInUse(@TempDir Path directory) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "tcp:127.0.0.1:" + taken.getLocalPort();
            Ran nbd = Ran.of("nbd", "--listen", address, "--export", "x=" + files.uri("/dir/image"));
            assertEquals(ExitStatus.CANNOT_LISTEN, nbd.status(), nbd.err());
            assertTrue(nbd.complaint().contains("127.0.0.1:" + taken.getLocalPort()), nbd.err());
            Ran serve = Ran.of("serve", "--listen", address, "--export", directory.toString());
            assertEquals(ExitStatus.CANNOT_LISTEN, serve.status(), serve.err());
            assertTrue(serve.complaint().contains("127.0.0.1:" + taken.getLocalPort()), serve.err());
        }
    }

    @Test
    void aHostToListenAtThatDoesNotExist() {
        Ran ran = Ran.of("nbd", "--listen", "tcp:no-such-host.invalid:0", "--export", "x=" + files.uri("/dir/image"));
        assertEquals(ExitStatus.CANNOT_LISTEN, ran.status(), ran.err());
        assertTrue(ran.complaint().contains("tcp:no-such-host.invalid:0: no such host"), ran.err());
    }

    @Test
    void aPathToExportThatIsNotThere(@TempDir Path directory) {
        Path missing = directory.resolve("missing");
        Ran ran = Ran.of("serve", "--listen", "tcp:127.0.0.1:0", "--export", missing.toString());
        assertEquals(ExitStatus.UNUSABLE, ran.status(), ran.err());
        assertTrue(ran.complaint().contains("cannot export " + missing), ran.err());
    }

    @Test
    void aDemonstrationOfNothing(@TempDir Path directory) throws IOException {
        Path empty = Files.createFile(directory.resolve("empty"));
        assertEquals(ExitStatus.UNUSABLE, Ran.of("demo", empty.toString()).status());
        assertEquals(ExitStatus.UNUSABLE, Ran.of("demo", directory.resolve("none").toString()).status());
    }

    private static byte[] rversion(int msize) {
        byte[] version = "9P2000.L".getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(21).order(ByteOrder.LITTLE_ENDIAN)
                .putInt(21).put((byte) 101).putShort((short) 0xffff).putInt(msize).putShort((short) 8).put(version)
                .array();
    }

    /** Answers whatever comes with the same bytes, and keeps the connection. */
    private static final class Answering implements AutoCloseable {

        private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

        Answering(byte[] answer) throws IOException {
            Thread.ofVirtual().start(() -> {
                try (Socket client = socket.accept()) {
                    if (client.getInputStream().read(new byte[8192]) > 0) {
                        client.getOutputStream().write(answer);
                    }
                    while (client.getInputStream().read() >= 0) {
                        // until it leaves
                    }
                } catch (IOException e) {
                    // the test is over
                }
            });
        }

        String endpoint() {
            return "127.0.0.1:" + socket.getLocalPort();
        }

        String uri() {
            return "9p://" + endpoint() + "/x";
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
