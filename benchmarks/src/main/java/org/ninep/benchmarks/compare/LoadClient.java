package org.ninep.benchmarks.compare;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/**
 * One NBD client of a {@link LoadGenerator}. The cookie of a request is its offset, with which the block that it reads begins, so each reply
 * is checked. Confined to one thread.
 *
 * <p>The handshake is the oldest that all servers of today have (NBD_OPT_EXPORT_NAME), and replies are simple.
 */
final class LoadClient implements Closeable {
    private static final long NBDMAGIC = 0x4e42444d41474943L;
    private static final long IHAVEOPT = 0x49484156454f5054L;
    private static final int NBD_OPT_EXPORT_NAME = 1;
    private static final int NBD_FLAG_NO_ZEROES = 2;
    private static final int ZEROES = 124;
    private static final int NBD_REQUEST_MAGIC = 0x25609513;
    private static final int NBD_SIMPLE_REPLY_MAGIC = 0x67446698;
    private static final int REQUEST_BYTES = 28;
    private static final int HEADER_BYTES = 16;
    private static final int TIMEOUT_MILLIS = 30_000;

    private final SocketChannel channel;
    private final long blocks;
    private final int depth;
    private final RandomGenerator random;
    private final ByteBuffer requests;
    private final ByteBuffer replies;

    private LoadClient(SocketChannel channel, long size, int depth, RandomGenerator random) {
        this.channel = channel;
        this.blocks = size / Image.BLOCK;
        this.depth = depth;
        this.random = random;
        this.requests = ByteBuffer.allocateDirect(depth * REQUEST_BYTES);
        this.replies = ByteBuffer.allocateDirect(depth * (HEADER_BYTES + Image.BLOCK));
    }

    static LoadClient connect(int port, String export, int depth, RandomGenerator random) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket().setSoTimeout(TIMEOUT_MILLIS);
            long size = handshake(channel, export);
            channel.configureBlocking(false);
            return new LoadClient(channel, size, depth, random);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static long handshake(SocketChannel channel, String export) throws IOException {
        DataInputStream in = new DataInputStream(channel.socket().getInputStream());
        if (in.readLong() != NBDMAGIC || in.readLong() != IHAVEOPT) {
            throw new IOException("no NBD server that knows options");
        }
        int flags = in.readUnsignedShort();
        byte[] name = export.getBytes(StandardCharsets.UTF_8);
        channel.socket().getOutputStream()
                .write(ByteBuffer.allocate(20 + name.length).putInt(flags).putLong(IHAVEOPT).putInt(NBD_OPT_EXPORT_NAME)
                        .putInt(name.length).put(name).array());
        long size = in.readLong();
        in.readUnsignedShort();
        if ((flags & NBD_FLAG_NO_ZEROES) == 0) {
            in.skipNBytes(ZEROES);
        }
        return size;
    }

    void register(Selector selector) throws IOException {
        channel.register(selector, SelectionKey.OP_READ, this);
    }

    /** Sends as many reads as it may have in flight, and returns how many. */
    int begin() throws IOException {
        requests.clear();
        for (int i = 0; i < depth; i++) {
            putRequest();
        }
        send();
        return depth;
    }

    /**
     * Takes the replies that have come.
     *
     * @param more whether to send a read for each
     * @return how many
     */
    int takeReplies(boolean more) throws IOException {
        if (channel.read(replies) < 0) {
            throw new IOException("the server has closed a connection");
        }
        replies.flip();
        requests.clear();
        int count = 0;
        while (replies.remaining() >= HEADER_BYTES + Image.BLOCK) {
            check();
            count++;
            if (more) {
                putRequest();
            }
        }
        replies.compact();
        send();
        return count;
    }

    private void check() throws IOException {
        int magic = replies.getInt();
        int error = replies.getInt();
        long cookie = replies.getLong();
        if (magic != NBD_SIMPLE_REPLY_MAGIC || error != 0) {
            throw new IOException("a reply with magic " + Integer.toHexString(magic) + " and error " + error);
        }
        if (replies.getLong(replies.position()) != cookie) {
            throw new IOException("wrong bytes at " + cookie);
        }
        replies.position(replies.position() + Image.BLOCK);
    }

    private void putRequest() {
        long offset = random.nextLong(blocks) * Image.BLOCK;
        requests.putInt(NBD_REQUEST_MAGIC).putShort((short) 0).putShort((short) 0).putLong(offset).putLong(offset)
                .putInt(Image.BLOCK);
    }

    private void send() throws IOException {
        requests.flip();
        // far less than a socket takes
        while (requests.hasRemaining()) {
            channel.write(requests);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
