package org.ninep.peer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * A server of others as a process, to which things are done.
 *
 * <p>
 * Confined to one thread.
 */
public abstract sealed class ServerProcess implements AutoCloseable permits Diod, Ganesha, Munged {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    private final String name;
    private final ProcessBuilder builder;
    private final SocketAddress address;
    private Process process;

    /** Starts it; {@link #awaitListening} is to follow. */
    ServerProcess(String name, ProcessBuilder builder, SocketAddress address) throws IOException {
        this.name = name;
        this.builder = builder;
        this.address = address;
        this.process = builder.start();
    }

    final SocketAddress socketAddress() {
        return address;
    }

    final void awaitListening() throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end && !Tool.ended(process, BETWEEN_LOOKS)) {
            try (SocketChannel probe = SocketChannel.open(address)) {
                if (probe.isConnected()) {
                    return;
                }
            } catch (IOException notYet) {
                // it has not bound its socket
            }
        }
        close();
        throw new IOException(name + " does not listen at " + address + printed());
    }

    /** What it printed that may tell why it does not start. */
    String printed() throws IOException {
        return "";
    }

    /** Ends it with SIGKILL, and waits for its end. A Unix socket's file stays. */
    public final void kill() throws IOException {
        process.destroyForcibly();
        if (!Tool.ended(process, PATIENCE)) {
            throw new IOException(name + " did not end within " + PATIENCE + " of SIGKILL");
        }
    }

    /** Starts it again where it was, after {@link #kill}, and waits until it listens. */
    public final void restart() throws IOException {
        process = builder.start();
        awaitListening();
    }

    /** Stops it in its tracks (SIGSTOP). */
    public final void hang() throws IOException {
        Tool.run("kill", "-STOP", String.valueOf(process.pid()));
    }

    /** Lets it go on after {@link #hang}. */
    public final void goOn() throws IOException {
        Tool.run("kill", "-CONT", String.valueOf(process.pid()));
    }

    /** Asks it to end, as one does: with SIGTERM. */
    void end(Process process) {
        process.destroy();
    }

    /** Ends it and waits for its end. */
    @Override
    public final void close() {
        end(process);
        try {
            if (!Tool.ended(process, PATIENCE)) {
                process.destroyForcibly();
                throw new UncheckedIOException(
                        new IOException(name + " did not end within " + PATIENCE + " of SIGTERM"));
            }
        } catch (InterruptedIOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
