package org.ninep.check;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ninep.ConnectionLostException;
import org.ninep.ProtocolException;
import org.ninep.codec.Codec;
import org.ninep.codec.Frame;
import org.ninep.message.Message;
import org.ninep.message.Rmessage;
import org.ninep.message.Tmessage;
import org.ninep.transport.Connection;
import org.ninep.transport.InProcess;
import org.ninep.transport.Transport;

/**
 * A server that is right, behind somebody who breaks it: between each client and it stands a thread that hands over requests
 * and replies, one after the other, with a bug in between.
 *
 * <p>
 * Thread-safe.
 */
final class BrokenServer implements Transport {
    /** What is wrong. */
    @FunctionalInterface
    interface Bug {
        /** The replies to a request: most often of the right server, in its own words. Null: as the right server does. */
        @Nullable
        List<Frame<Rmessage>> replies(int tag, Tmessage request, Right right) throws IOException;
    }

    /** The right server, for one client. */
    @FunctionalInterface
    interface Right {
        Rmessage call(Tmessage request) throws IOException;
    }

    /** Thrown by a bug: the server ends, for everybody. */
    static final class Crash extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private static final int LARGEST = 1 << 20;

    private final Transport right;
    private final Bug bug;
    private final UnaryOperator<ByteBuffer> spoiling;
    private final AtomicBoolean crashed = new AtomicBoolean();

    BrokenServer(Transport right, Bug bug) {
        this(right, bug, UnaryOperator.identity());
    }

    /** @param spoiling what happens to the bytes of each reply that the bug leaves alone; little-endian, from 0 */
    BrokenServer(Transport right, Bug bug, UnaryOperator<ByteBuffer> spoiling) {
        this.right = right;
        this.bug = bug;
        this.spoiling = spoiling;
    }

    @Override
    public Connection connect(Duration timeout) throws ConnectionLostException {
        if (crashed.get()) {
            throw new ConnectionLostException("the broken server has crashed");
        }
        try {
            InProcess ends = InProcess.pair("broken");
            Connection to = right.connect(timeout);
            Thread.ofVirtual().start(() -> run(ends.server(), to));
            return ends.client();
        } catch (IOException e) {
            throw new ConnectionLostException("no pipe", e);
        }
    }

    @Override
    public String endpoint() {
        return "broken";
    }

    private void run(Connection client, Connection to) {
        try (client; to) {
            while (!crashed.get()) {
                handOver(client, to);
            }
        } catch (Crash e) {
            crashed.set(true);
        } catch (IOException e) {
            // one of the two has gone
        }
    }

    private void handOver(Connection client, Connection to) throws IOException {
        ByteBuffer raw = frame(client);
        List<Frame<Rmessage>> replies = null;
        try {
            Frame<Tmessage> request = Codec.decodeRequest(raw);
            Right upstream = message -> {
                send(to, request.tag(), message);
                return Codec.decodeReply(frame(to)).message();
            };
            replies = bug.replies(request.tag(), request.message(), upstream);
        } catch (ProtocolException malformed) {
            // the right server knows what to do
        }
        if (replies == null) {
            write(to, raw);
            write(client, spoiling.apply(frame(to)));
        } else {
            for (Frame<Rmessage> reply : replies) {
                send(client, reply.tag(), reply.message());
            }
        }
    }

    private static void send(Connection to, int tag, Message message) throws IOException {
        write(to, Codec.encode(new Frame<>(tag, message)));
        write(to, Codec.payload(message));
    }

    private static void write(Connection to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.sink().write(bytes);
        }
    }

    private static ByteBuffer frame(Connection from) throws IOException {
        ByteBuffer size = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        fill(from, size);
        int length = size.getInt(0);
        if (length < 4 || length > LARGEST) {
            throw new EOFException("a frame of " + length);
        }
        ByteBuffer whole = ByteBuffer.allocate(length).put(size.flip());
        fill(from, whole);
        return whole.flip();
    }

    private static void fill(Connection from, ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (from.source().read(into) < 0) {
                throw new EOFException();
            }
        }
    }
}
