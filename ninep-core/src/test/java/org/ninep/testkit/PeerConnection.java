package org.ninep.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.ninep.NinepException;
import org.ninep.codec.Codec;
import org.ninep.codec.Frame;
import org.ninep.message.Rmessage;
import org.ninep.message.Tmessage;
import org.ninep.transport.Connection;

/**
 * One client's connection to a {@link ScriptedPeer}: replies, raw bytes, silence, and the ways to end.
 *
 * <p>
 * Thread-safe.
 */
public final class PeerConnection {
    private static final int CHUNK = 64 << 10;

    private final ScriptedPeer peer;
    private final Connection connection;
    private final Selector selector;
    private final ReentrantLock writing = new ReentrantLock();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread reader;
    private volatile boolean reading = true;
    private volatile boolean closed;

    PeerConnection(ScriptedPeer peer, Connection connection) throws IOException {
        this.peer = peer;
        this.connection = connection;
        connection.configureBlocking(false);
        this.selector = Selector.open();
        this.reader = Thread.ofPlatform().daemon().name("scripted-peer").unstarted(this::run);
    }

    void start() {
        reader.start();
    }

    // What the peer does.

    /** Sends a reply under any tag. */
    public void send(int tag, Rmessage reply) {
        sendRaw(encode(tag, reply));
    }

    /** The bytes of a reply, to be sent in parts or changed before. */
    public static byte[] encode(int tag, Rmessage reply) {
        ByteBuffer fixed = Codec.encode(new Frame<>(tag, reply));
        ByteBuffer payload = Codec.payload(reply);
        byte[] frame = new byte[fixed.remaining() + payload.remaining()];
        int length = fixed.remaining();
        fixed.get(frame, 0, length);
        payload.get(frame, length, payload.remaining());
        return frame;
    }

    /**
     * Sends bytes as they are. If the client does not read, this waits for {@link ScriptedPeer#PATIENCE} at most.
     *
     * @throws AssertionError if the client takes too long or is gone
     */
    public void sendRaw(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        writing.lock();
        try (Selector writable = Selector.open()) {
            while (buffer.hasRemaining()) {
                if (connection.sink().write(buffer) == 0) {
                    awaitWritable(writable, buffer);
                }
            }
        } catch (IOException e) {
            throw new AssertionError("cannot send to the client: " + e, e);
        } finally {
            writing.unlock();
        }
    }

    private void awaitWritable(Selector writable, ByteBuffer unsent) throws IOException {
        if (writable.keys().isEmpty()) {
            connection.selectableSink().register(writable, SelectionKey.OP_WRITE);
        }
        if (writable.select(_ -> {}, ScriptedPeer.PATIENCE.toMillis()) == 0) {
            throw new AssertionError("the client did not read: " + unsent.remaining() + " bytes are left");
        }
    }

    /** Sends a part of bytes as they are, from {@code from} to before {@code to}. */
    public void sendRaw(byte[] bytes, int from, int to) {
        sendRaw(Arrays.copyOfRange(bytes, from, to));
    }

    /** Reads no more, until {@link #resumeReading}: what the client sends stays in the pipe or the socket. */
    public void stopReading() {
        reading = false;
        selector.wakeup();
    }

    /** Reads again. */
    public void resumeReading() {
        reading = true;
        selector.wakeup();
    }

    /** Closes the connection in order: the client sees its end. */
    public void close() {
        closed = true;
        selector.wakeup();
        joinReader();
    }

    /**
     * Breaks the connection: over TCP the client gets a reset (RST), over pipes it sees the end.
     */
    public void reset() {
        try {
            if (connection.source() instanceof SocketChannel socket) {
                socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException e) {
            throw new AssertionError("cannot reset the connection: " + e, e);
        }
        close();
    }

    // What the client does.

    /**
     * Waits until the client has closed the connection.
     *
     * @throws AssertionError if it does not
     */
    public void awaitClosedByClient() {
        if (!awaitEnd()) {
            throw new AssertionError("expected the client to close the connection, but it is open after "
                    + ScriptedPeer.PATIENCE.toSeconds() + " s");
        }
    }

    /** Whether the connection has ended, on whichever side. */
    public boolean isEnded() {
        return ended.getCount() == 0;
    }

    private boolean awaitEnd() {
        try {
            return ended.await(ScriptedPeer.PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for the connection's end", e);
        }
    }

    private void joinReader() {
        if (!Thread.currentThread().equals(reader)) {
            boolean ignored = awaitEnd();
        }
    }

    // The reading thread.

    private void run() {
        try (connection; selector) {
            receive();
        } catch (NinepException | RuntimeException e) {
            peer.broken("the client sent what is no request: " + e);
        } catch (IOException e) {
            // the client is gone, which is its right
        } finally {
            ended.countDown();
        }
    }

    private void receive() throws IOException {
        SelectionKey key = connection.selectableSource().register(selector, SelectionKey.OP_READ);
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        while (!closed) {
            key.interestOps(reading ? SelectionKey.OP_READ : 0);
            selector.select(_ -> {});
            int n = reading && !closed ? connection.source().read(chunk.clear()) : 0;
            if (n < 0) {
                return;
            }
            rest.write(chunk.array(), 0, n);
            takeFrames(rest);
        }
    }

    private void takeFrames(ByteArrayOutputStream received) throws NinepException {
        ByteBuffer bytes = ByteBuffer.wrap(received.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        received.reset();
        while (bytes.remaining() >= 4 && bytes.remaining() >= size(bytes)) {
            int size = size(bytes);
            Frame<Tmessage> frame = Codec.decodeRequest(bytes.slice(bytes.position(), size));
            bytes.position(bytes.position() + size);
            peer.received(new Request<>(this, frame.tag(), frame.message()));
        }
        received.write(bytes.array(), bytes.position(), bytes.remaining());
    }

    private static int size(ByteBuffer bytes) {
        return Math.max(7, bytes.getInt(bytes.position()));
    }
}
