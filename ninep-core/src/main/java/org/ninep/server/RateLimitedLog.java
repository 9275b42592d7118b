package org.ninep.server;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.ninep.TimeSource;
import org.slf4j.Logger;

/**
 * A log that nobody outside can flood: of what clients cause, so many lines in so much time, and then how many were left
 * out.
 *
 * <p>
 * Thread-safe.
 */
final class RateLimitedLog {
    private static final int LINES = 20;
    private static final long WINDOW = Duration.ofSeconds(10).toNanos();

    private final Logger log;
    private final TimeSource time;
    private final ReentrantLock lock = new ReentrantLock();
    private long windowStart;
    private int lines;
    private long leftOut;

    RateLimitedLog(Logger log, TimeSource time) {
        this.log = log;
        this.time = time;
        this.windowStart = time.nanoTime();
    }

    void warn(String format, Object... arguments) {
        if (admits()) {
            log.warn(format, arguments);
        }
    }

    void error(String message, Throwable cause) {
        if (admits()) {
            log.error(message, cause);
        }
    }

    void debug(String format, Object... arguments) {
        log.debug(format, arguments);
    }

    private boolean admits() {
        long before = 0;
        lock.lock();
        try {
            long now = time.nanoTime();
            if (now - windowStart >= WINDOW) {
                windowStart = now;
                lines = 0;
                before = leftOut;
                leftOut = 0;
            }
            if (++lines > LINES) {
                leftOut++;
                return false;
            }
        } finally {
            lock.unlock();
        }
        if (before > 0) {
            log.warn("{} more lines like these were left out", before);
        }
        return true;
    }
}
