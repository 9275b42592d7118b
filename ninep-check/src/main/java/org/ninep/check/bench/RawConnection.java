package org.ninep.check.bench;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.ninep.ConnectionLostException;
import org.ninep.ProtocolException;
import org.ninep.RequestTimeoutException;
import org.ninep.codec.Codec;
import org.ninep.codec.Frame;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage;
import org.ninep.message.Tmessage;
import org.ninep.transport.Connection;

/**
 * A connection that sends any bytes, and receives frame by frame. Every wait has a bound, and no more memory is taken than the
 * longest frame that was agreed on, or than did come.
 *
 * <p>
 * Confined to one thread.
 */
public final class RawConnection implements Closeable {
    private static final int INITIAL = 8192;
    private static final byte RLERROR = 7;
    private static final byte RERROR = 107;
    private static final int RLERROR_BYTES = 11;

    private final Connection connection;
    private final Target target;
    private final Allowance allowance;
    private final Selector readable;
    private final Selector writable;
    private ByteBuffer in = ByteBuffer.allocate(INITIAL).order(ByteOrder.LITTLE_ENDIAN);
    private int largest = INITIAL;
    private boolean hasOldErrors;

    private RawConnection(Connection connection, Target target, Allowance allowance, Selector readable,
            Selector writable) {
        this.connection = connection;
        this.target = target;
        this.allowance = allowance;
        this.readable = readable;
        this.writable = writable;
    }

    static RawConnection open(Target target, Allowance allowance) throws IOException {
        Connection connection = target.transport().connect(allowance.atMost(target.timeout()));
        Selector readable = Selector.open();
        Selector writable = Selector.open();
        RawConnection raw = new RawConnection(connection, target, allowance, readable, writable);
        boolean done = false;
        try {
            connection.configureBlocking(false);
            connection.selectableSource().register(readable, SelectionKey.OP_READ);
            connection.selectableSink().register(writable, SelectionKey.OP_WRITE);
            done = true;
            return raw;
        } finally {
            if (!done) {
                raw.close();
            }
        }
    }

    /** The longest frame that is taken from now on, in bytes. */
    void limit(int msize) {
        largest = msize;
    }

    /** The bytes of a request, with its payload. */
    public static ByteBuffer bytes(int tag, Tmessage request) {
        ByteBuffer fixed = Codec.encode(new Frame<>(tag, request));
        ByteBuffer payload = Codec.payload(request);
        return ByteBuffer.allocate(fixed.remaining() + payload.remaining()).order(ByteOrder.LITTLE_ENDIAN).put(fixed)
                .put(payload).flip();
    }

    /** Sends a request. */
    public void send(int tag, Tmessage request) throws IOException {
        target.listener().sent(connection.peer(), tag, request);
        send(bytes(tag, request));
    }

    /**
     * Sends bytes as they are, and their position moves.
     *
     * @throws RequestTimeoutException if the server does not take them in time
     * @throws ConnectionLostException if the server has closed the connection
     */
    public void send(ByteBuffer bytes) throws IOException {
        if (!offer(bytes, target.timeout())) {
            throw new RequestTimeoutException("the server has stopped reading, " + bytes.remaining()
                    + " bytes of a request were not taken within " + seconds(target.timeout()));
        }
    }

    /** As {@link #send}; false if not all was taken in that time. */
    public boolean offer(ByteBuffer bytes, Duration patience) throws IOException {
        long deadline = System.nanoTime() + allowance.atMost(patience).toNanos();
        while (bytes.hasRemaining()) {
            int before = bytes.remaining();
            try {
                connection.sink().write(bytes);
            } catch (IOException e) {
                throw lost(e);
            }
            allowance.take(before - bytes.remaining());
            if (bytes.remaining() == before && !await(writable, deadline)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The next reply, in memory of its own.
     *
     * @throws RequestTimeoutException if none comes within the target's timeout
     * @throws ConnectionLostException if the server closes the connection instead
     * @throws ProtocolException if what comes is no reply, or longer than was agreed on
     */
    public Frame<Rmessage> receive() throws IOException {
        return receive(target.timeout());
    }

    /** As {@link #receive()}, with another bound. */
    public Frame<Rmessage> receive(Duration patience) throws IOException {
        long deadline = System.nanoTime() + allowance.atMost(patience).toNanos();
        while (true) {
            int size = in.position() < 4 ? 0 : in.getInt(0);
            if (in.position() >= 4 && (size < Protocol.HEADER_BYTES || size > largest)) {
                throw new ProtocolException("a reply whose size is " + Integer.toUnsignedString(size)
                        + ", where 7 to " + largest + " are allowed");
            }
            if (size > 0 && in.position() >= size) {
                return take(size);
            }
            fill(deadline, patience);
        }
    }

    private Frame<Rmessage> take(int size) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(size);
        in.flip();
        frame.put(in.slice(0, size)).flip();
        in.position(size);
        in.compact();
        if (size == RLERROR_BYTES && frame.get(4) == RERROR) {
            hasOldErrors = true;
            frame.put(4, RLERROR);
        }
        Frame<Rmessage> reply = Codec.decodeReply(frame);
        target.listener().received(connection.peer(), reply.tag(), reply.message());
        return reply;
    }

    private void fill(long deadline, Duration patience) throws IOException {
        if (!in.hasRemaining()) {
            in = ByteBuffer.allocate(Math.min(Math.max(largest, in.capacity() + 1), 2 * in.capacity()))
                    .order(ByteOrder.LITTLE_ENDIAN).put(in.flip());
        }
        int n;
        try {
            n = connection.source().read(in);
        } catch (IOException e) {
            throw lost(e);
        }
        if (n < 0) {
            throw new ConnectionLostException("the server closed the connection");
        }
        allowance.take(n);
        if (n == 0 && !await(readable, deadline)) {
            throw new RequestTimeoutException("no answer within " + seconds(patience));
        }
    }

    /**
     * Whether an error came as type 107, which 9P2000.L does not have, with the body of Rlerror. Linux' client takes that, and
     * so does this connection, for else there would be nothing else to say of such a server.
     */
    public boolean hasOldErrors() {
        return hasOldErrors;
    }

    /** Whether the server closes the connection in that time; whatever comes before is thrown away. */
    public boolean endsWithin(Duration patience) throws IOException {
        long deadline = System.nanoTime() + allowance.atMost(patience).toNanos();
        try {
            while (true) {
                in.clear();
                int before = in.position();
                fill(deadline, patience);
                allowance.take(in.position() - before);
            }
        } catch (RequestTimeoutException open) {
            return false;
        } catch (ConnectionLostException closed) {
            return true;
        } finally {
            in.clear();
        }
    }

    private static boolean await(Selector selector, long deadline) throws IOException {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            return false;
        }
        selector.select(_ -> {}, millis);
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted");
        }
        return true;
    }

    private ConnectionLostException lost(IOException e) {
        return new ConnectionLostException("the connection is lost: " + e.getMessage(), e);
    }

    /** For people: {@code 5 s}, {@code 250 ms}. */
    static String seconds(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }

    /** Breaks the connection: over TCP with a reset (RST), else as {@link #close}. */
    public void reset() throws IOException {
        if (connection.source() instanceof SocketChannel socket
                && socket.supportedOptions().contains(StandardSocketOptions.SO_LINGER)) {
            socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
        close();
    }

    @Override
    public void close() throws IOException {
        try (readable; writable) {
            connection.close();
        }
    }
}
