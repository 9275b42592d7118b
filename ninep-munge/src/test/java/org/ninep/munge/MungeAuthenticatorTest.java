package org.ninep.munge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ninep.munge.Samples.assertSays;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.client.Client;
import org.ninep.client.RemoteFile;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage.Rauth;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Rmessage.Rversion;
import org.ninep.message.Rmessage.Rwrite;
import org.ninep.message.Tmessage.Tattach;
import org.ninep.message.Tmessage.Tauth;
import org.ninep.message.Tmessage.Tversion;
import org.ninep.message.Tmessage.Twrite;
import org.ninep.testkit.ScriptedPeer;

@Timeout(120)
class MungeAuthenticatorTest {
    private final MungeCodec codec = Samples.built(Samples.builder());
    private final List<byte[]> made = new ArrayList<>();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    /** Keeps the arrays that it hands out. */
    private final Munge munge = new Munge() {
        @Override
        public byte[] encode(EncodeOptions options, byte[] payload) throws IOException {
            byte[] credential = codec.encode(options, payload);
            made.add(credential);
            return credential;
        }

        @Override
        public Credential decode(byte[] credential) {
            throw new AssertionError("a client decodes nothing");
        }
    };

    @AfterEach
    void close() {
        codec.close();
    }

    /** A server that wants authentication, and takes at most so many bytes at once. */
    private ScriptedPeer server(int atOnce) {
        return ScriptedPeer.inProcess("h:564").serving(new byte[0])
                .answering(Tversion.class, t -> new Rversion(8192, t.version()))
                .answering(Tauth.class, _ -> new Rauth(new Qid(Qid.AUTH, 0, 7))).answering(Twrite.class, t -> {
                    assertEquals(written.size(), t.offset());
                    byte[] data = new byte[Math.min(atOnce, t.data().remaining())];
                    t.data().get(data);
                    written.writeBytes(data);
                    return new Rwrite(data.length);
                });
    }

    private Client client(ScriptedPeer server, MungeAuthenticator authenticator) throws IOException {
        return Client.builder(server.transport()).authenticator(authenticator).connect();
    }

    @Test
    void writesACredentialWithoutPayloadAndWithoutNulAndForgetsIt() throws IOException {
        try (ScriptedPeer server = server(100);
                Client client = client(server, new MungeAuthenticator(munge));
                RemoteFile root = client.attach("/srv", "joe", 1000)) {
            assertEquals("/", root.path());
            byte[] credential = written.toByteArray();
            assertEquals(':', credential[credential.length - 1]);
            Credential decoded = codec.decode(credential);
            assertEquals(0, decoded.payload().remaining());
            assertEquals(1000, decoded.uid());
            assertEquals(Duration.ofSeconds(60), decoded.ttl());
            assertEquals(OptionalInt.empty(), decoded.authUid());
            assertArrayEquals(new byte[credential.length], made.getFirst(), "it is wiped");
        }
    }

    @Test
    void makesTheCredentialAsItIsTold() throws IOException {
        EncodeOptions options = MungeAuthenticator.DEFAULT_OPTIONS.withAuthUid(1000).withTtl(Duration.ofSeconds(5));
        try (ScriptedPeer server = server(1000);
                Client client = client(server, new MungeAuthenticator(munge, options));
                RemoteFile root = client.attach("/srv", "joe", 1000)) {
            assertEquals("/", root.path());
            Credential decoded = codec.decode(written.toByteArray());
            assertEquals(OptionalInt.of(1000), decoded.authUid());
            assertEquals(Duration.ofSeconds(5), decoded.ttl());
        }
    }

    @Test
    void makesANewCredentialForEachAttach() throws IOException {
        try (ScriptedPeer server = server(1000); Client client = client(server, new MungeAuthenticator(munge))) {
            client.attach("/srv", "joe", 1000).close();
            String first = written.toString(StandardCharsets.US_ASCII);
            written.reset();
            client.attach("/srv", "joe", 1000).close();
            assertNotEquals(first, written.toString(StandardCharsets.US_ASCII));
            assertEquals(2, made.size());
        }
    }

    @Test
    void forgetsTheCredentialThatTheServerDidNotTake() throws IOException {
        try (ScriptedPeer server = server(1000).answering(Twrite.class, _ -> new Rlerror(Errno.EIO));
                Client client = client(server, new MungeAuthenticator(munge))) {
            RemoteException e = assertThrows(RemoteException.class, () -> client.attach("/srv", "joe", 1000));
            assertTrue(String.valueOf(e.getMessage()).startsWith("h:564"), e.getMessage());
            assertArrayEquals(new byte[made.getFirst().length], made.getFirst());
            assertTrue(server.received(Tattach.class).isEmpty());
        }
    }

    @Test
    void namesTheServerThatItHasNoCredentialFor() throws IOException {
        MungeAuthenticator authenticator = new MungeAuthenticator(failing(
                new MungeException(MungeError.SOCKET, "munged is not running")));
        try (ScriptedPeer server = server(1000); Client client = client(server, authenticator)) {
            MungeException e = assertThrows(MungeException.class, () -> client.attach("/srv", "joe", 1000));
            assertSays(MungeError.SOCKET, e, "h:564", "munged is not running");
            assertTrue(server.received(Twrite.class).isEmpty());
            assertTrue(server.received(Tattach.class).isEmpty());
        }
    }

    @Test
    void saysWhatMayBeWrongWhereTheServerRefuses() throws IOException {
        try (ScriptedPeer server = server(1000).answering(Tattach.class, _ -> new Rlerror(Errno.EPERM));
                Client client = client(server, new MungeAuthenticator(munge))) {
            String message = String.valueOf(assertThrows(RemoteException.class,
                    () -> client.attach("/srv", "joe", 1000)).getMessage());
            for (String part : List.of("refused after authentication", "aname \"/srv\"", "its own munged",
                    "more than 60 s")) {
                assertTrue(message.contains(part), message);
            }
        }
    }

    @Test
    void leavesInterruptsAsTheyAre() throws IOException {
        MungeAuthenticator authenticator = new MungeAuthenticator(failing(new InterruptedIOException("stop")));
        try (ScriptedPeer server = server(1000); Client client = client(server, authenticator)) {
            assertThrows(InterruptedIOException.class, () -> client.attach("/srv", "joe", 1000));
            assertFalse(Thread.currentThread().isInterrupted());
        }
    }

    private static Munge failing(IOException with) {
        return new Munge() {
            @Override
            public byte[] encode(EncodeOptions options, byte[] payload) throws IOException {
                throw with;
            }

            @Override
            public Credential decode(byte[] credential) throws IOException {
                throw with;
            }
        };
    }
}
