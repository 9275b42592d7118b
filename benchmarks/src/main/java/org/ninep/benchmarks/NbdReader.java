package org.ninep.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.ninep.nbd.NbdServer;

/** An NBD client that allocates nothing while it reads. Confined to one thread. */
final class NbdReader implements Closeable {
    private static final int GREETING_BYTES = 18;
    private static final int EXPORT_BYTES = 10;
    private static final int REQUEST_BYTES = 28;
    private static final int REPLY_BYTES = 16;
    private static final int REQUEST_MAGIC = 0x25609513;
    private static final int REPLY_MAGIC = 0x67446698;
    private static final long OPTION_MAGIC = 0x49484156454F5054L;

    private final SocketChannel channel;
    private final ByteBuffer out = ByteBuffer.allocateDirect(4096);
    private final ByteBuffer in = ByteBuffer.allocateDirect(1 << 20);
    private long cookie;

    private NbdReader(SocketChannel channel) {
        this.channel = channel;
    }

    /** Hands a connection to the server, and chooses an export. */
    static NbdReader connect(NbdServer server, String export) throws IOException {
        Path directory = Files.createTempDirectory("ninep-benchmark");
        Path socket = directory.resolve("nbd");
        try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(socket))) {
            NbdReader reader = new NbdReader(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
            CompletableFuture<Void> _ = server.serve(listening.accept());
            reader.handshake(export.getBytes(StandardCharsets.UTF_8));
            return reader;
        } finally {
            Files.delete(socket);
            Files.delete(directory);
        }
    }

    private void handshake(byte[] export) throws IOException {
        fill(GREETING_BYTES);
        out.putInt(3).putLong(OPTION_MAGIC).putInt(1).putInt(export.length).put(export);
        send();
        fill(EXPORT_BYTES);
    }

    private void send() throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            channel.write(out);
        }
        out.clear();
    }

    private void fill(int bytes) throws IOException {
        in.clear().limit(bytes);
        while (in.hasRemaining()) {
            if (channel.read(in) < 0) {
                throw new IOException("the NBD server closed the connection");
            }
        }
    }

    /** Adds a read to those that {@link #receive} sends. */
    void request(long offset, int length) {
        out.putInt(REQUEST_MAGIC).putInt(0).putLong(cookie++).putLong(offset).putInt(length);
    }

    /** Sends what was requested, and waits for so many replies of that length. */
    void receive(int replies, int length) throws IOException {
        if (out.position() != replies * REQUEST_BYTES) {
            throw new IllegalStateException("other requests than replies");
        }
        send();
        fill(replies * (REPLY_BYTES + length));
        for (int i = 0; i < replies; i++) {
            int at = i * (REPLY_BYTES + length);
            if (in.getInt(at) != REPLY_MAGIC || in.getInt(at + 4) != 0) {
                throw new IOException("a reply that is none, or an error");
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
