package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Rmessage.Rsetattr;
import org.ninep.message.Rmessage.Rwrite;
import org.ninep.message.Tmessage.Tread;
import org.ninep.message.Tmessage.Tsetattr;
import org.ninep.message.Tmessage.Twrite;
import org.ninep.testkit.ScriptedPeer;

@Timeout(120)
class RemoteFileChannelTest {
    private final byte[] content = Bytes.random(50_000, 13);
    private final ScriptedPeer peer = ScriptedPeer.inProcess().serving(content);
    private Client client;
    private RemoteFile file;
    private SeekableByteChannel channel;

    @BeforeEach
    void open() throws IOException {
        client = Client.builder(peer.transport()).msize(8192).connect();
        file = client.attach("", "", 0).walk("image").open();
        channel = file.channel();
    }

    @AfterEach
    void close() {
        client.close();
        peer.close();
    }

    @Test
    void readsFromItsPositionAndMovesIt() throws IOException {
        assertTrue(channel.isOpen());
        assertEquals(content.length, channel.size());
        assertEquals(0, channel.position());
        assertEquals(20_000, channel.position(20_000).position());
        ByteBuffer buffer = ByteBuffer.allocate(20_000);
        assertEquals(20_000, channel.read(buffer), "a channel reads as much as there is");
        assertArrayEquals(Bytes.range(content, 20_000, 20_000), buffer.array());
        assertEquals(40_000, channel.position());
        assertEquals(10_000, channel.read(buffer.clear()));
        assertEquals(-1, channel.read(buffer));
        assertEquals(50_000, channel.position());
        assertEquals(10_000, buffer.position());
        assertEquals(20_000, buffer.limit());
    }

    @Test
    void isWhatStreamsAreMadeOf() throws IOException {
        try (InputStream in = Channels.newInputStream(channel)) {
            assertArrayEquals(content, in.readAllBytes());
        }
        assertTrue(client.isOpen());
        assertEquals(0, file.channel().position(), "each has a position of its own");
    }

    @Test
    void aPositionBehindTheEndIsTheEnd() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(10);
        for (long position : new long[]{50_000, 50_001, Long.MAX_VALUE - 10, Long.MAX_VALUE - 1, Long.MAX_VALUE}) {
            assertEquals(-1, channel.position(position).read(buffer));
            assertEquals(position, channel.position());
            assertEquals(10, buffer.remaining());
        }
        assertEquals(0, channel.read(ByteBuffer.allocate(0)));
        assertThrows(IllegalArgumentException.class, () -> channel.position(-1));
    }

    @Test
    void writesAtItsPositionAndMovesIt() throws IOException {
        peer.answering(Twrite.class, t -> {
            int count = Math.min(5000, t.data().remaining());
            t.data().duplicate().get(content, (int) t.offset(), count);
            return new Rwrite(count);
        });
        file.open(OpenFlags.WRONLY);
        byte[] bytes = Bytes.random(20_000, 14);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        assertEquals(20_000, channel.position(1000).write(buffer), "a channel writes all that there is");
        assertEquals(0, buffer.remaining());
        assertEquals(21_000, channel.position());
        assertArrayEquals(bytes, Bytes.range(content, 1000, 20_000));
        assertEquals(0, channel.write(buffer));
        assertThrows(NonReadableChannelException.class, () -> channel.read(ByteBuffer.allocate(1)));
        assertThrows(IOException.class, () -> channel.position(Long.MAX_VALUE).write(buffer.clear()));
    }

    @Test
    void aFailedWriteMovesNothing() throws IOException {
        peer.answering(Twrite.class, _ -> new Rlerror(Errno.ENOSPC));
        file.open(OpenFlags.RDWR);
        ByteBuffer buffer = ByteBuffer.allocate(20_000);
        assertThrows(RemoteException.class, () -> channel.write(buffer));
        assertEquals(0, channel.position());
        assertEquals(0, buffer.position());
    }

    @Test
    void truncatesButNeverGrows() throws IOException {
        peer.answering(Tsetattr.class, _ -> new Rsetattr());
        file.open(OpenFlags.RDWR);
        channel.position(40_000).truncate(30_000);
        assertEquals(30_000, channel.position());
        channel.position(10).truncate(50_001);
        assertEquals(10, channel.position());
        assertEquals(List.of(30_000L), peer.received(Tsetattr.class).stream().map(Tsetattr::size).toList());
        assertThrows(IllegalArgumentException.class, () -> channel.truncate(-1));
    }

    @Test
    void isReadOnlyWhereTheFileIs() {
        assertThrows(NonWritableChannelException.class, () -> channel.write(ByteBuffer.allocate(1)));
        assertThrows(NonWritableChannelException.class, () -> channel.truncate(0));
        assertThrows(IllegalArgumentException.class, () -> channel.read(ByteBuffer.allocate(1).asReadOnlyBuffer()));
    }

    @Test
    void aFailedReadMovesNothing() throws IOException {
        peer.answering(Tread.class, t -> t.offset() > 10_000 ? new Rlerror(Errno.EIO) : Bytes.answer(content, t));
        ByteBuffer buffer = ByteBuffer.allocate(40_000);
        assertThrows(RemoteException.class, () -> channel.read(buffer));
        assertEquals(0, channel.position());
        assertEquals(0, buffer.position());
        assertEquals(40_000, buffer.limit());
        assertTrue(channel.isOpen());
    }

    @Test
    void anInterruptDoesNotCloseIt() throws Exception {
        assertTrue(Background.run(() -> {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedIOException.class, () -> channel.read(ByteBuffer.allocate(10)));
            return Thread.interrupted();
        }).get());
        assertEquals(10, channel.read(ByteBuffer.allocate(10)));
    }

    @Test
    void aClosedChannelDoesNothingMoreAndLeavesTheFileOpen() throws IOException {
        channel.close();
        channel.close();
        assertClosed();
        assertEquals(content.length, file.getattr().size());
    }

    @Test
    void aClosedFileClosesItsChannels() {
        file.close();
        assertClosed();
    }

    private void assertClosed() {
        assertFalse(channel.isOpen());
        for (Executable use : new Executable[]{() -> channel.read(ByteBuffer.allocate(1)), () -> channel.size(),
                () -> channel.position(), () -> channel.position(0), () -> channel.truncate(0),
                () -> channel.write(ByteBuffer.allocate(1))}) {
            assertThrows(ClosedChannelException.class, use);
        }
    }
}
