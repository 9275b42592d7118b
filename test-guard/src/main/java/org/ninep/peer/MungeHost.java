package org.ninep.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A host of its own as far as MUNGE goes: a mount namespace with a {@code /run} of its own, so that a munged can listen at the
 * usual socket, which is the only one that libmunge's users ask at, and disturbs nobody. Takes root.
 *
 * <p>
 * Confined to one thread.
 */
public final class MungeHost implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String DIRECTORY = "/run/munge";

    /** Keeps the namespace while no other process is in it. */
    private final Process holder;

    private MungeHost(Process holder) {
        this.holder = holder;
    }

    /** Makes one, with nothing running in it. */
    public static MungeHost start() throws IOException {
        String unshare = Peers.require("unshare");
        Peers.require("nsenter");
        if (!"root".equals(System.getProperty("user.name"))) {
            throw Peers.lacking("a mount namespace takes root");
        }
        Process holder = new ProcessBuilder(unshare, "--mount", "--propagation", "private", "sh", "-c",
                "mount -t tmpfs -o mode=755 run /run && mkdir -m 755 " + DIRECTORY
                        + " && echo made && exec sleep infinity")
                .redirectErrorStream(true).start();
        String line = holder.inputReader().readLine();
        if (!"made".equals(line)) {
            holder.destroyForcibly();
            throw Peers.lacking("no mount namespace: " + line);
        }
        return new MungeHost(holder);
    }

    /** What to run for running this on that host. */
    public List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>(
                List.of("nsenter", "--target", String.valueOf(holder.pid()), "--mount", "--"));
        whole.addAll(command);
        return whole;
    }

    /** Runs a program on that host to its end, whatever that is. */
    public Tool attempt(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Peers.require(program)));
        command.addAll(List.of(arguments));
        return Tool.attempt(command(command).toArray(String[]::new));
    }

    /** The usual socket of that host's munged, for programs that can be told, on any host. */
    public Path socket() {
        return Path.of("/proc/" + holder.pid() + "/root" + DIRECTORY + "/munge.socket.2");
    }

    /** Ends it; programs that run on it should be ended before. */
    @Override
    public void close() throws IOException {
        holder.destroyForcibly();
        if (!Tool.ended(holder, PATIENCE)) {
            throw new IOException("the holder of the namespace did not end within " + PATIENCE + " of SIGKILL");
        }
    }
}
