package org.ninep.server;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;

/**
 * Record locks as POSIX has them: an owner has at most one lock on each byte of a file, its own locks are never in its way,
 * and a new one replaces the old. They count between the clients of one server, not for programs that use the files
 * otherwise. Nobody waits here.
 *
 * <p>
 * Thread-safe.
 */
final class LockTable {
    /** A file of one tree, by its qid's path. */
    record Key(FileTree tree, long path) {}

    /**
     * Who has a lock.
     *
     * @param session the connection, compared by identity: no two clients are the same
     * @param client what the client calls itself
     * @param process a process of the client
     */
    record Owner(Object session, String client, int process) {}

    /**
     * A lock on some bytes.
     *
     * @param fid through which it was taken: gone with that
     * @param last the last byte, {@link Long#MAX_VALUE} for all there are
     */
    record Held(Owner owner, Fid fid, boolean exclusive, long first, long last) {
        private boolean overlaps(long from, long to) {
            return first <= to && from <= last;
        }

        private boolean isInTheWayOf(Held other) {
            return !owner.equals(other.owner) && (exclusive || other.exclusive) && overlaps(other.first, other.last);
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, List<Held>> locks = new HashMap<>();

    /**
     * Takes a lock, if none of another owner is in the way.
     *
     * @param room how many locks more there may be
     * @return by how much the number of locks grew, which may be negative; null if another lock is in the way
     * @throws ErrnoException ENOLCK
     */
    @Nullable
    Integer take(Key key, Held wanted, int room) throws ErrnoException {
        lock.lock();
        try {
            List<Held> there = locks.getOrDefault(key, List.of());
            if (there.stream().anyMatch(held -> held.isInTheWayOf(wanted))) {
                return null;
            }
            List<Held> now = without(there, wanted.owner(), wanted.first(), wanted.last());
            now.add(wanted);
            return put(key, there, now, room);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives back what an owner has of some bytes, which may make two locks of one.
     *
     * @param room how many locks more there may be
     * @return by how much the number of locks grew
     * @throws ErrnoException ENOLCK
     */
    int give(Key key, Owner owner, long first, long last, int room) throws ErrnoException {
        lock.lock();
        try {
            List<Held> there = locks.getOrDefault(key, List.of());
            return put(key, there, without(there, owner, first, last), room);
        } finally {
            lock.unlock();
        }
    }

    /** Gives back all that was taken through an open file; returns by how much the number of locks grew. */
    int giveAll(Key key, Fid fid) {
        lock.lock();
        try {
            List<Held> there = locks.getOrDefault(key, List.of());
            return put(key, there, new ArrayList<>(there.stream().filter(held -> !held.fid().equals(fid)).toList()));
        } finally {
            lock.unlock();
        }
    }

    /** The first lock that would be in the way, or null. */
    @Nullable
    Held inTheWay(Key key, Held wanted) {
        lock.lock();
        try {
            return locks.getOrDefault(key, List.of()).stream().filter(held -> held.isInTheWayOf(wanted))
                    .min((a, b) -> Long.compare(a.first(), b.first())).orElse(null);
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        lock.lock();
        try {
            return locks.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private int put(Key key, List<Held> before, List<Held> now, int room) throws ErrnoException {
        if (now.size() - before.size() > room) {
            throw new ErrnoException(Errno.ENOLCK, "too many locks");
        }
        return put(key, before, now);
    }

    private int put(Key key, List<Held> before, List<Held> now) {
        if (now.isEmpty()) {
            locks.remove(key);
        } else {
            locks.put(key, now);
        }
        return now.size() - before.size();
    }

    /** All but what the owner has of those bytes: a lock around them falls into two. */
    private static List<Held> without(List<Held> there, Owner owner, long first, long last) {
        List<Held> left = new ArrayList<>(there.size() + 2);
        for (Held held : there) {
            if (!held.owner().equals(owner) || !held.overlaps(first, last)) {
                left.add(held);
                continue;
            }
            if (held.first() < first) {
                left.add(new Held(owner, held.fid(), held.exclusive(), held.first(), first - 1));
            }
            if (held.last() > last) {
                left.add(new Held(owner, held.fid(), held.exclusive(), last + 1, held.last()));
            }
        }
        return left;
    }
}
