package org.ninep.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** Programs of others on this machine. A test that lacks one is skipped, or fails where peers are required. */
public final class Peers {
    private static final String REQUIRED = "NINEP_REQUIRE_PEERS";

    private Peers() {}

    /**
     * Where the program is.
     *
     * @param program its name, as one would type it
     * @throws TestAbortedException if it is not installed, unless the environment says that it must be
     */
    public static String require(String program) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
        Optional<Path> found = Stream.of(path.split(":", -1)).filter(dir -> !dir.isEmpty())
                .map(dir -> Path.of(dir, program)).filter(Files::isExecutable).findFirst();
        if (found.isPresent()) {
            return found.get().toString();
        }
        throw lacking(program + " is not installed");
    }

    /** What to throw where something of others is not there: the test is skipped, or fails where peers are required. */
    static RuntimeException lacking(String message) {
        if (Boolean.parseBoolean(System.getenv(REQUIRED))) {
            throw new AssertionError(message + ", but " + REQUIRED + " is true");
        }
        return new TestAbortedException(message);
    }

    /** A port of the loopback interface that nobody listens at, a moment ago. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
