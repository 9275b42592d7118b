package org.ninep.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.ninep.client.NinepUri;

/**
 * {@code ninep serve} as a process.
 *
 * @param address HOST:PORT where it listens
 */
record NinepServe(Process process, String address) implements AutoCloseable {
    /** Starts one that exports a directory under its path, for reading and writing, and waits until it listens. */
    static NinepServe start(Path ninep, Path export) throws IOException {
        Process process = new ProcessBuilder(ninep.toString(), "serve", "--listen", "tcp:127.0.0.1:0", "--read-write",
                "--export", export.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String line = process.inputReader().readLine();
        if (line == null || !line.startsWith("ready: ")) {
            process.destroyForcibly();
            throw new IOException("not ready: " + line);
        }
        NinepUri uri = NinepUri.parse(line.substring("ready: ".length()));
        return new NinepServe(process, uri.host() + ":" + uri.port());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.onExit().get(10, TimeUnit.SECONDS);
        } catch (TimeoutException | InterruptedException | ExecutionException e) {
            process.destroyForcibly();
        }
    }
}
