package org.ninep.server;

import static org.ninep.server.SessionFuzzReplies.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ninep.message.Rmessage.Rversion;
import org.ninep.transport.Connection;

/**
 * Whatever a client sends: each request is answered once at most, with its tag and by its kind; nothing outside of the export
 * is changed, named or read; nothing fails that the server did not expect to; and when the client has left, nothing is left
 * of it.
 *
 * <p>
 * An input is what {@link SessionFuzzGrammar} makes a session of.
 */
public final class SessionFuzz {
    /** For a client, and for each of its requests: a listing of attributes takes the most. */
    private static final long HEAP_OF_A_CLIENT = 1 << 20;
    private static final long HEAP_OF_A_REQUEST = 160 << 10;
    private static final int ATTEMPTS = 5;
    private static final Duration CONNECT = Duration.ofSeconds(60);

    private static @Nullable SessionFuzzWorld world;
    private static long clients;

    private SessionFuzz() {}

    private static SessionFuzzWorld world() throws IOException {
        SessionFuzzWorld there = world;
        if (there == null) {
            Path dir = Path.of(System.getProperty("ninep.fuzz", "target/fuzz/SessionFuzz")).resolve("world")
                    .toAbsolutePath();
            there = new SessionFuzzWorld(dir);
            world = there;
        }
        return there;
    }

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        try {
            SessionFuzzWorld there = world();
            long tooMuch = run(there, input);
            // Who is the first to do something pays for the loading of classes.
            for (int i = 0; i < ATTEMPTS && tooMuch > 0; i++) {
                tooMuch = run(there, input);
            }
            if (tooMuch > 0) {
                throw new AssertionError("a client costs " + tooMuch + " bytes of heap more than it may");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Called by the fuzzer at its end. */
    public static void fuzzerTearDown() throws IOException {
        SessionFuzzWorld there = world;
        world = null;
        if (there != null) {
            there.close();
        }
    }

    /** How many bytes of the heap the session took beyond what it may. */
    private static long run(SessionFuzzWorld world, byte[] input) throws IOException {
        SessionFuzzGrammar session = new SessionFuzzGrammar(input);
        SessionFuzzReplies replies = new SessionFuzzReplies(world.marker(), world.inodes());
        replies.expect(session.bytes());
        SessionFuzzWorld.Before before = world.before();
        try (Connection connection = world.server().transport("client-" + clients++ + "-").connect(CONNECT)) {
            send(connection, session.bytes());
            replies.readAll(connection.source());
        }
        world.hasLeft(before);
        boolean brokeProtocol = lookAtLog(world);
        check(!session.endsInOrder() || brokeProtocol || replies.last() instanceof Rversion,
                () -> "the last Tversion was answered by " + replies.last());
        world.checkOutside();
        if (replies.changed()) {
            world.restore();
        }
        return world.allocated() - HEAP_OF_A_CLIENT - HEAP_OF_A_REQUEST * replies.requests();
    }

    private static void send(Connection connection, ByteBuffer bytes) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                connection.sink().write(bytes);
            }
        } catch (IOException closedByServer) {
            // as it may, when the protocol is broken
        }
        connection.sink().close();
    }

    /**
     * Whether the client was closed for breaking the protocol, or may have been: who had all of its lines before gets none for that.
     * A failure that nobody thought of is a bug.
     */
    private static boolean lookAtLog(SessionFuzzWorld world) {
        List<String> lines = world.logged();
        boolean broke = lines.size() >= RateLimitedLog.LINES_OF_A_HOST;
        for (String line : lines) {
            boolean meant = !line.contains("a request failed") || line.contains(ErrnoException.class.getName());
            check(meant && !line.contains("unexpected failure"), () -> line);
            broke |= line.contains("breaking the protocol");
        }
        return broke;
    }
}
