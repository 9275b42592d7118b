package org.ninep.transport;

import java.net.InetAddress;
import java.nio.channels.ByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.ninep.ConnectionLostException;

/**
 * A way to connect to a 9P server, as often as wanted.
 *
 * <p>
 * Thread-safe.
 */
public interface Transport {
    /**
     * Connects. A thread that is interrupted fails soon, stays interrupted and leaves no socket open.
     *
     * @param timeout for all of it; positive
     * @return a new connection in blocking mode, which the caller closes
     * @throws ConnectionLostException if no connection came about, with the endpoint and the operating system's reason
     */
    Connection connect(Duration timeout) throws ConnectionLostException;

    /** Where it connects to, for people: {@code server:564}, {@code /run/diod.sock}. */
    String endpoint();

    /**
     * TCP to every address of the name in turn, until one answers. Each address not yet tried gets an equal share of
     * the time that is left.
     *
     * @param host a name, an IPv4 address or an IPv6 address without brackets
     * @param port 1 to 65535
     */
    static Transport tcp(String host, int port) {
        return new TcpTransport(host, port, InetAddress::getAllByName);
    }

    /**
     * A Unix stream socket.
     *
     * @param socket its path. A server whose queue of connections is full refuses at once.
     */
    static Transport unix(Path socket) {
        return new UnixTransport(socket);
    }

    /**
     * A channel that is connected already; it serves one {@link #connect} and fails every further one. A
     * {@link java.nio.channels.SocketChannel} must be connected and is used as it is. Any other channel (TLS, a tunnel) must be blocking and
     * able to read and write at the same time, and is served by two daemon threads that copy.
     *
     * @param channel belongs to the transport from now on
     * @param endpoint the other end, for people
     */
    static Transport of(ByteChannel channel, String endpoint) {
        return new ChannelTransport(channel, endpoint);
    }
}
