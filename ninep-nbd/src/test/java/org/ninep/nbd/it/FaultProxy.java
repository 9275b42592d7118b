package org.ninep.nbd.it;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP proxy in front of a server, which does to what the server sends as it is told. Thread-safe.
 */
final class FaultProxy implements Closeable {
    /** What happens to the server's bytes. */
    enum Mode {
        /** They pass. */
        PASS,
        /** They pass, each piece half a second late. */
        DELAY,
        /** One a second passes. */
        DRIP,
        /** None passes, and nobody is told. */
        SILENT,
        /** Half of the next piece passes, and then the connection ends. */
        CUT,
        /** The connection is reset. */
        RESET,
        /** As reset, and new connections are, too. */
        REFUSE
    }

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Mode mode = Mode.PASS;

    /** @param server its port on the loopback interface */
    FaultProxy(int server) throws IOException {
        this.server = server;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    void mode(Mode now) throws IOException {
        mode = now;
        if (now == Mode.RESET || now == Mode.REFUSE) {
            for (Socket socket : open) {
                reset(socket);
            }
        }
    }

    private static void reset(Socket socket) throws IOException {
        if (!socket.isClosed()) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                open.add(client);
                if (mode == Mode.REFUSE) {
                    reset(client);
                } else {
                    Socket behind = new Socket(InetAddress.getLoopbackAddress(), server);
                    open.add(behind);
                    Thread.ofVirtual().start(() -> pump(client, behind, false));
                    Thread.ofVirtual().start(() -> pump(behind, client, true));
                }
            } catch (IOException e) {
                // the server is down, or this proxy is closed
            }
        }
    }

    private void pump(Socket from, Socket to, boolean faulty) {
        byte[] bytes = new byte[16 << 10];
        try (from; to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int count;
            while ((count = in.read(bytes)) >= 0) {
                if (faulty) {
                    pass(bytes, count, out);
                } else {
                    out.write(bytes, 0, count);
                }
            }
        } catch (IOException e) {
            // one of the two has gone, and so the other does
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private void pass(byte[] bytes, int count, OutputStream out) throws IOException {
        switch (mode) {
            case PASS, RESET, REFUSE -> out.write(bytes, 0, count);
            case DELAY -> {
                LockSupport.parkNanos(500_000_000);
                out.write(bytes, 0, count);
            }
            case DRIP -> drip(bytes, count, out);
            case SILENT -> {
                // swallowed
            }
            case CUT -> {
                out.write(bytes, 0, count / 2);
                throw new IOException("cut");
            }
        }
    }

    private void drip(byte[] bytes, int count, OutputStream out) throws IOException {
        for (int i = 0; i < count; i++) {
            if (mode == Mode.DRIP) {
                LockSupport.parkNanos(1_000_000_000);
            }
            out.write(bytes, i, 1);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
