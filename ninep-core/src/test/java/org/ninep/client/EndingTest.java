package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ninep.ConnectionLostException;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.RequestTimeoutException;
import org.ninep.message.Attr;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Tmessage.Tflush;
import org.ninep.message.Tmessage.Tgetattr;
import org.ninep.testkit.FakeClock;
import org.ninep.testkit.ScriptedPeer;

/** What a user learns that waits for nothing: the end of a connection, and attributes asked for without waiting. */
@Timeout(120)
class EndingTest {
    private final BlockingQueue<Object> told = new ArrayBlockingQueue<>(10);

    private Object next() throws InterruptedException {
        Object something = told.poll(60, TimeUnit.SECONDS);
        return something == null ? "nothing" : something;
    }

    private final AttrHandler handler = new AttrHandler() {
        @Override
        public void completed(Attr attr) {
            told.add(attr);
        }

        @Override
        public void failed(IOException cause) {
            told.add(cause);
        }
    };

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end);
            Thread.onSpinWait();
        }
    }

    @Test
    void tellsThatTheServerWentAwayWhileNothingWasAsked() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.inProcess().serving(new byte[10]);
                Client client = Client.builder(peer.transport()).connect()) {
            client.whenEnded(told::add);
            peer.connection().close();
            assertInstanceOf(ConnectionLostException.class, next());
        }
    }

    @Test
    void tellsAtOnceWhatHasEndedBefore() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.inProcess().serving(new byte[10])) {
            Client client = Client.builder(peer.transport()).connect();
            client.close();
            client.whenEnded(told::add);
            assertEquals(1, told.size());
            assertInstanceOf(ConnectionLostException.class, next());
        }
    }

    @Test
    void aHandlerThatThrowsKeepsNobodyElseFromBeingTold() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.inProcess().serving(new byte[10])) {
            Client client = Client.builder(peer.transport()).connect();
            client.whenEnded(_ -> {
                throw new IllegalStateException("as the test wants it");
            });
            client.whenEnded(told::add);
            client.close();
            assertInstanceOf(ConnectionLostException.class, next());
        }
    }

    @Test
    void bringsAttributesWithoutWaiting() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.inProcess().serving(new byte[10]);
                Client client = Client.builder(peer.transport()).connect();
                RemoteFile file = client.attach("", "", Protocol.NONUNAME)) {
            file.getattr(Attr.BASIC, Duration.ofSeconds(10), handler);
            assertEquals(10, assertInstanceOf(Attr.class, next()).size());
        }
    }

    @Test
    void saysWhyThereAreNoAttributes() throws Exception {
        FakeClock clock = new FakeClock();
        try (ScriptedPeer peer = ScriptedPeer.inProcess().serving(new byte[10]);
                Client client = Client.builder(peer.transport()).timeSource(clock).connect();
                RemoteFile root = client.attach("", "", Protocol.NONUNAME)) {
            RemoteFile file = root.walk("");
            peer.answering(Tgetattr.class, _ -> new Rlerror(Errno.ESTALE));
            file.getattr(Attr.BASIC, Duration.ofSeconds(10), handler);
            assertEquals(Errno.ESTALE, assertInstanceOf(RemoteException.class, next()).errno());
            peer.holding(Tgetattr.class);
            file.getattr(Attr.BASIC, Duration.ofSeconds(10), handler);
            peer.awaitHeld(1);
            clock.advance(Duration.ofSeconds(10));
            assertInstanceOf(RequestTimeoutException.class, next());
            await(() -> !peer.received(Tflush.class).isEmpty());
            file.close();
            file.getattr(Attr.BASIC, Duration.ofSeconds(10), handler);
            assertInstanceOf(java.nio.channels.ClosedChannelException.class, next());
            assertThrows(IllegalArgumentException.class, () -> file.getattr(Attr.BASIC, Duration.ZERO, handler));
            assertTrue(told.isEmpty());
        }
    }
}
