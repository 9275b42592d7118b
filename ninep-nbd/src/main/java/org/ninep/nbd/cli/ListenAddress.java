package org.ninep.nbd.cli;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.ExitStatus;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Where a server listens, as {@code --listen} says it. Immutable. */
sealed interface ListenAddress {

    /**
     * {@code tcp:HOST:PORT}.
     *
     * @param host a name or an address, without brackets
     * @param port 0 has one picked
     */
    record Tcp(String host, int port) implements ListenAddress {

        InetSocketAddress resolve() throws CommandFailure {
            InetSocketAddress address = new InetSocketAddress(host, port);
            if (address.isUnresolved()) {
                throw new CommandFailure(ExitStatus.CANNOT_LISTEN, "cannot listen at " + this + ": no such host");
            }
            return address;
        }

        @Override
        public String toString() {
            return "tcp:" + hostInUri(host) + ":" + port;
        }
    }

    /**
     * {@code unix:PATH}.
     *
     * @param path of the socket, absolute
     */
    record Unix(Path path) implements ListenAddress {

        UnixDomainSocketAddress address() {
            return UnixDomainSocketAddress.of(path);
        }

        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    /** {@code inherited}: a listening or connected socket as standard input. */
    record Inherited() implements ListenAddress {

        @Override
        public String toString() {
            return "inherited";
        }
    }

    /** The same place, with the port and the path that it got. */
    default ListenAddress at(SocketAddress bound) {
        return switch (bound) {
            case InetSocketAddress inet ->
                new Tcp(this instanceof Tcp tcp ? tcp.host() : inet.getHostString(), inet.getPort());
            case UnixDomainSocketAddress unix -> new Unix(unix.getPath().toAbsolutePath());
            default -> this;
        };
    }

    /** The host as URIs have it: IPv6 in brackets. */
    static String hostInUri(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    /** Reads the option's value. Immutable. */
    final class Converter implements ITypeConverter<ListenAddress> {

        @Override
        public ListenAddress convert(String text) {
            if (text.equals("inherited")) {
                return new Inherited();
            }
            if (text.startsWith("unix:")) {
                return unix(text, text.substring("unix:".length()));
            }
            if (text.startsWith("tcp:")) {
                return tcp(text, text.substring("tcp:".length()));
            }
            throw new TypeConversionException(
                    "\"" + text + "\" is no address; there are tcp:HOST:PORT, unix:PATH and inherited");
        }

        private static Unix unix(String text, String path) {
            try {
                if (!path.isEmpty()) {
                    Unix unix = new Unix(Path.of(path).toAbsolutePath());
                    return unix;
                }
            } catch (InvalidPathException e) {
                // said below
            }
            throw new TypeConversionException("\"" + text + "\" has no path of a socket behind unix:");
        }

        private static Tcp tcp(String text, String hostAndPort) {
            int colon = hostAndPort.lastIndexOf(':');
            String host = colon < 0 ? "" : hostAndPort.substring(0, colon);
            String port = hostAndPort.substring(colon + 1);
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            } else if (host.contains(":")) {
                throw new TypeConversionException(
                        "\"" + text + "\": an IPv6 address belongs in brackets, as in tcp:[::1]:0");
            }
            if (host.isEmpty() || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535) {
                throw new TypeConversionException("\"" + text + "\" is not tcp:HOST:PORT with a port from 0 to 65535");
            }
            return new Tcp(host, Integer.parseInt(port));
        }
    }
}
