package org.ninep.nbd.control;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.ninep.client.NinepUri;
import org.ninep.resilient.ResilientFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Unix socket, for its owner only, at which a process says how its files are and takes replicas in and out of use. At most
 * 16 clients are served at once, each for at most 5 seconds; the rest wait in the socket's queue.
 *
 * <p>Thread-safe.
 */
public final class ControlSocket implements Closeable {

    static final int LONGEST_LINE = 64 << 10;
    private static final int MOST_CLIENTS = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Logger log = LoggerFactory.getLogger(ControlSocket.class);

    private final Path path;
    private final ServerSocketChannel listening;
    private final Map<String, ResilientFile> files;
    private final Semaphore clients = new Semaphore(MOST_CLIENTS);

    private ControlSocket(Path path, ServerSocketChannel listening, Map<String, ResilientFile> files) {
        this.path = path;
        this.listening = listening;
        this.files = files;
    }

    /**
     * Opens a socket. One that a dead process has left at the path is replaced.
     *
     * @param path where; removed when the socket is closed
     * @param files what is served, by the name of its export; must not change
     * @throws IOException if there is no socket to be had there, or a live process listens at it
     */
    public static ControlSocket open(Path path, Map<String, ResilientFile> files) throws IOException {
        if (Files.exists(path) && isAlive(path)) {
            throw new IOException("cannot listen at " + path + ": another process does");
        }
        Path parent = path.toAbsolutePath().getParent();
        // nobody but the owner can reach the socket before its own permissions are set
        Path closed = Files.createTempDirectory(parent == null ? Path.of("/") : parent, ".ninep");
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        boolean done = false;
        try {
            Path made = closed.resolve("s");
            listening.bind(UnixDomainSocketAddress.of(made));
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
            Files.move(made, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            ControlSocket socket = new ControlSocket(path, listening, files);
            Thread.ofPlatform().daemon().name("ninep-control").start(socket::accept);
            done = true;
            return socket;
        } finally {
            if (!done) {
                listening.close();
                Files.deleteIfExists(closed.resolve("s"));
            }
            Files.delete(closed);
        }
    }

    private static boolean isAlive(Path path) {
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return probe.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private void accept() {
        try {
            while (true) {
                clients.acquire();
                SocketChannel client = listening.accept();
                Thread.ofVirtual().name("ninep-control-client").start(() -> serve(client));
            }
        } catch (IOException | InterruptedException e) {
            log.debug("{}: {}", path, e.toString());
        }
    }

    private void serve(SocketChannel client) {
        Thread watch = Thread.ofVirtual().start(() -> endAfterAWhile(client));
        try (client) {
            String answer = answer(readLine(client)) + "\n";
            ByteBuffer bytes = ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                client.write(bytes);
            }
        } catch (IOException e) {
            log.debug("{}: a client went away: {}", path, e.toString());
        } finally {
            watch.interrupt();
            clients.release();
        }
    }

    private static void endAfterAWhile(SocketChannel client) {
        try {
            Thread.sleep(PATIENCE);
            client.close();
        } catch (InterruptedException | IOException e) {
            // the client was served in time, or is gone
        }
    }

    /** A line without its end, from a peer that is not trusted to send one. */
    static String readLine(SocketChannel channel) throws IOException {
        ByteBuffer line = ByteBuffer.allocate(LONGEST_LINE);
        while (line.position() == 0 || line.get(line.position() - 1) != '\n') {
            if (!line.hasRemaining() || channel.read(line) < 0) {
                break;
            }
        }
        return StandardCharsets.UTF_8.decode(line.flip()).toString().strip();
    }

    private JsonObject answer(String line) {
        try {
            JsonObject request = JsonParser.parseString(line).getAsJsonObject();
            return switch (text(request, "command")) {
                case "status" -> status();
                case "add" -> change(request, true);
                case "remove" -> change(request, false);
                case String other -> error("no such command: " + other);
            };
        } catch (JsonParseException | IllegalStateException e) {
            return error("not a request: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            return error(String.valueOf(e.getMessage()));
        }
    }

    private static String text(JsonObject request, String member) {
        if (!request.has(member)) {
            throw new IllegalArgumentException("the request has no \"" + member + "\"");
        }
        return request.get(member).getAsString();
    }

    private static JsonObject error(String what) {
        JsonObject answer = new JsonObject();
        answer.addProperty("error", what);
        return answer;
    }

    private JsonObject status() {
        JsonArray exports = new JsonArray();
        files.forEach((name, file) -> exports.add(StatusJson.of(name, file.stats())));
        JsonObject answer = new JsonObject();
        answer.add("exports", exports);
        return answer;
    }

    private JsonObject change(JsonObject request, boolean add) {
        String export = text(request, "export");
        ResilientFile file = files.get(export);
        if (file == null) {
            return error("no export \"" + export + "\"; there are " + files.keySet());
        }
        NinepUri uri = NinepUri.parse(text(request, "uri"));
        if (add) {
            file.replicas().add(uri);
        } else {
            file.replicas().remove(uri);
        }
        return status();
    }

    /** Closes and removes the socket. */
    @Override
    public void close() throws IOException {
        listening.close();
        Files.deleteIfExists(path);
    }
}
