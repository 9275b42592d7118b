package org.ninep.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ninep.codec.Codec;
import org.ninep.codec.Frame;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage.Rclunk;
import org.ninep.message.Rmessage.Rversion;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.Tclunk;
import org.ninep.message.Tmessage.Tread;
import org.ninep.message.Tmessage.Tversion;
import org.ninep.transport.Connection;

@Timeout(120)
class ScriptedPeerTest {
    private static void send(Connection connection, int tag, Tmessage request) throws Exception {
        connection.sink().write(Codec.encode(new Frame<>(tag, request)));
    }

    private static Object receive(Connection connection, int bytes) throws Exception {
        ByteBuffer frame = ByteBuffer.allocate(bytes);
        while (frame.hasRemaining() && connection.source().read(frame) >= 0) {
            // more to come
        }
        return Codec.decode(frame.flip());
    }

    @Test
    void leavesToTheTestWhatItHasNoRuleFor() throws Exception {
        for (ScriptedPeer peer : List.of(ScriptedPeer.inProcess(), ScriptedPeer.tcp())) {
            try (peer; Connection client = peer.transport().connect(Duration.ofMinutes(1))) {
                peer.answering(Tversion.class, t -> new Rversion(t.msize(), t.version()));
                send(client, 1, new Tclunk(7));
                send(client, Protocol.NOTAG, new Tversion(8192, "9P2000.L"));
                assertEquals(new Frame<>(Protocol.NOTAG, new Rversion(8192, "9P2000.L")), receive(client, 21));
                peer.awaitHeld(1);
                Request<Tclunk> clunk = peer.expect(Tclunk.class, t -> t.fid() == 7);
                clunk.answer(new Rclunk());
                clunk.answer(new Rclunk());
                assertEquals(2, clunk.answers());
                assertEquals(new Frame<>(1, new Rclunk()), receive(client, 7));
                assertEquals(new Frame<>(1, new Rclunk()), receive(client, 7));
                assertEquals(2, peer.received().size());
                assertEquals(List.of(new Tclunk(7)), peer.received(Tclunk.class));
                client.sink().close();
                clunk.connection().awaitClosedByClient();
                assertTrue(clunk.connection().isEnded());
            }
        }
    }

    @Test
    void saysWhatCameInsteadOfWhatWasExpected() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.inProcess();
                Connection client = peer.transport().connect(Duration.ofMinutes(1))) {
            send(client, 5, new Tclunk(7));
            AssertionError e = assertThrows(AssertionError.class, () -> peer.expect(Tread.class));
            assertTrue(String.valueOf(e.getMessage())
                    .startsWith("expected Tread, but left to the test are [Tclunk[fid=7] tag 5]"), e.getMessage());
            assertThrows(AssertionError.class, () -> peer.expect(Tclunk.class, t -> t.fid() == 8));
        }
    }

    @Test
    void saysThatTheClientSentNoRequest() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.inProcess();
                Connection client = peer.transport().connect(Duration.ofMinutes(1))) {
            client.sink().write(ByteBuffer.wrap(new byte[]{8, 0, 0, 0, 99, 0, 0, 0}));
            AssertionError e = assertThrows(AssertionError.class, () -> peer.expect(Tread.class));
            assertTrue(String.valueOf(e.getMessage()).contains("the client sent what is no request"), e.getMessage());
        }
    }

    @Test
    void findsARequestAmongOthers() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.inProcess();
                Connection client = peer.transport().connect(Duration.ofMinutes(1))) {
            for (int fid = 0; fid < 5; fid++) {
                send(client, fid, new Tclunk(fid));
            }
            assertEquals(3, peer.find(Tclunk.class, t -> t.fid() == 3).tag());
            assertEquals(0, peer.expect(Tclunk.class).tag());
            peer.awaitHeld(3);
            assertEquals(3, peer.held().size());
        }
    }

    @Test
    void aFakeClockMovesOnlyWhenItIsTold() {
        FakeClock clock = new FakeClock();
        AtomicInteger woken = new AtomicInteger();
        Runnable wake = woken::incrementAndGet;
        clock.onAdvance(wake);
        assertEquals(0, clock.nanoTime());
        clock.advance(Duration.ofSeconds(2));
        assertEquals(2_000_000_000L, clock.nanoTime());
        assertEquals(1, woken.get());
        assertEquals(1, clock.watchers());
        clock.removeOnAdvance(wake);
        clock.advance(Duration.ZERO);
        assertEquals(1, woken.get());
        assertEquals(0, clock.watchers());
        assertThrows(IllegalArgumentException.class, () -> clock.advance(Duration.ofNanos(-1)));
        assertFalse(clock.toString().isEmpty());
    }
}
