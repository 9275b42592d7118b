package org.ninep.munge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
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
import org.ninep.client.RemoteFile;
import org.ninep.peer.Diod;
import org.ninep.peer.MungeHost;
import org.ninep.peer.Munged;
import org.ninep.transport.Transport;

/** With a real diod that wants authentication. The client makes its credentials with the key, as whoever it likes. */
@Tag("peer")
@Timeout(120)
class DiodPeerTest {
    @TempDir
    private static Path directory = Path.of("");
    private static @Nullable MungeHost host;
    private static @Nullable Munged munged;
    private static @Nullable Diod diod;

    @BeforeAll
    static void start() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(Files.createDirectory(directory.resolve("export")).resolve("f"), "hello");
        MungeHost other = MungeHost.start();
        host = other;
        munged = Munged.startOn(other, Files.createDirectory(directory.resolve("munged")));
        diod = Diod.startOnTcp(directory.resolve("export"), other);
    }

    @AfterAll
    static void end() throws IOException {
        try (MungeHost _ = host; Munged _ = munged; Diod _ = diod) {
            // diod first, and last what keeps the namespace
        }
    }

    private static byte[] key() throws IOException {
        return Files.readAllBytes(directory.resolve("munged/key"));
    }

    private static MungeCodec codec(byte[] key, Identity identity) throws IOException {
        return MungeCodec.builder(key).identity(identity).acceptFrom(Instant.EPOCH).build();
    }

    /** What the file says to who has these credentials. */
    private static String read(Munge munge, EncodeOptions options) throws IOException {
        Diod server = diod;
        assertNotNull(server);
        try (Client client = Client.builder(Transport.tcp("127.0.0.1", server.port()))
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
        try (MungeCodec root = codec(key(), new Identity(0, 0))) {
            assertEquals("hello", read(root, MungeAuthenticator.DEFAULT_OPTIONS));
            assertEquals("hello", read(root, MungeAuthenticator.DEFAULT_OPTIONS.withAuthUid(0)));
        }
    }

    @Test
    void isRefusedWithACredentialThatProvesSomethingElse() throws IOException {
        byte[] otherKey = key();
        otherKey[0] ^= 1;
        try (MungeCodec root = codec(key(), new Identity(0, 0));
                MungeCodec other = codec(otherKey, new Identity(0, 0));
                MungeCodec nobody = codec(key(), new Identity(65534, 65534))) {
            assertRefused(other, MungeAuthenticator.DEFAULT_OPTIONS);
            assertRefused(nobody, MungeAuthenticator.DEFAULT_OPTIONS);
            assertRefused(root, MungeAuthenticator.DEFAULT_OPTIONS.withAuthUid(4242));
        }
    }
}
