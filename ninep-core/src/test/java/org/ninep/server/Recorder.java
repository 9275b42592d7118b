package org.ninep.server;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Stands between one client and a server, both on TCP, and keeps the frames of both in the order in which it passed them on.
 *
 * <p>
 * Thread-safe.
 */
final class Recorder implements Closeable {
    private static final int ROOM = 1 << 20;

    private final ServerSocketChannel listening;
    private final List<ByteBuffer> frames = Collections.synchronizedList(new ArrayList<>());

    private Recorder(ServerSocketChannel listening) {
        this.listening = listening;
    }

    static Recorder before(InetSocketAddress server) throws IOException {
        ServerSocketChannel listening = ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Recorder recorder = new Recorder(listening);
        Thread.ofVirtual().start(() -> {
            try (SocketChannel client = listening.accept(); SocketChannel to = SocketChannel.open(server)) {
                Thread replies = Thread.ofVirtual().start(() -> recorder.pass(to, client));
                recorder.pass(client, to);
                replies.interrupt();
            } catch (IOException ended) {
                // nobody came, or one of the two has gone
            }
        });
        return recorder;
    }

    int port() throws IOException {
        return ((InetSocketAddress) listening.getLocalAddress()).getPort();
    }

    private void pass(SocketChannel from, SocketChannel to) {
        ByteBuffer in = ByteBuffer.allocate(ROOM).order(ByteOrder.LITTLE_ENDIAN);
        try {
            while (from.read(in) >= 0) {
                in.flip();
                while (in.remaining() >= 4 && in.remaining() >= in.getInt(in.position())) {
                    ByteBuffer frame = in.slice(in.position(), in.getInt(in.position()));
                    frames.add(ByteBuffer.allocate(frame.remaining()).put(frame.duplicate()).flip());
                    in.position(in.position() + frame.remaining());
                    to.write(frame);
                }
                in.compact();
            }
        } catch (IOException ended) {
            // one of the two has gone
        }
    }

    /** What has passed so far. */
    List<ByteBuffer> frames() {
        return List.copyOf(frames);
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
