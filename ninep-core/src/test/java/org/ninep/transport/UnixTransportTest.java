package org.ninep.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.ConnectionLostException;

@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnixTransportTest {
    private static final Duration AMPLE = Duration.ofSeconds(60);

    @TempDir
    Path directory = Path.of("set by JUnit");

    @Test
    void connectsAndCarriesBytes() throws Exception {
        Path path = directory.resolve("9p.sock");
        try (ServerSocketChannel server = listen(path);
                Connection client = Transport.unix(path).connect(AMPLE);
                SocketChannel accepted = server.accept()) {
            assertTrue(client.selectableSource().isBlocking());
            assertEquals(path.toString(), client.peer());
            accepted.write(ByteBuffer.wrap(new byte[]{42}));
            ByteBuffer in = ByteBuffer.allocate(1);
            client.source().read(in);
            assertEquals(42, in.get(0));
        }
    }

    @Test
    void saysThatThereIsNoSocket() {
        Path path = directory.resolve("9p.sock");
        assertEquals("cannot connect to " + path + ": No such file or directory", fails(path));
    }

    @Test
    void saysThatNobodyListens() throws Exception {
        Path path = directory.resolve("9p.sock");
        listen(path).close();
        assertEquals("cannot connect to " + path + ": Connection refused", fails(path));
        assertEquals("cannot connect to " + Files.createFile(directory.resolve("file")) + ": Connection refused",
                fails(directory.resolve("file")));
    }

    @Test
    void saysThatThePathIsTooLong() {
        Path path = directory.resolve("n".repeat(120));
        assertTrue(fails(path).startsWith("cannot connect to " + path + ": "), fails(path));
    }

    @Test
    void failsInAnInterruptedThreadAndLeavesItSo() throws Exception {
        Path path = directory.resolve("9p.sock");
        try (ServerSocketChannel server = listen(path)) {
            assertTrue(server.isOpen());
            Thread.currentThread().interrupt();
            assertEquals("cannot connect to " + path + ": interrupted", fails(path));
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void leavesNoSocketOpenWhenItFails() throws Exception {
        long before = OpenSockets.count();
        for (int i = 0; i < 20; i++) {
            fails(directory.resolve("none"));
        }
        assertTrue(OpenSockets.count() - before < 20);
    }

    private static ServerSocketChannel listen(Path path) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
    }

    private static String fails(Path path) {
        return String.valueOf(
                assertThrows(ConnectionLostException.class, () -> Transport.unix(path).connect(AMPLE)).getMessage());
    }
}
