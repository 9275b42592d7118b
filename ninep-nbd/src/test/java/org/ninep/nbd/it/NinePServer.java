package org.ninep.nbd.it;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.ninep.peer.Peers;

/** A 9P server that exports one directory. */
interface NinePServer extends AutoCloseable {
    /** Whose server, and how it is reached. */
    enum Kind {
        DIOD, OURS_TCP, OURS_UNIX
    }

    /** The URI of a file in the export. */
    String uri(String file);

    @Override
    void close() throws IOException, InterruptedException;

    static NinePServer start(Kind kind, Path work, Path export) throws IOException, InterruptedException {
        return switch (kind) {
            case DIOD -> diod(export);
            case OURS_TCP -> ours("tcp:127.0.0.1:0", export);
            case OURS_UNIX -> ours("unix:" + Files.createTempDirectory("ninep").resolve("9p.sock"), export);
        };
    }

    private static NinePServer ours(String listen, Path export) throws IOException, InterruptedException {
        Program program = Program.start("serve", "--listen", listen, "--export", export.toString());
        String root = program.ready();
        return new NinePServer() {
            @Override
            public String uri(String file) {
                return root.replaceFirst("/\\?", "/" + file + "?");
            }

            @Override
            public void close() throws InterruptedException {
                program.close();
            }
        };
    }

    private static NinePServer diod(Path export) throws IOException, InterruptedException {
        int port = freePort();
        Process process = new ProcessBuilder(Peers.require("diod"), "-f", "-n", "-N", "-l", "127.0.0.1:" + port, "-e",
                export.toString(), "-L", "stderr").inheritIO().start();
        awaitListening(process, port);
        return new NinePServer() {
            @Override
            public String uri(String file) {
                return "9p://127.0.0.1:" + port + "/" + file + "?aname=" + export;
            }

            @Override
            public void close() throws InterruptedException {
                process.destroy();
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            }
        };
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void awaitListening(Process process, int port) throws IOException, InterruptedException {
        for (int tries = 0; tries < 500 && !process.waitFor(20, TimeUnit.MILLISECONDS); tries++) {
            try (Socket probe = new Socket("127.0.0.1", port)) {
                if (probe.isConnected()) {
                    return;
                }
            } catch (IOException notYet) {
                // it has not bound its socket
            }
        }
        process.destroyForcibly();
        throw new IOException("diod does not listen on port " + port);
    }
}
