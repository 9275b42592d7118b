package org.ninep.munge;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.ninep.TimeSource;

/**
 * Asks munged, and asks again as libmunge does: it connects up to 10 times while munged refuses or is busy, and repeats a
 * request up to 5 times whose connection was lost.
 *
 * <p>
 * Thread-safe.
 */
final class Transactions {
    private static final int CONNECTS = 10;
    private static final Duration BETWEEN_CONNECTS = Duration.ofMillis(50);
    private static final int ATTEMPTS = 5;
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(10);

    /** Waits for a time. */
    @FunctionalInterface
    interface Pauses {
        void pause(Duration length) throws InterruptedException;
    }

    private final Path socket;
    private final String who;
    private final Duration timeout;
    private final TimeSource time;
    private final Pauses pauses;

    Transactions(Path socket, Duration timeout, TimeSource time, Pauses pauses) {
        this.socket = socket;
        this.who = "munged at " + socket;
        this.timeout = timeout;
        this.time = time;
        this.pauses = pauses;
    }

    /** Whom it asks, for messages. */
    String who() {
        return who;
    }

    /**
     * Sends a request and receives the body of the answer.
     *
     * @param expected the type of the answer
     * @throws MungeException SOCKET or TIMEOUT; says what to do
     * @throws InterruptedIOException if the thread is interrupted; it stays so
     */
    ByteBuffer ask(ByteBuffer request, byte expected) throws IOException {
        Deadline deadline = Deadline.after(timeout, time);
        try {
            for (int attempt = 0;; attempt++) {
                try {
                    return attempt(SocketRequests.attempt(request, attempt), expected, deadline);
                } catch (MungeException | InterruptedIOException | Conversation.TimeIsOver end) {
                    throw end;
                } catch (IOException lost) {
                    if (attempt + 1 == ATTEMPTS) {
                        throw lost(lost);
                    }
                    pause(BETWEEN_ATTEMPTS.multipliedBy(attempt + 1), deadline);
                }
            }
        } catch (Conversation.TimeIsOver timeIsOver) {
            throw new MungeException(MungeError.TIMEOUT, who + " did not answer within " + seconds(timeout)
                    + ": it hangs, or has more to do than it can. See its log, and restart it if it is stuck");
        }
    }

    private ByteBuffer attempt(ByteBuffer request, byte expected, Deadline deadline) throws IOException {
        try (Conversation conversation = connect(deadline)) {
            conversation.send(request);
            ByteBuffer header = ByteBuffer.allocate(SocketRequests.HEADER_BYTES);
            conversation.receive(header);
            ByteBuffer body = ByteBuffer.allocate(SocketResponses.bodyBytes(who, header.flip(), expected));
            boolean whole = false;
            try {
                conversation.receive(body);
                whole = true;
                return body.flip();
            } finally {
                if (!whole) {
                    Arrays.fill(body.array(), (byte) 0);
                }
            }
        }
    }

    private Conversation connect(Deadline deadline) throws IOException {
        for (int attempt = 1;; attempt++) {
            try {
                return Conversation.open(socket, deadline);
            } catch (IOException e) {
                Optional<String> why = whyInVain(e);
                if (why.isPresent() || attempt == CONNECTS) {
                    throw new MungeException(MungeError.SOCKET, why.orElseGet(() -> whyAtLast(e)), e);
                }
                pause(BETWEEN_CONNECTS.multipliedBy(attempt), deadline);
            }
        }
    }

    /** Why there is no use in connecting again, if there is none. */
    Optional<String> whyInVain(IOException failed) {
        String message = String.valueOf(failed.getMessage());
        if (message.contains("Too many open files")) {
            return Optional.of("cannot connect to " + who + ": this process has no file descriptor left (" + message
                    + "). Raise its limit (ulimit -n, or LimitNOFILE= in systemd), or have it keep fewer open");
        }
        try {
            boolean isSocket = Files.readAttributes(socket, BasicFileAttributes.class).isOther();
            if (!isSocket) {
                return Optional.of(socket + " is not a socket, so not munged's; name the one that munged listens at");
            }
        } catch (NoSuchFileException missing) {
            return Optional.of(
                    "munged is not running: there is no socket " + socket
                            + ". Start it (systemctl start munge), or name"
                            + " the socket that it listens at");
        } catch (AccessDeniedException denied) {
            return Optional.of(notPermitted());
        } catch (IOException e) {
            return Optional.of("cannot look at " + socket + ": " + e.getMessage());
        }
        boolean permitted = Files.isWritable(socket) && !message.equals("Permission denied");
        return permitted ? Optional.empty() : Optional.of(notPermitted());
    }

    private String notPermitted() {
        return "this process may not connect to " + socket + ": it needs write permission for the socket (0777, as"
                + " munged makes it) and search permission for the directories above it (0755)";
    }

    private String whyAtLast(IOException failed) {
        if (failed instanceof ConnectException) {
            return "munged is not running: nobody listens at " + socket + " (" + failed.getMessage() + ", " + CONNECTS
                    + " times), so it was killed or is only starting. Start it (systemctl restart munge), and see its log";
        }
        return who + " takes no connection (" + failed.getMessage() + ", " + CONNECTS
                + " times): it hangs, or has more to do than it can. See its log";
    }

    private MungeException lost(IOException last) {
        return new MungeException(MungeError.SOCKET, who + " did not answer, " + ATTEMPTS + " times: "
                + last.getMessage()
                + ". It does so with requests that it does not understand or that come too slowly, and when it ends. See"
                + " its log", last);
    }

    private void pause(Duration length, Deadline deadline) throws IOException {
        Duration left = Duration.ofNanos(deadline.left());
        if (!left.isPositive()) {
            throw new Conversation.TimeIsOver();
        }
        try {
            pauses.pause(length.compareTo(left) < 0 ? length : left);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while waiting for munged");
            interrupted.initCause(e);
            throw interrupted;
        }
        if (deadline.left() <= 0) {
            throw new Conversation.TimeIsOver();
        }
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() / 1000.0 + " s";
    }
}
