package org.ninep.resilient;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.ninep.message.Attr;

/**
 * One session at a replica, from the attempt to connect to its end, and what it carries.
 *
 * <p>
 * <b>Slow is not dead</b>: the bytes that are outstanding at once follow what the session brings. They begin with 256 KiB, grow by what
 * is answered within a quarter of the timeout, and are halved when an answer took more than half of it. A request is let
 * through in any case if nothing else is outstanding.
 *
 * <p>
 * Thread-safe: what reads use is atomic; what is marked so belongs to the engine's events.
 */
final class Lane {
    private static final long FIRST_WINDOW = 256 << 10;
    private static final long LARGEST_WINDOW = 64 << 20;

    final Replica replica;
    final int number;
    private final long timeout;

    private final AtomicLong outstanding = new AtomicLong();
    private volatile long window = FIRST_WINDOW;
    private volatile boolean trusted;
    private volatile long patience;
    private volatile long lastReplyAt;
    /** Answered by the link's thread alone. */
    private volatile long service;
    private long shrunkAt;

    private volatile @Nullable Link link;

    // The engine's, if others may look.
    @Nullable
    Attr attr;
    long openedAt;
    long readyAt;
    long checkAt = Long.MAX_VALUE;
    boolean checking;
    volatile boolean over;

    /** @param timeout of a request, in nanoseconds */
    Lane(Replica replica, int number, long timeout) {
        this.replica = replica;
        this.number = number;
        this.timeout = timeout;
        this.patience = timeout;
    }

    /** It is connected; before anything is sent. */
    void opened(Link link, Attr attr, long now) {
        this.link = link;
        this.attr = attr;
        openedAt = now;
        lastReplyAt = now;
        shrunkAt = now;
    }

    Link link() {
        Link open = link;
        if (open == null) {
            throw new IllegalStateException("a session that has not been opened");
        }
        return open;
    }

    boolean isOpen() {
        return link != null && !over;
    }

    /** Whether what it brings may be handed out. */
    boolean trusted() {
        return trusted;
    }

    void trust(boolean trusted) {
        this.trusted = trusted;
    }

    /** Nanoseconds that a request may take at least, where nobody else is faster. */
    long patience() {
        return patience;
    }

    void patience(long nanos) {
        patience = nanos;
    }

    long outstanding() {
        return outstanding.get();
    }

    /** Whether nothing has come since. */
    boolean silentSince(long time) {
        return lastReplyAt - time < 0;
    }

    /** Something came. */
    void heard(long now) {
        lastReplyAt = now;
    }

    /** Counts bytes as outstanding, if there may be so many. */
    boolean acquire(int bytes) {
        while (true) {
            long before = outstanding.get();
            if (before > 0 && before + bytes > window) {
                return false;
            }
            if (outstanding.compareAndSet(before, before + bytes)) {
                return true;
            }
        }
    }

    /** Counts bytes as outstanding that belong to a request which has been let through. */
    void acquireMore(int bytes) {
        outstanding.addAndGet(bytes);
    }

    void release(int bytes) {
        outstanding.addAndGet(-bytes);
    }

    /**
     * A request was answered; the link's thread.
     *
     * @param ahead bytes that were outstanding when it was sent, its own among them
     */
    void answered(int bytes, long ahead, long latency, long now) {
        lastReplyAt = now;
        long own = latency * bytes / Math.max(bytes, ahead);
        long before = service;
        service = before == 0 ? Math.max(1, own) : before + (own - before) / 16;
        if (latency > Math.max(timeout, patience) / 2) {
            if (now - shrunkAt > latency) {
                shrink(now);
            }
        } else if (latency < timeout / 4 && ahead > window / 2) {
            window = Math.min(LARGEST_WINDOW, window + bytes);
        }
    }

    /** Halves the window. */
    void shrink(long now) {
        shrunkAt = now;
        window = Math.max(1, window / 2);
    }

    /** Nanoseconds that a request takes if no other is in its way, smoothed; 0 if that is not known. */
    long service() {
        return service;
    }

    /** What was known of its speed is no measure any more. */
    void forgetService() {
        service = 0;
    }

    @Override
    public String toString() {
        return replica + " #" + number;
    }
}
