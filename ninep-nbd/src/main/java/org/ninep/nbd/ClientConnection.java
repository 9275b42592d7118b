package org.ninep.nbd;

import static org.ninep.nbd.NbdConstants.*;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection in the transmission phase: requests are written by the threads that make them, replies are read by
 * one thread. The channel is non-blocking, so that an interrupted caller does not close it.
 *
 * <p>Thread-safe. Nothing blocks under its lock.
 */
final class ClientConnection {

    private static final int INPUT_SIZE = 16 << 10;
    private static final long JOIN_MILLIS = TimeUnit.SECONDS.toMillis(5);

    private static final Logger log = LoggerFactory.getLogger(ClientConnection.class);

    private final SocketChannel channel;
    private final Selector selector;
    private final String server;
    private final Thread reader;

    /** Guards the fields up to the blank line. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Long, PendingRead> pending = new HashMap<>();
    private ByteBuffer out = ByteBuffer.allocateDirect(64 * REQUEST_SIZE);
    private long lastCookie;
    private boolean sendBlocked;
    private @Nullable IOException failure;

    private final ByteBuffer in = ByteBuffer.allocateDirect(INPUT_SIZE).limit(0);
    private @Nullable PendingRead arriving;
    private int left;

    private ClientConnection(SocketChannel channel, Selector selector, SocketAddress server) {
        this.channel = channel;
        this.selector = selector;
        this.server = server.toString();
        reader = Thread.ofPlatform().daemon().name("ninep-nbd-client").unstarted(this::run);
    }

    static ClientConnection start(SocketChannel channel, Selector selector, SocketAddress server) {
        ClientConnection connection = new ClientConnection(channel, selector, server);
        connection.reader.start();
        return connection;
    }

    /** Sends the request, or as much of it as the socket takes now; or fails the read at once. */
    void submit(PendingRead read) {
        IOException refused;
        lock.lock();
        try {
            refused = failure;
            if (refused == null) {
                lastCookie++;
                pending.put(lastCookie, read);
                putRequest(NBD_CMD_READ, lastCookie, read.offset, read.length);
                flush();
            }
        } catch (IOException e) {
            failure = new IOException("the connection to the NBD server at " + server + " is lost: " + e.getMessage(), e);
            refused = null;
            selector.wakeup();
        } finally {
            lock.unlock();
        }
        if (refused != null) {
            read.completeExceptionally(new IOException(refused.getMessage(), refused));
        }
    }

    private void putRequest(int type, long cookie, long offset, int length) {
        if (out.remaining() < REQUEST_SIZE) {
            out = ByteBuffer.allocateDirect(2 * out.capacity()).put(out.flip());
        }
        out.putInt(NBD_REQUEST_MAGIC)
                .putShort((short) 0)
                .putShort((short) type)
                .putLong(cookie)
                .putLong(offset)
                .putInt(length);
    }

    private void flush() throws IOException {
        if (sendBlocked) {
            return;
        }
        out.flip();
        try {
            channel.write(out);
        } finally {
            out.compact();
        }
        sendBlocked = out.position() > 0;
        if (sendBlocked) {
            selector.wakeup();
        }
    }

    void close() {
        lock.lock();
        try {
            if (failure == null) {
                failure = new IOException("the connection to the NBD server at " + server + " is closed");
                putRequest(NBD_CMD_DISC, 0, 0, 0);
                flush();
            }
        } catch (IOException e) {
            log.debug("saying goodbye to the NBD server at {} failed: {}", server, e.toString());
        } finally {
            lock.unlock();
        }
        selector.wakeup();
        joinReader();
    }

    private void joinReader() {
        if (Thread.currentThread().equals(reader)) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            reader.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // The reader.

    private void run() {
        try {
            SelectionKey key = Objects.requireNonNull(channel.keyFor(selector));
            while (await(key)) {
                receive();
            }
            end(null);
        } catch (IOException | RuntimeException e) {
            end(new IOException("the connection to the NBD server at " + server + " is lost: " + e.getMessage(), e));
        }
    }

    /** Waits until there is something to read; false once the connection is closed. */
    private boolean await(SelectionKey key) throws IOException {
        lock.lock();
        try {
            if (failure != null) {
                return false;
            }
            key.interestOps(sendBlocked ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        } finally {
            lock.unlock();
        }
        selector.select();
        selector.selectedKeys().clear();
        Thread.interrupted();
        lock.lock();
        try {
            if (key.isWritable()) {
                sendBlocked = false;
                flush();
            }
            return failure == null;
        } finally {
            lock.unlock();
        }
    }

    private void receive() throws IOException {
        while (arriving == null ? header() : payload(arriving)) {
            // Until the socket has no more.
        }
    }

    private boolean header() throws IOException {
        if (in.remaining() < SIMPLE_REPLY_SIZE) {
            if (fill() == 0) {
                return false;
            }
            if (in.remaining() < SIMPLE_REPLY_SIZE) {
                return true;
            }
        }
        int magic = in.getInt();
        int error = in.getInt();
        long cookie = in.getLong();
        PendingRead read = forget(cookie);
        if (magic != NBD_SIMPLE_REPLY_MAGIC || read == null) {
            throw new IOException("the server broke the protocol");
        }
        if (error != NBD_SUCCESS) {
            read.completeExceptionally(new NbdException(error, read.toString()));
        } else {
            arriving = read;
            left = read.length;
        }
        return true;
    }

    private boolean payload(PendingRead read) throws IOException {
        left -= read.take(in, left);
        if (left > 0) {
            int count = read.read(channel);
            if (count == PendingRead.UNWANTED) {
                return fill() > 0;
            }
            left -= count(count);
            if (count == 0) {
                return false;
            }
        }
        if (left == 0) {
            arriving = null;
            read.succeed();
        }
        return true;
    }

    private int fill() throws IOException {
        in.compact();
        try {
            return count(channel.read(in));
        } finally {
            in.flip();
        }
    }

    private static int count(int read) throws EOFException {
        if (read < 0) {
            throw new EOFException("the server hung up");
        }
        return read;
    }

    private @Nullable PendingRead forget(long cookie) {
        lock.lock();
        try {
            return pending.remove(cookie);
        } finally {
            lock.unlock();
        }
    }

    /** Fails what is pending, for the reason that is known already or for this one. */
    private void end(@Nullable IOException news) {
        IOException cause;
        List<PendingRead> lost;
        lock.lock();
        try {
            cause = Objects.requireNonNull(failure == null ? news : failure);
            failure = cause;
            lost = List.copyOf(pending.values());
            pending.clear();
        } finally {
            lock.unlock();
        }
        try {
            channel.close();
            selector.close();
        } catch (IOException e) {
            log.debug("closing the connection to {} failed: {}", server, e.toString());
        }
        if (arriving != null) {
            arriving.completeExceptionally(cause);
        }
        lost.forEach(read -> read.completeExceptionally(cause));
    }
}
