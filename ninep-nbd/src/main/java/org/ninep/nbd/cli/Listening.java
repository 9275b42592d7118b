package org.ninep.nbd.cli;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.SocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.ExitStatus;

/**
 * What a server is to listen at: addresses that it binds itself, and the socket that the process was started with.
 *
 * <p>Confined to one thread.
 */
final class Listening implements Closeable {

    private final List<ListenAddress> specified = new ArrayList<>();
    private final List<SocketAddress> addresses = new ArrayList<>();
    private @Nullable ServerSocketChannel inheritedListener;
    private @Nullable SocketChannel inheritedClient;

    private Listening() {}

    static Listening at(List<ListenAddress> specified) throws IOException {
        Listening listening = new Listening();
        for (ListenAddress address : specified) {
            switch (address) {
                case ListenAddress.Tcp tcp -> listening.bindLater(tcp, tcp.resolve());
                case ListenAddress.Unix unix -> listening.bindLater(unix, unix.address());
                case ListenAddress.Inherited inherited -> listening.inherit(inherited);
            }
        }
        return listening;
    }

    private void bindLater(ListenAddress from, SocketAddress address) {
        specified.add(from);
        addresses.add(address);
    }

    private void inherit(ListenAddress.Inherited inherited) throws IOException {
        if (inheritedListener != null || inheritedClient != null) {
            throw new CommandFailure(ExitStatus.USAGE,
                    "--listen: inherited is there twice, and there is one standard input");
        }
        Channel channel = System.inheritedChannel();
        switch (channel) {
            case ServerSocketChannel listener -> inheritedListener = listener;
            case SocketChannel client -> {
                inheritedClient = client;
                keepTextOff();
            }
            case null, default -> throw new CommandFailure(
                    ExitStatus.CANNOT_LISTEN,
                    "cannot listen at " + inherited + ": standard input is no socket of a stream protocol");
        }
    }

    /** Under inetd the client's socket is standard error, too: a log would break into the protocol. */
    private static void keepTextOff() {
        Path self = Path.of("/proc/self/fd");
        try {
            if (Files.readSymbolicLink(self.resolve("0")).equals(Files.readSymbolicLink(self.resolve("2")))) {
                System.setErr(new PrintStream(OutputStream.nullOutputStream()));
            }
        } catch (IOException e) {
            // There is no /proc to tell; then they are taken for different.
        }
    }

    /** What is to be bound. */
    List<SocketAddress> addresses() {
        return addresses;
    }

    /** A socket that listens already. */
    @Nullable
    ServerSocketChannel inheritedListener() {
        return inheritedListener;
    }

    /** A client that is connected already. */
    @Nullable
    SocketChannel inheritedClient() {
        return inheritedClient;
    }

    /** Whether all that there will ever be is one client. */
    boolean isOneClient() {
        return inheritedClient != null && inheritedListener == null && addresses.isEmpty();
    }

    /**
     * For people and their clients, the addresses that were bound.
     *
     * @param bound first those of {@link #addresses()}, then that of the inherited socket
     */
    List<ListenAddress> named(List<SocketAddress> bound) {
        List<ListenAddress> named = new ArrayList<>();
        for (int i = 0; i < bound.size(); i++) {
            ListenAddress from = i < specified.size() ? specified.get(i) : new ListenAddress.Inherited();
            named.add(from.at(bound.get(i)));
        }
        return named;
    }

    /** Closes what was inherited; who has been given it closes it as well. */
    @Override
    public void close() throws IOException {
        if (inheritedListener != null) {
            inheritedListener.close();
        }
        if (inheritedClient != null) {
            inheritedClient.close();
        }
    }
}
