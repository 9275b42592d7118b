package org.ninep.benchmarks;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Stands before a 9P server on loopback, and counts what goes by: messages of both directions, by the four bytes of size that
 * each begins with.
 *
 * <p>
 * Thread-safe.
 */
final class CountingProxy implements AutoCloseable {
    private static final int LARGEST = 1 << 24;

    private final ServerSocket listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    private final int server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final LongAdder messages = new LongAdder();
    private final LongAdder bytes = new LongAdder();

    /** @param server the server's port on 127.0.0.1 */
    CountingProxy(int server) throws IOException {
        this.server = server;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    long messages() {
        return messages.sum();
    }

    long bytes() {
        return bytes.sum();
    }

    private void accept() {
        while (true) {
            try {
                Socket client = listener.accept();
                open.add(client);
                Socket onward = new Socket(InetAddress.getLoopbackAddress(), server);
                open.add(onward);
                Thread.ofVirtual().start(() -> pass(client, onward));
                Thread.ofVirtual().start(() -> pass(onward, client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void pass(Socket from, Socket to) {
        try (from; to) {
            from.setTcpNoDelay(true);
            to.setTcpNoDelay(true);
            pass(from.getInputStream(), to.getOutputStream());
        } catch (IOException ended) {
            // one of both has gone, and so the other goes too
        } finally {
            open.remove(from);
        }
    }

    private void pass(InputStream from, OutputStream to) throws IOException {
        DataInputStream in = new DataInputStream(from);
        byte[] buffer = new byte[1 << 16];
        while (true) {
            int size = Integer.reverseBytes(in.readInt());
            if (size < 7 || size > LARGEST) {
                throw new IOException("no size of a message: " + size);
            }
            if (size > buffer.length) {
                buffer = new byte[size];
            }
            in.readFully(buffer, 4, size - 4);
            buffer[0] = (byte) size;
            buffer[1] = (byte) (size >> 8);
            buffer[2] = (byte) (size >> 16);
            buffer[3] = (byte) (size >> 24);
            messages.increment();
            bytes.add(size);
            to.write(buffer, 0, size);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
