package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ninep.client.Messages.assertBegins;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ninep.ConnectionLostException;
import org.ninep.Errno;
import org.ninep.ProtocolException;
import org.ninep.RequestTimeoutException;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage.Rclunk;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Rmessage.Rversion;
import org.ninep.message.Tmessage.Tversion;
import org.ninep.testkit.FakeClock;
import org.ninep.testkit.Request;
import org.ninep.testkit.ScriptedPeer;

@Timeout(120)
class VersionTest {
    private static Background<Client> connect(ScriptedPeer peer) {
        return Background.run(() -> Client.builder(peer.transport()).msize(1 << 16).connect());
    }

    @Test
    void offersItsMsizeUnderNotag() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.inProcess()) {
            Background<Client> connecting = connect(peer);
            Request<Tversion> request = peer.expect(Tversion.class);
            assertEquals(new Tversion(1 << 16, "9P2000.L"), request.message());
            assertEquals(Protocol.NOTAG, request.tag());
            request.answer(new Rversion(1 << 16, "9P2000.L"));
            try (Client client = connecting.get()) {
                assertEquals(1 << 16, client.msize());
                assertTrue(client.isOpen());
            }
        }
    }

    @Test
    void takesTheServersLowerMsize() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.inProcess().answering(Tversion.class,
                t -> new Rversion(8192, t.version())); Client client = connect(peer).get()) {
            assertEquals(8192, client.msize());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 24, 4095, (1 << 16) + 1, Integer.MAX_VALUE, -1})
    void refusesAnMsizeThatIsTooSmallOrMoreThanOffered(int msize) throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.inProcess("hostile:564").answering(Tversion.class,
                t -> new Rversion(msize, t.version()))) {
            ProtocolException e = connect(peer).failure(ProtocolException.class);
            assertEquals("hostile:564: the server answers msize " + Integer.toUnsignedString(msize)
                    + ", where 4096 to 65536 are acceptable", e.getMessage());
            peer.connection().awaitClosedByClient();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "9P2000", "9P2000.u", ""})
    void refusesAnotherDialect(String version) throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.inProcess("other:564").answering(Tversion.class,
                t -> new Rversion(t.msize(), version))) {
            ProtocolException e = connect(peer).failure(ProtocolException.class);
            assertEquals("other:564: the server speaks \"" + version + "\", not 9P2000.L", e.getMessage());
            peer.connection().awaitClosedByClient();
        }
    }

    @Test
    void saysThatTheServerRefusesTheVersion() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.inProcess("diod:564").answering(Tversion.class,
                _ -> new Rlerror(Errno.EIO))) {
            ProtocolException e = connect(peer).failure(ProtocolException.class);
            assertBegins("diod:564: the server refuses the version 9P2000.L", e);
        }
    }

    @Test
    void refusesAReplyToSomethingElse() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.inProcess("confused:564").answering(Tversion.class, _ -> new Rclunk())) {
            ProtocolException e = connect(peer).failure(ProtocolException.class);
            assertEquals("confused:564: a reply of type 121 to Tversion", e.getMessage());
        }
    }

    @Test
    void refusesAServerThatTalksHttp() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.tcp()) {
            Background<Client> connecting = connect(peer);
            peer.connection().sendRaw("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            ProtocolException e = connecting.failure(ProtocolException.class);
            assertBegins(peer.transport().endpoint() + ": not 9P: ", e);
            peer.connection().awaitClosedByClient();
        }
    }

    @Test
    void givesUpASilentServerWhenTheTimeIsOver() throws Exception {
        FakeClock clock = new FakeClock();
        try (ScriptedPeer peer = ScriptedPeer.inProcess("silent:564")) {
            Background<Client> connecting = Background.run(() -> Client.builder(peer.transport()).timeSource(clock)
                    .connectTimeout(Duration.ofMillis(2500)).connect());
            peer.expect(Tversion.class);
            clock.advance(Duration.ofMillis(2500));
            RequestTimeoutException e = connecting.failure(RequestTimeoutException.class);
            assertEquals("silent:564: Tversion: no answer within 2.5 s", e.getMessage());
            peer.connection().awaitClosedByClient();
            assertEquals(1, peer.received().size(), "a Tversion cannot be flushed");
        }
        assertEquals(0, clock.watchers());
    }

    @Test
    void saysThatTheServerClosedAtOnce() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.inProcess("closing:564")) {
            Background<Client> connecting = connect(peer);
            peer.connection().close();
            ConnectionLostException e = connecting.failure(ConnectionLostException.class);
            assertBegins("closing:564: the ", e);
        }
    }

    @Test
    void isInterruptibleWhileItWaits() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.inProcess()) {
            Background<Client> connecting = connect(peer);
            peer.expect(Tversion.class);
            connecting.interrupt();
            connecting.failure(InterruptedIOException.class);
            peer.connection().awaitClosedByClient();
        }
    }

    @Test
    void isInterruptibleWhileItDials() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.tcp()) {
            Background<Boolean> connecting = Background.run(() -> {
                Thread.currentThread().interrupt();
                assertThrows(InterruptedIOException.class, () -> Client.builder(peer.transport()).connect());
                return Thread.currentThread().isInterrupted();
            });
            assertTrue(connecting.get());
        }
    }

    @Test
    void refusesOptionsThatMeanNothing() {
        ClientBuilder builder = Client.builder(ScriptedPeer.inProcess().transport());
        assertThrows(IllegalArgumentException.class, () -> builder.msize(4095));
        assertThrows(IllegalArgumentException.class, () -> builder.msize((16 << 20) + 1));
        assertThrows(IllegalArgumentException.class, () -> builder.maxRequests(0));
        assertThrows(IllegalArgumentException.class, () -> builder.maxRequests(32768));
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofNanos(-1))) {
            assertThrows(IllegalArgumentException.class, () -> builder.connectTimeout(wrong));
            assertThrows(IllegalArgumentException.class, () -> builder.requestTimeout(wrong));
        }
    }

    @Test
    void leavesNothingOpenWhenItsThreadCannotBeMade() throws IOException {
        try (ScriptedPeer peer = ScriptedPeer.inProcess()) {
            ClientBuilder builder = Client.builder(peer.transport()).threadFactory(_ -> {
                throw new IllegalStateException("no more threads");
            });
            IllegalStateException e = assertThrows(IllegalStateException.class, builder::connect);
            assertEquals("no more threads", e.getMessage());
            peer.connection().awaitClosedByClient();
        }
    }

    @Test
    void waitsForEverWithATimeoutOfAges() throws Exception {
        FakeClock clock = new FakeClock();
        try (ScriptedPeer peer = ScriptedPeer.inProcess()) {
            Background<Client> connecting = Background.run(() -> Client.builder(peer.transport()).timeSource(clock)
                    .connectTimeout(Duration.ofSeconds(Long.MAX_VALUE)).connect());
            Request<Tversion> request = peer.expect(Tversion.class);
            clock.advance(Duration.ofDays(365 * 100));
            request.answer(new Rversion(8192, "9P2000.L"));
            assertInstanceOf(Client.class, connecting.get()).close();
        }
    }
}
