package org.ninep.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.ninep.codec.Codec;
import org.ninep.codec.Frame;
import org.ninep.codec.InPlace;
import org.ninep.message.Protocol;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.Tattach;
import org.ninep.message.Tmessage.Tlopen;
import org.ninep.message.Tmessage.Tversion;
import org.ninep.message.Tmessage.Twalk;

/**
 * A client of as little as it takes, so that a thousand of them leave the processors to the server: a blocking socket.
 *
 * <p>
 * Confined to one thread.
 */
final class LoadClient implements AutoCloseable {
    static final int BLOCK = 4096;
    private static final int MSIZE = 1 << 16;

    private final SocketChannel socket;
    private final ByteBuffer out = ByteBuffer.allocateDirect(8192).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer in = ByteBuffer.allocateDirect(8192).order(ByteOrder.LITTLE_ENDIAN);
    private long[] nanos = new long[1 << 12];
    private int reads;

    /** Connected, and nothing said. */
    LoadClient(SocketAddress server) throws IOException {
        socket = SocketChannel.open(server);
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    /** Connected, with fid 1 an open file. */
    static LoadClient opened(SocketAddress server, String aname, String file) throws IOException {
        LoadClient client = new LoadClient(server);
        client.call(Protocol.NOTAG, new Tversion(MSIZE, Protocol.VERSION_9P2000_L));
        client.call(0, new Tattach(0, Protocol.NOFID, "", aname, 0));
        client.call(0, new Twalk(0, 1, List.of(file)));
        client.call(0, new Tlopen(1, Tlopen.RDONLY));
        return client;
    }

    private void call(int tag, Tmessage request) throws IOException {
        send(Codec.encode(new Frame<>(tag, request)));
        receive();
        if (InPlace.isError(InPlace.type(in, 0))) {
            throw new IOException(request + " was refused: error " + in.getInt(7));
        }
    }

    private void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            socket.write(bytes);
        }
    }

    private void receive() throws IOException {
        in.clear();
        while (in.position() < 4 || in.position() < InPlace.size(in, 0)) {
            if (socket.read(in) < 0) {
                throw new EOFException("the server closed the connection");
            }
        }
    }

    /** Asks for as much as a reply carries, so many times, and reads nothing. */
    void askAndNotRead(int times) throws IOException {
        for (int i = 0; i < times; i++) {
            out.clear();
            InPlace.putTread(out, i, 1, 0, MSIZE);
            send(out.flip());
        }
    }

    /** Sends another byte of a request that never ends. */
    void dribble(int number) throws IOException {
        out.clear();
        out.putInt(MSIZE).put((byte) InPlace.TWRITE);
        byte next = number < out.position() ? out.get(number) : 0;
        out.clear();
        send(out.put(next).flip());
    }

    /** Reads blocks at random, one at a time, until the time is over, and keeps how long each took. */
    void read(long fileBytes, long until, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        reads = 0;
        for (long before = System.nanoTime(); before < until;) {
            out.clear();
            InPlace.putTread(out, 0, 1, random.nextLong(fileBytes / BLOCK) * BLOCK, BLOCK);
            send(out.flip());
            receive();
            if (InPlace.type(in, 0) != InPlace.RREAD || InPlace.replyCount(in, 0) != BLOCK) {
                throw new IOException("no block, but a reply of type " + InPlace.type(in, 0));
            }
            long now = System.nanoTime();
            if (reads == nanos.length) {
                nanos = Arrays.copyOf(nanos, reads * 2);
            }
            nanos[reads++] = now - before;
            before = now;
        }
    }

    /** How long each read of the last time took. */
    long[] nanos() {
        return Arrays.copyOf(nanos, reads);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
