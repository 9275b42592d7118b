package org.ninep.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A real diod.
 *
 * <p>
 * Confined to one thread.
 */
public final class Diod extends ServerProcess {
    private Diod(ProcessBuilder builder, SocketAddress address) throws IOException {
        super("diod", builder, address);
    }

    /**
     * Starts one on a Unix socket, which prints every message that it decodes, and waits until it listens.
     *
     * @param directory for its socket and its log; short, for a socket's path has at most 107 bytes
     * @param export what it serves, writable; its path is the aname
     * @param options further options of the command line: {@code -n} for "no authentication"
     */
    public static Diod start(Path directory, Path export, String... options) throws IOException {
        Path socket = directory.resolve("diod.sock");
        List<String> command = new ArrayList<>(List.of("-d", "1", "-e", "ctl"));
        command.addAll(List.of(options));
        // its own directory is where a diod that aborts leaves its core
        ProcessBuilder builder = builder(socket.toString(), export, command).directory(directory.toFile())
                .redirectErrorStream(true).redirectOutput(log(directory).toFile());
        return started(builder, UnixDomainSocketAddress.of(socket));
    }

    /**
     * Starts one on a free port of 127.0.0.1, which wants no authentication, and waits until it listens.
     *
     * @param export what it serves; its path is the aname
     */
    public static Diod startOnTcp(Path export) throws IOException {
        int port = Peers.freePort();
        ProcessBuilder builder = builder("127.0.0.1:" + port, export, List.of("-n")).inheritIO();
        return started(builder, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** As {@link #startOnTcp}, but one that wants authentication with MUNGE, and asks the munged of that host. */
    public static Diod startOnTcp(Path export, MungeHost host) throws IOException {
        int port = Peers.freePort();
        ProcessBuilder builder = new ProcessBuilder(host.command(command("127.0.0.1:" + port, export, List.of())))
                .inheritIO();
        return started(builder, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private static ProcessBuilder builder(String listen, Path export, List<String> options) {
        return new ProcessBuilder(command(listen, export, options));
    }

    private static List<String> command(String listen, Path export, List<String> options) {
        // as under systemd, SIGPIPE is ignored: diod 1.0.24 dies of it when a client that it owes replies has gone
        List<String> command = new ArrayList<>(
                List.of("env", "--ignore-signal=PIPE", Peers.require("diod"), "-f", "-N", "-L", "stderr", "-l", listen,
                        "-e", export.toString()));
        command.addAll(options);
        return command;
    }

    private static Diod started(ProcessBuilder builder, SocketAddress address) throws IOException {
        Diod diod = new Diod(builder, address);
        diod.awaitListening();
        return diod;
    }

    /** A new connection to it. */
    public SocketChannel connect() throws IOException {
        return SocketChannel.open(socketAddress());
    }

    /** Where it listens: a path, or HOST:PORT. */
    public String address() {
        return socketAddress() instanceof InetSocketAddress tcp
                ? "127.0.0.1:" + tcp.getPort()
                : socketAddress().toString();
    }

    /** The port of 127.0.0.1 at which one on TCP listens. */
    public int port() {
        return ((InetSocketAddress) socketAddress()).getPort();
    }

    private static Path log(Path directory) {
        return directory.resolve("diod.log");
    }

    /**
     * What one on a Unix socket has printed, without its name in front: {@code P9_TCLUNK tag 1 fid 2}. All of it once it is
     * closed.
     */
    public List<String> log() throws IOException {
        Path directory = Path.of(address()).resolveSibling("");
        return Files.readAllLines(log(directory)).stream().map(line -> line.replaceFirst("^diod: ", "")).toList();
    }
}
