package org.ninep.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ninep.ConnectionLostException;

@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChannelTransportTest {
    private static final Duration AMPLE = Duration.ofSeconds(60);

    @Test
    void usesASocketAsItIsInBlockingMode() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel socket = SocketChannel.open(server.getLocalAddress())) {
            socket.configureBlocking(false);
            Connection connection = Transport.of(socket, "tunnel").connect(AMPLE);
            assertSame(socket, connection.source());
            assertSame(socket, connection.sink());
            assertTrue(socket.isBlocking());
            assertEquals("tunnel", connection.peer());
            connection.close();
            assertFalse(socket.isOpen());
        }
    }

    @Test
    void servesOneConnectionOnly() throws Exception {
        InProcess ends = InProcess.pair("wire");
        try (Connection _ = ends.server()) {
            Transport transport = Transport.of(new Joined(ends.client()), "tunnel");
            try (Connection first = transport.connect(AMPLE)) {
                assertEquals("tunnel: the channel handed in was used already and cannot connect again",
                        failure(transport));
                assertTrue(first.isOpen());
            }
        }
    }

    @Test
    void saysThatASocketIsClosed() throws Exception {
        SocketChannel socket = SocketChannel.open();
        socket.close();
        assertEquals("cannot use the channel to tunnel: java.nio.channels.ClosedChannelException",
                failure(Transport.of(socket, "tunnel")));
    }

    @Test
    void bridgesAnyOtherChannelInBothDirectionsAtOnce() throws Exception {
        InProcess ends = InProcess.pair("wire");
        try (Connection peer = ends.server();
                Connection connection = Transport.of(new Joined(ends.client()), "tunnel").connect(AMPLE)) {
            byte[] requests = Bytes.random(1 << 20, 1);
            byte[] replies = Bytes.random(1 << 20, 2);
            Thread.ofVirtual().start(() -> Bytes.writeAll(connection.sink(), requests));
            Thread.ofVirtual().start(() -> Bytes.writeAll(peer.sink(), replies));
            assertArrayEquals(requests, Bytes.readExactly(peer.source(), requests.length));
            assertArrayEquals(replies, Bytes.readExactly(connection.source(), replies.length));
        }
    }

    @Test
    void whatItBridgesFitsASelector() throws Exception {
        InProcess ends = InProcess.pair("wire");
        try (Connection peer = ends.server();
                Connection connection = Transport.of(new Joined(ends.client()), "tunnel").connect(AMPLE);
                Selector selector = Selector.open()) {
            connection.configureBlocking(false);
            connection.selectableSource().register(selector, SelectionKey.OP_READ);
            assertEquals(0, connection.source().read(ByteBuffer.allocate(1)));
            Bytes.writeAll(peer.sink(), new byte[]{42});
            assertEquals(1, selector.select(10_000));
            assertArrayEquals(new byte[]{42}, Bytes.readExactly(connection.source(), 1));
        }
    }

    @Test
    void closingTheConnectionClosesTheChannel() throws Exception {
        InProcess ends = InProcess.pair("wire");
        try (Connection peer = ends.server()) {
            Joined channel = new Joined(ends.client());
            Transport.of(channel, "tunnel").connect(AMPLE).close();
            channel.awaitClosed();
            assertEquals(-1, peer.source().read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void theChannelsEndIsTheConnectionsEndBehindTheLastByte() throws Exception {
        InProcess ends = InProcess.pair("wire");
        Joined channel = new Joined(ends.client());
        try (Connection connection = Transport.of(channel, "tunnel").connect(AMPLE)) {
            try (Connection peer = ends.server()) {
                Bytes.writeAll(peer.sink(), new byte[]{1, 2, 3});
            }
            assertArrayEquals(new byte[]{1, 2, 3}, Bytes.readExactly(connection.source(), 3));
            assertEquals(-1, connection.source().read(ByteBuffer.allocate(1)));
            channel.awaitClosed();
        }
    }

    private static String failure(Transport transport) {
        return String.valueOf(
                assertThrows(ConnectionLostException.class, () -> transport.connect(AMPLE)).getMessage());
    }
}
