package org.ninep.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ninep.ConnectionLostException;

/** A channel that the embedder connected; good for one connection. */
final class ChannelTransport implements Transport {
    private static final int COPY_BYTES = 64 << 10;

    private final ByteChannel channel;
    private final String endpoint;
    private final AtomicBoolean used = new AtomicBoolean();

    ChannelTransport(ByteChannel channel, String endpoint) {
        this.channel = channel;
        this.endpoint = endpoint;
    }

    @Override
    public Connection connect(Duration timeout) throws ConnectionLostException {
        if (used.getAndSet(true)) {
            throw new ConnectionLostException(
                    endpoint + ": the channel handed in was used already and cannot connect again");
        }
        try {
            if (channel instanceof SocketChannel socket) {
                socket.configureBlocking(true);
                return Connection.of(socket, endpoint);
            }
            InProcess ends = InProcess.pair(endpoint);
            startCopying("to", ends.server().source(), channel, ends);
            startCopying("from", channel, ends.server().sink(), ends);
            return ends.client();
        } catch (IOException e) {
            throw new ConnectionLostException("cannot use the channel to " + endpoint + ": " + e, e);
        }
    }

    private void startCopying(String direction, ReadableByteChannel from, WritableByteChannel to, InProcess ends) {
        Thread.ofPlatform().daemon().name("ninep-copy-" + direction + "-" + endpoint).start(() -> {
            try (channel; Connection _ = ends.server()) {
                copy(from, to);
            } catch (IOException e) {
                // closing both ends is all that there is to say: whoever reads from them is told
            }
        });
    }

    private static void copy(ReadableByteChannel from, WritableByteChannel to) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(COPY_BYTES);
        while (from.read(buffer) >= 0) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                to.write(buffer);
            }
            buffer.clear();
        }
    }

    @Override
    public String endpoint() {
        return endpoint;
    }

    @Override
    public String toString() {
        return endpoint;
    }
}
