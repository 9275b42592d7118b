package org.ninep.munge;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;

/** A munged that does what a test says: one act for each connection, the last one for all that follow. */
final class ScriptedMunged implements AutoCloseable {
    /** What to do with a connection; it is closed afterwards. */
    @FunctionalInterface
    interface Act {
        void play(SocketChannel connection) throws IOException, InterruptedException;
    }

    private final ServerSocketChannel listener;
    private final Thread thread;

    private ScriptedMunged(ServerSocketChannel listener, Act... acts) {
        this.listener = listener;
        this.thread = Thread.ofPlatform().daemon().name("scripted-munged").start(() -> serve(acts));
    }

    static ScriptedMunged at(Path socket, Act... acts) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(socket));
        return new ScriptedMunged(listener, acts);
    }

    private void serve(Act... acts) {
        for (int i = 0;; i++) {
            try (SocketChannel connection = listener.accept()) {
                acts[Math.min(i, acts.length - 1)].play(connection);
            } catch (InterruptedException | ClosedChannelException closed) {
                return;
            } catch (IOException gone) {
                // the client left
            }
        }
    }

    /** Reads the whole request, then writes these bytes. */
    static Act answering(byte[]... parts) {
        return connection -> {
            request(connection);
            write(connection, Samples.join(parts));
        };
    }

    /** Reads the whole request and keeps it. */
    static Act keeping(List<byte[]> requests, Act then) {
        return connection -> {
            requests.add(request(connection));
            then.play(connection);
        };
    }

    /** Reads the whole request. */
    static byte[] request(SocketChannel connection) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(11);
        fill(connection, header);
        ByteBuffer body = ByteBuffer.allocate(header.getInt(7));
        fill(connection, body);
        return Samples.join(header.array(), body.array());
    }

    private static void fill(SocketChannel connection, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (connection.read(buffer) < 0) {
                throw new IOException("the client closed within a request");
            }
        }
    }

    static void write(SocketChannel connection, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            connection.write(buffer);
        }
    }

    /** A header in front of a body. */
    static byte[] framed(int type, byte[] body) {
        return ByteBuffer.allocate(11 + body.length).putInt(0x00606D4B).put((byte) 4).put((byte) type).put((byte) 0)
                .putInt(body.length).put(body).array();
    }

    /** What munged says about a credential of a uid, made at the vectors' time and decoded 585 s later. */
    static byte[] answerAbout(int error, String text, int uid) {
        ByteBuffer body = ByteBuffer.allocate(1 << 10).put((byte) error).put((byte) (text.length() + 1))
                .put(Samples.ascii(text + "\0")).put(new byte[]{4, 5, 0, 0}).putInt(300).put((byte) 4)
                .put(new byte[]{127, 0, 0, 1}).putInt(1_795_465_414).putInt(1_795_465_999).putInt(uid).putInt(7)
                .putInt(-1).putInt(50).putInt(2).put(Samples.ascii("hi")).flip();
        return framed(5, Samples.bytes(body));
    }

    @Override
    public void close() throws IOException {
        listener.close();
        thread.interrupt();
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            throw new AssertionError("the scripted munged does not end");
        }
    }
}
