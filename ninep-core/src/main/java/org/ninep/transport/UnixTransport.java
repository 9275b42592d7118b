package org.ninep.transport;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.ninep.ConnectionLostException;

/** A Unix stream socket, by its path. */
final class UnixTransport implements Transport {
    private final Path socket;

    UnixTransport(Path socket) {
        this.socket = socket;
    }

    @Override
    public Connection connect(Duration timeout) throws ConnectionLostException {
        try {
            return Connection.of(Connecting.connect(UnixDomainSocketAddress.of(socket), timeout), endpoint());
        } catch (IOException e) {
            throw new ConnectionLostException("cannot connect to " + endpoint() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String endpoint() {
        return socket.toString();
    }

    @Override
    public String toString() {
        return endpoint();
    }
}
