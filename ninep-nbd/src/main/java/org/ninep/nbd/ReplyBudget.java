package org.ninep.nbd;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Decides whose reads may start: how many bytes of replies are in flight for the server, and how they are shared.
 *
 * <p>A reply counts from the start of its read until the client's socket has taken it. Two rules:
 *
 * <ul>
 *   <li>A client may hold no more than is then left free: one client alone gets half of the capacity, the next half of
 *       the rest.
 *   <li>A read that does not fit, of a client that holds nothing, may overdraw the budget, one such read at a time. So
 *       the longest read is possible beside any number of others, and takes nothing from them.
 * </ul>
 *
 * <p>In all, replies in flight take at most the capacity and one longest read. {@link #admit} is confined to the event
 * loop's thread; the rest is thread-safe.
 */
final class ReplyBudget {

    /** What a read may do. */
    enum Grant {
        /** It waits. */
        NONE,
        /** It starts, within the capacity. */
        WITHIN,
        /** It starts, on top of the capacity. */
        OVERDRAFT
    }

    /** What one client holds. */
    static final class Share {
        private final AtomicLong held = new AtomicLong();

        /** Bytes of this client's replies in flight. */
        long held() {
            return held.get();
        }
    }

    private final long capacity;
    private final AtomicLong used = new AtomicLong();
    private volatile boolean overdrawn;

    ReplyBudget(long capacity) {
        this.capacity = capacity;
    }

    /** Decides about a read of a client; unless it has to wait, its bytes count as in flight from now on. */
    Grant admit(Share share, int bytes) {
        long held = share.held();
        Grant grant = Grant.NONE;
        if (held + bytes <= capacity - used.get() - bytes) {
            used.addAndGet(bytes);
            grant = Grant.WITHIN;
        } else if (held == 0 && !overdrawn) {
            overdrawn = true;
            grant = Grant.OVERDRAFT;
        }
        if (grant != Grant.NONE) {
            share.held.addAndGet(bytes);
        }
        return grant;
    }

    /** A reply has left. */
    void release(Share share, int bytes, Grant grant) {
        share.held.addAndGet(-bytes);
        if (grant == Grant.OVERDRAFT) {
            overdrawn = false;
        } else {
            used.addAndGet(-bytes);
        }
    }

    /** Bytes of the replies in flight, without the one that overdraws. */
    long used() {
        return used.get();
    }
}
