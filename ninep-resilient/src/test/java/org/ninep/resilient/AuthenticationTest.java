package org.ninep.resilient;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.ninep.Errno;
import org.ninep.client.AuthFile;
import org.ninep.client.Authenticator;
import org.ninep.client.NinepUri;
import org.ninep.message.Protocol;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage.Rattach;
import org.ninep.message.Rmessage.Rauth;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Rmessage.Rwrite;
import org.ninep.message.Tmessage.Tattach;
import org.ninep.message.Tmessage.Tauth;
import org.ninep.message.Tmessage.Tversion;
import org.ninep.message.Tmessage.Twrite;
import org.ninep.testkit.ScriptedPeer;

/** A server that wants to know who is there, and does not always like the answer. */
@Timeout(120)
class AuthenticationTest {
    private static final byte[] IMAGE = Copy.image(100_000, 1);
    private static final int REFUSALS = 4;

    private final AtomicInteger fetched = new AtomicInteger();
    private final AtomicInteger attaches = new AtomicInteger();
    private ScriptedPeer peer;

    @BeforeEach
    void serve() throws IOException {
        peer = ScriptedPeer.tcp().serving(IMAGE)
                .answering(Tauth.class, _ -> new Rauth(new Qid(Qid.AUTH, 0, 1)))
                .answering(Twrite.class, m -> new Rwrite(m.data().remaining()))
                .answering(Tattach.class, m -> attaches.incrementAndGet() <= REFUSALS || m.afid() == Protocol.NOFID
                        ? new Rlerror(Errno.EPERM)
                        : new Rattach(new Qid(Qid.DIRECTORY, 0, 2)));
    }

    @AfterEach
    void stop() {
        peer.close();
    }

    private NinepUri uri(String parameters) {
        return NinepUri.parse("9p://" + peer.transport().endpoint() + "/image?uid=0" + parameters);
    }

    /** One for all, so that no second one is still authenticating when a test counts. */
    private static Connections.Builder oneConnection(Authenticator authenticator) {
        return Connections.builder().perServer(1).authenticator(authenticator);
    }

    private static ResilientFileBuilder file(Connections connections, NinepUri uri) {
        return connections.file(List.of(uri)).maxBackoff(Duration.ofMillis(20));
    }

    private void assertEachWasUsedOnce(int credentials) {
        List<String> written = peer.received(Twrite.class).stream()
                .map(write -> StandardCharsets.US_ASCII.decode(write.data().duplicate()).toString()).toList();
        assertEquals(credentials, written.size(), written.toString());
        assertEquals(credentials, written.stream().distinct().count(), written.toString());
    }

    private void writeCredential(AuthFile afid) throws IOException {
        afid.write(ByteBuffer
                .wrap(("credential " + fetched.incrementAndGet()).getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void authenticatesAnewUntilTheServerTakesIt() throws IOException {
        try (Connections connections = oneConnection(this::writeCredential).build();
                ResilientFile file = file(connections, uri("&auth=munge")).open()) {
            assertArrayEquals(IMAGE, Copy.read(file, 0, IMAGE.length));
        }
        assertTrue(attaches.get() > REFUSALS, attaches + " attaches");
        assertEachWasUsedOnce(fetched.get());
        assertEquals(fetched.get(), peer.received(Tauth.class).size());
    }

    @Test
    void authenticatesWhereTheUriDoesNotAskForItIfAllAttachesAreTo() throws IOException {
        attaches.set(REFUSALS);
        try (Connections connections = oneConnection(this::writeCredential).authenticateAll().build();
                ResilientFile file = file(connections, uri("")).open()) {
            assertArrayEquals(IMAGE, Copy.read(file, 0, IMAGE.length));
        }
        assertEachWasUsedOnce(fetched.get());
        assertTrue(fetched.get() > 0);
    }

    @Test
    void cannotAuthenticateAllAttachesWithoutAnAuthenticator() {
        Connections.Builder connections = Connections.builder().authenticateAll();
        String message = String.valueOf(assertThrows(IllegalStateException.class, connections::build).getMessage());
        assertTrue(message.contains("takes an authenticator"), message);
    }

    @Test
    void doesNotAuthenticateWhereTheUriSaysNoneThoughAllOtherAttachesAre() throws IOException {
        peer.answering(Tattach.class, _ -> new Rattach(new Qid(Qid.DIRECTORY, 0, 2)));
        try (Connections connections = oneConnection(this::writeCredential).authenticateAll().build();
                ResilientFile file = file(connections, uri("&auth=none")).open()) {
            assertArrayEquals(IMAGE, Copy.read(file, 0, IMAGE.length));
        }
        assertEquals(0, fetched.get());
        assertTrue(peer.received(Tauth.class).isEmpty());
    }

    @Test
    void refusesReplicasThatAskForAuthenticationWhereThereIsNoAuthenticator() throws IOException {
        peer.answering(Tattach.class, _ -> new Rattach(new Qid(Qid.DIRECTORY, 0, 2)));
        NinepUri asking = uri("&auth=munge");
        try (Connections connections = Connections.builder().build();
                ResilientFile file = file(connections, uri("")).open()) {
            for (Executable each : List.<Executable>of(() -> file.replicas().add(asking),
                    () -> connections.file(List.of(asking)), () -> ResilientFile.builder(List.of(asking)))) {
                String message = String.valueOf(assertThrows(IllegalArgumentException.class, each).getMessage());
                assertTrue(message.contains("auth=munge asks for authentication"), message);
            }
            assertEquals(List.of(uri("")), file.replicas().list());
        }
    }

    @Test
    void goesOnTryingWhereNoCredentialIsToBeHad() throws IOException {
        attaches.set(REFUSALS);
        AtomicInteger attempts = new AtomicInteger();
        Authenticator failing = afid -> {
            if (attempts.incrementAndGet() <= REFUSALS) {
                throw new IOException("munged is not running");
            }
            writeCredential(afid);
        };
        try (Connections connections = oneConnection(failing).build();
                ResilientFile file = file(connections, uri("&auth=munge")).open()) {
            assertArrayEquals(IMAGE, Copy.read(file, 0, IMAGE.length));
        }
        assertTrue(attempts.get() > REFUSALS, attempts + " attempts");
    }

    @Test
    void leavesAConnectionToOthersOnWhichNoCredentialWasToBeHad() throws Exception {
        attaches.set(REFUSALS);
        AtomicBoolean failing = new AtomicBoolean();
        CountDownLatch failures = new CountDownLatch(3);
        Authenticator authenticator = afid -> {
            if (failing.get()) {
                failures.countDown();
                throw new IOException("munged is not running");
            }
            writeCredential(afid);
        };
        try (Connections connections = oneConnection(authenticator).build();
                ResilientFile first = file(connections, uri("&auth=munge")).open()) {
            int before = fetched.get();
            failing.set(true);
            Thread second = Thread.ofVirtual()
                    .start(() -> {
                        try (ResilientFile never = file(connections, uri("&auth=munge")).open()) {
                            never.stats();
                        } catch (IOException e) {
                            // interrupted below
                        }
                    });
            assertTrue(failures.await(60, TimeUnit.SECONDS));
            assertArrayEquals(IMAGE, Copy.read(first, 0, IMAGE.length));
            second.interrupt();
            assertTrue(second.join(Duration.ofSeconds(60)));
            assertEquals(FileState.SERVING, first.stats().state());
            assertEquals(before, fetched.get());
            assertEquals(1, peer.received(Tversion.class).size(), "connections");
        }
    }
}
