package org.ninep.server;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.ninep.TimeSource;
import org.slf4j.Logger;

/**
 * A log that nobody outside can flood: of what clients cause, so many lines in so much time, and then how many were left
 * out. No host gets more than its share of them, so that it cannot hide the lines of others, and bad news do not hide the
 * good.
 *
 * <p>
 * Thread-safe.
 */
final class RateLimitedLog {
    /** Most lines within a window. */
    static final int LINES = 100;
    /** Most of them that one host causes. */
    static final int LINES_OF_A_HOST = 10;
    static final Duration WINDOW = Duration.ofSeconds(10);

    /** The number of a TCP port, or of a Unix socket's client: who can connect has as many as it likes. */
    private static final Pattern NUMBER = Pattern.compile("[:#]\\d+$");

    private final Logger log;
    private final Window bad;
    private final Window good;
    private final @Nullable String host;

    RateLimitedLog(Logger log, TimeSource time) {
        this(log, new Window(time), new Window(time), null);
    }

    private RateLimitedLog(Logger log, Window bad, Window good, @Nullable String host) {
        this.log = log;
        this.bad = bad;
        this.good = good;
        this.host = host;
    }

    /** The same log, for lines that a peer causes. */
    RateLimitedLog of(String peer) {
        return new RateLimitedLog(log, bad, good, NUMBER.matcher(peer).replaceFirst(""));
    }

    void warn(String format, Object... arguments) {
        if (admitsBad()) {
            log.warn(format, arguments);
        }
    }

    void error(String message, Throwable cause) {
        if (admitsBad()) {
            log.error(message, cause);
        }
    }

    void info(String format, Object... arguments) {
        long leftOut = good.admit(host);
        if (leftOut > 0) {
            log.info("{} more lines like these were left out", leftOut);
        }
        if (leftOut >= 0) {
            log.info(format, arguments);
        }
    }

    void debug(String format, Object... arguments) {
        log.debug(format, arguments);
    }

    private boolean admitsBad() {
        long leftOut = bad.admit(host);
        if (leftOut > 0) {
            log.warn("{} more lines like these were left out", leftOut);
        }
        return leftOut >= 0;
    }

    /** The lines of the last seconds. It knows no more hosts than it has lines. */
    private static final class Window {
        private static final long REFUSED = -1;

        private final TimeSource time;
        private final ReentrantLock lock = new ReentrantLock();
        private final Map<String, Integer> byHost = new HashMap<>();
        private long start;
        private int lines;
        private long leftOut;

        Window(TimeSource time) {
            this.time = time;
            this.start = time.nanoTime();
        }

        /** How many lines were left out before this one, or {@link #REFUSED} if this is another. */
        long admit(@Nullable String host) {
            lock.lock();
            try {
                long before = beginAnother();
                if (lines >= LINES || (host != null && byHost.getOrDefault(host, 0) >= LINES_OF_A_HOST)) {
                    leftOut++;
                    return REFUSED;
                }
                lines++;
                if (host != null) {
                    byHost.merge(host, 1, Integer::sum);
                }
                return before;
            } finally {
                lock.unlock();
            }
        }

        /** How many lines the window that is over has left out; 0 while it lasts. */
        private long beginAnother() {
            long now = time.nanoTime();
            if (now - start < WINDOW.toNanos()) {
                return 0;
            }
            long before = leftOut;
            start = now;
            lines = 0;
            leftOut = 0;
            byHost.clear();
            return before;
        }
    }
}
