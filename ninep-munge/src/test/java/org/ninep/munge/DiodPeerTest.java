package org.ninep.munge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.client.Client;
import org.ninep.client.RemoteFile;
import org.ninep.peer.Peers;
import org.ninep.peer.Tool;
import org.ninep.transport.Transport;

/**
 * With a real diod that wants authentication. It asks the munged at the usual socket: so both run where {@code /run} is
 * their own, and the client makes its credentials with the key.
 */
@Tag("peer")
@Timeout(120)
class DiodPeerTest {
    /** Process 1 is diod, and all end with it. */
    private static final String BOTH = """
            mount -t tmpfs tmpfs /run && install -d -m 0755 /run/munge || exit 1
            munged --foreground --key-file=key --log-file=munged.log --pid-file=/run/munge/pid --seed-file=seed &
            until [ -S /run/munge/munge.socket.2 ]; do sleep 0.02; done
            exec diod -f -L stderr -l "$PWD/diod.sock" -e "$PWD/export"
            """;

    @TempDir
    private static Path directory = Path.of("");
    private static Process both = absent();

    private static Process absent() {
        try {
            return new ProcessBuilder("true").start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeAll
    static void start() throws IOException {
        Peers.require("munged");
        Peers.require("diod");
        Assumptions.assumeTrue(Tool.attempt("unshare", "--mount", "--pid", "--fork", "true").status() == 0,
                "only root may have a /run of its own");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.write(directory.resolve("key"), Samples.KEY);
        Files.setPosixFilePermissions(directory.resolve("key"), PosixFilePermissions.fromString("rw-------"));
        Files.writeString(Files.createDirectory(directory.resolve("export")).resolve("f"), "hello");
        ProcessBuilder builder = new ProcessBuilder("unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c",
                BOTH).directory(directory.toFile()).redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile());
        builder.environment().merge("PATH", "/usr/sbin:/sbin", (own, more) -> own + ":" + more);
        both = builder.start();
        for (int tries = 0; tries < 500 && !Tool.ended(both, Duration.ofMillis(20)); tries++) {
            try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("diod.sock")))) {
                if (probe.isConnected()) {
                    return;
                }
            } catch (IOException notYet) {
                // it has not bound its socket
            }
        }
        throw new IOException("diod does not listen: " + Files.readString(directory.resolve("output")));
    }

    /** unshare does not hear SIGTERM, and the kernel ends all others when it is killed. */
    @AfterAll
    static void end() throws Exception {
        List<ProcessHandle> all = both.descendants().toList();
        both.destroyForcibly();
        for (ProcessHandle each : all) {
            each.onExit().get(10, TimeUnit.SECONDS);
        }
        assertTrue(Tool.ended(both, Duration.ofSeconds(10)), "unshare did not end within 10 s of SIGKILL");
    }

    private static MungeCodec codec(byte[] key, Identity identity) throws IOException {
        return MungeCodec.builder(key).identity(identity).acceptFrom(Instant.EPOCH).build();
    }

    /** What the file says to who has these credentials. */
    private static String read(Munge munge, EncodeOptions options) throws IOException {
        try (Client client = Client.builder(Transport.unix(directory.resolve("diod.sock")))
                .authenticator(new MungeAuthenticator(munge, options)).connect();
                RemoteFile root = client.attach(directory.resolve("export").toString(), "", 0);
                RemoteFile again = client.attach(directory.resolve("export").toString(), "", 0);
                RemoteFile file = again.walk("f").open()) {
            assertEquals("/", root.path());
            ByteBuffer buffer = ByteBuffer.allocate(100);
            file.readUpTo(buffer, 0);
            return new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII);
        }
    }

    private static void assertRefused(Munge munge, EncodeOptions options) {
        RemoteException e = assertThrows(RemoteException.class, () -> read(munge, options));
        assertEquals(Errno.EPERM, e.errno());
    }

    @Test
    void isLetInWithACredentialForEachAttach() throws IOException {
        try (MungeCodec root = codec(Samples.KEY, new Identity(0, 0))) {
            assertEquals("hello", read(root, MungeAuthenticator.DEFAULT_OPTIONS));
            assertEquals("hello", read(root, MungeAuthenticator.DEFAULT_OPTIONS.withAuthUid(0)));
        }
    }

    @Test
    void isRefusedWithACredentialThatProvesSomethingElse() throws IOException {
        byte[] otherKey = Samples.KEY.clone();
        otherKey[0] ^= 1;
        try (MungeCodec root = codec(Samples.KEY, new Identity(0, 0));
                MungeCodec other = codec(otherKey, new Identity(0, 0));
                MungeCodec nobody = codec(Samples.KEY, new Identity(65534, 65534))) {
            assertRefused(other, MungeAuthenticator.DEFAULT_OPTIONS);
            assertRefused(nobody, MungeAuthenticator.DEFAULT_OPTIONS);
            assertRefused(root, MungeAuthenticator.DEFAULT_OPTIONS.withAuthUid(4242));
        }
    }
}
