package org.ninep.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.StringJoiner;
import org.ninep.ConnectionLostException;

/** TCP, to every address of a name in turn. */
final class TcpTransport implements Transport {
    private final String host;
    private final int port;

    TcpTransport(String host, int port) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not in 1..65535");
        }
        this.host = host;
        this.port = port;
    }

    @Override
    public Connection connect(Duration timeout) throws ConnectionLostException {
        InetAddress[] addresses = resolve();
        long deadline = System.nanoTime() + timeout.toNanos();
        StringJoiner reasons = new StringJoiner("; ");
        IOException last = null;
        for (int i = 0; i < addresses.length; i++) {
            Duration share = Duration.ofNanos((deadline - System.nanoTime()) / (addresses.length - i));
            InetSocketAddress address = new InetSocketAddress(addresses[i], port);
            try {
                SocketChannel socket = Connecting.connect(address, share);
                socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
                socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
                return Connection.of(socket, endpoint());
            } catch (IOException e) {
                last = e;
                reasons.add(addresses.length == 1 ? e.getMessage() : addresses[i].getHostAddress() + ": " + e.getMessage());
            }
            if (Thread.currentThread().isInterrupted()) {
                break;
            }
        }
        throw new ConnectionLostException("cannot connect to " + endpoint() + ": " + reasons, last);
    }

    private InetAddress[] resolve() throws ConnectionLostException {
        try {
            return InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            throw new ConnectionLostException("cannot connect to " + endpoint() + ": no such host", e);
        }
    }

    @Override
    public String endpoint() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public String toString() {
        return endpoint();
    }
}
