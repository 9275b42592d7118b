package org.ninep.server;

import java.io.IOException;
import java.time.Duration;
import org.ninep.ConnectionLostException;
import org.ninep.transport.Connection;
import org.ninep.transport.InProcess;
import org.ninep.transport.Transport;

/** Connects to a server in the same process. */
final class InProcessTransport implements Transport {
    private final Server server;
    private final String name;

    InProcessTransport(Server server, String name) {
        this.server = server;
        this.name = name;
    }

    @Override
    public Connection connect(Duration timeout) throws ConnectionLostException {
        try {
            InProcess pair = InProcess.pair(name);
            if (server.accept(pair.server())) {
                return pair.client();
            }
            pair.client().close();
        } catch (IOException e) {
            throw new ConnectionLostException("cannot connect to " + name + ": " + e.getMessage(), e);
        }
        throw new ConnectionLostException("cannot connect to " + name + ": the server is closed, or full");
    }

    @Override
    public String endpoint() {
        return name;
    }

    @Override
    public String toString() {
        return name;
    }
}
