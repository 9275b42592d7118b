package org.ninep.benchmarks.compare;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/** Starts servers, and ends at the end those that still run. Thread-safe. */
final class Programs implements Closeable {
    private static final Duration LONGEST_START = Duration.ofMinutes(2);
    private static final long POLL_NANOS = 1_000_000;

    private final Path work;
    private final List<Program> running = new CopyOnWriteArrayList<>();

    /** @param work for what they print */
    Programs(Path work) {
        this.work = work;
    }

    private interface Ready {
        boolean isReady(String log) throws IOException;
    }

    /** Starts one that is ready when it listens. */
    Program listening(String name, int port, List<String> command) throws IOException {
        return start(name, command, _ -> listens(port));
    }

    /** Starts one that is ready when it has printed a line that begins so. */
    Program printing(String name, String line, List<String> command) throws IOException {
        return start(name, command, log -> log.lines().anyMatch(one -> one.startsWith(line)) && log.endsWith("\n"));
    }

    private Program start(String name, List<String> command, Ready ready) throws IOException {
        Path log = Files.createTempFile(work, "program", ".log");
        long begin = System.nanoTime();
        Process process = builder(command, log).start();
        Program starting = new Program(name, process.toHandle(), 0, "");
        running.add(starting);
        while (!ready.isReady(Files.readString(log))) {
            if (!process.isAlive() || System.nanoTime() - begin > LONGEST_START.toNanos()) {
                end(starting);
                throw notReady(name, command, log);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        Program started = new Program(name, process.toHandle(), (System.nanoTime() - begin) / 1e9,
                Files.readString(log));
        running.add(started);
        running.remove(starting);
        return started;
    }

    /** Starts one that goes on in the background, and leaves its number in a file. */
    Program daemon(String name, int port, Path pidFile, List<String> command) throws IOException {
        Path log = Files.createTempFile(work, "program", ".log");
        long begin = System.nanoTime();
        builder(command, log).start();
        while (!Files.exists(pidFile) || Files.size(pidFile) == 0 || !listens(port)) {
            if (System.nanoTime() - begin > LONGEST_START.toNanos()) {
                handle(pidFile).ifPresent(ProcessHandle::destroy);
                throw notReady(name, command, log);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        ProcessHandle handle = handle(pidFile).orElseThrow(() -> notReady(name, command, log));
        Program started = new Program(name, handle, (System.nanoTime() - begin) / 1e9, "");
        running.add(started);
        return started;
    }

    private static Optional<ProcessHandle> handle(Path pidFile) throws IOException {
        String number = Files.exists(pidFile) ? Files.readString(pidFile).strip() : "";
        return number.isEmpty() ? Optional.empty() : ProcessHandle.of(Long.parseLong(number));
    }

    private static ProcessBuilder builder(List<String> command, Path log) {
        return new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    }

    private static IOException notReady(String name, List<String> command, Path log) {
        String printed;
        try {
            printed = Files.readString(log).strip();
        } catch (IOException e) {
            printed = e.toString();
        }
        return new IOException(
                name + " did not get ready: " + String.join(" ", command) + (printed.isEmpty() ? "" : ": " + printed));
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** A port of the loopback interface that nobody listens at, a moment ago. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    void end(Program program) {
        program.end();
        running.remove(program);
    }

    /** Ends all, the last first. */
    @Override
    public void close() {
        for (Program program : List.copyOf(running).reversed()) {
            end(program);
        }
    }
}
