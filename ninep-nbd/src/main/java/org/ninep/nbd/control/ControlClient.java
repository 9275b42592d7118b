package org.ninep.nbd.control;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Asks a process that has a {@link ControlSocket}.
 *
 * <p>Immutable.
 *
 * @param path of the socket
 */
public record ControlClient(Path path) {

    private static final int LONGEST_ANSWER = 16 << 20;

    /** How its files are: an object with the member {@code exports}. */
    public JsonObject status() throws IOException {
        return ask(request("status"));
    }

    /** Takes a replica into use. */
    public JsonObject add(String export, String uri) throws IOException {
        return change("add", export, uri);
    }

    /** Takes a replica out of use. */
    public JsonObject remove(String export, String uri) throws IOException {
        return change("remove", export, uri);
    }

    private JsonObject change(String command, String export, String uri) throws IOException {
        JsonObject request = request(command);
        request.addProperty("export", export);
        request.addProperty("uri", uri);
        return ask(request);
    }

    private static JsonObject request(String command) {
        JsonObject request = new JsonObject();
        request.addProperty("command", command);
        return request;
    }

    private JsonObject ask(JsonObject request) throws IOException {
        JsonObject answer;
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            ByteBuffer bytes = ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            answer = JsonParser.parseString(readAll(channel)).getAsJsonObject();
        } catch (RuntimeException e) {
            throw new IOException(path + ": not an answer of ninep: " + e.getMessage(), e);
        }
        if (answer.has("error")) {
            throw new IOException(path + ": " + answer.get("error").getAsString());
        }
        return answer;
    }

    private static String readAll(SocketChannel channel) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer some = ByteBuffer.allocate(16 << 10);
        while (channel.read(some) >= 0 && all.size() < LONGEST_ANSWER) {
            all.write(some.array(), 0, some.position());
            some.clear();
        }
        return all.toString(StandardCharsets.UTF_8);
    }
}
