package org.ninep.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.ninep.ConnectionLostException;

/** TCP, to every address of a name in turn. */
final class TcpTransport implements Transport {
    private final String host;
    private final int port;
    private final Lookup lookup;

    TcpTransport(String host, int port, Lookup.Resolver resolver) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not in 1..65535");
        }
        this.host = host;
        this.port = port;
        this.lookup = new Lookup(host, resolver);
    }

    @Override
    public Connection connect(Duration timeout) throws ConnectionLostException {
        long deadline = Connecting.deadline(timeout);
        InetAddress[] addresses = addresses(timeout);
        StringJoiner reasons = new StringJoiner("; ");
        IOException last = null;
        for (int i = 0; i < addresses.length && !Thread.currentThread().isInterrupted(); i++) {
            Duration share = Duration.ofNanos((deadline - System.nanoTime()) / (addresses.length - i));
            try {
                return Connection.of(Connecting.connect(new InetSocketAddress(addresses[i], port), share), endpoint());
            } catch (IOException e) {
                last = e;
                reasons.add(
                        lookup.isLiteral() ? e.getMessage() : addresses[i].getHostAddress() + ": " + e.getMessage());
            }
        }
        throw last == null ? failed("interrupted", new InterruptedException()) : failed(reasons.toString(), last);
    }

    private InetAddress[] addresses(Duration timeout) throws ConnectionLostException {
        try {
            return lookup.addresses(timeout);
        } catch (IOException e) {
            throw failed(e.getMessage(), e);
        }
    }

    private ConnectionLostException failed(@Nullable String reason, Throwable cause) {
        return new ConnectionLostException("cannot connect to " + endpoint() + ": " + reason, cause);
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
