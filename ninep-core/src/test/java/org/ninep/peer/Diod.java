package org.ninep.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real diod on a Unix socket, which prints every message that it decodes.
 *
 * <p>
 * Confined to one thread.
 */
public final class Diod implements AutoCloseable {
    private final Process process;
    private final Path socket;
    private final Path log;

    private Diod(Process process, Path socket, Path log) {
        this.process = process;
        this.socket = socket;
        this.log = log;
    }

    /**
     * Starts one and waits until it listens.
     *
     * @param directory for its socket and its log; short, for a socket's path has at most 107 bytes
     * @param export what it serves, writable; its path is the aname
     * @param options further options of the command line: {@code -n} for "no authentication"
     */
    public static Diod start(Path directory, Path export, String... options) throws IOException, InterruptedException {
        Path socket = directory.resolve("diod.sock");
        Path log = directory.resolve("diod.log");
        List<String> command = new ArrayList<>(List.of(Peers.require("diod"), "-f", "-N", "-d", "1", "-L", "stderr",
                "-l", socket.toString(), "-e", export.toString(), "-e", "ctl"));
        command.addAll(List.of(options));
        // its own directory is where a diod that aborts leaves its core
        Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true)
                .redirectOutput(log.toFile()).start();
        Diod diod = new Diod(process, socket, log);
        diod.awaitListening();
        return diod;
    }

    private void awaitListening() throws IOException, InterruptedException {
        for (int tries = 0; tries < 500 && !process.waitFor(20, TimeUnit.MILLISECONDS); tries++) {
            try (SocketChannel probe = connect()) {
                if (probe.isConnected()) {
                    return;
                }
            } catch (IOException notYet) {
                // it has not bound its socket
            }
        }
        close();
        throw new IOException("diod does not listen: " + Files.readString(log));
    }

    /** A new connection to it. */
    public SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Where it listens. */
    public Path socket() {
        return socket;
    }

    /** What it has printed, without its name in front: {@code P9_TCLUNK tag 1 fid 2}. All of it once it is closed. */
    public List<String> log() throws IOException {
        return Files.readAllLines(log).stream().map(line -> line.replaceFirst("^diod: ", "")).toList();
    }

    /** Ends it and waits for its end. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new UncheckedIOException(new IOException("diod did not end within 10 s of SIGTERM"));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
