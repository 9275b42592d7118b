package org.ninep.server;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.message.Rmessage.Rgetlock;
import org.ninep.message.Rmessage.Rlock;
import org.ninep.message.Tmessage.Tgetlock;
import org.ninep.message.Tmessage.Tlock;

/**
 * What Tlock and Tgetlock mean. A lock that is not free is answered with BLOCKED, whether the client would wait or not:
 * clients that wait ask again.
 *
 * <p>
 * Thread-safe.
 */
final class Locks {
    private final LockTable table;
    private final ReentrantLock lock = new ReentrantLock();
    private int count;

    Locks(LockTable table) {
        this.table = table;
    }

    private static LockTable.Key key(Fid fid, OpenFile file) {
        return new LockTable.Key(fid.tree(), file.qid().path());
    }

    private static OpenFile file(Fid fid) throws ErrnoException {
        OpenFile file = fid.file();
        if (file == null) {
            throw new ErrnoException(Errno.EBADF, "the fid is not an open file");
        }
        return file;
    }

    /** @throws ErrnoException EINVAL for what is no range, EBADF for a fid that is not open for what it locks */
    Rlock lock(Fid fid, Tlock m) throws ErrnoException {
        OpenFile file = file(fid);
        long last = last(m.start(), m.length());
        if ((m.flags() & ~(Tlock.BLOCK | Tlock.RECLAIM)) != 0) {
            throw new ErrnoException(Errno.EINVAL, "unknown flags");
        }
        var owner = new LockTable.Owner(this, m.clientId(), m.procId());
        if (m.type() == Tlock.UNLCK) {
            give(key(fid, file), owner, m.start(), last);
            return new Rlock(Rlock.SUCCESS);
        }
        if ((m.flags() & Tlock.RECLAIM) != 0) {
            return new Rlock(Rlock.ERROR);
        }
        boolean exclusive = exclusive(m.type());
        if (exclusive) {
            fid.writable();
        } else {
            fid.readable();
        }
        boolean taken = take(key(fid, file), new LockTable.Held(owner, fid, exclusive, m.start(), last));
        return new Rlock(taken ? Rlock.SUCCESS : Rlock.BLOCKED);
    }

    private boolean take(LockTable.Key key, LockTable.Held wanted) throws ErrnoException {
        lock.lock();
        try {
            Integer more = table.take(key, wanted, Limits.LOCKS - count);
            count += more == null ? 0 : more;
            return more != null;
        } finally {
            lock.unlock();
        }
    }

    private void give(LockTable.Key key, LockTable.Owner owner, long first, long last) throws ErrnoException {
        lock.lock();
        try {
            count += table.give(key, owner, first, last, Limits.LOCKS - count);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tells of a lock that is in the way of one, or that none is. Linux' client asks with UNLCK, whatever it was asked for:
     * every lock is in the way then.
     */
    Rgetlock find(Fid fid, Tgetlock m) throws ErrnoException {
        OpenFile file = file(fid);
        long last = last(m.start(), m.length());
        boolean exclusive = m.type() == Tlock.UNLCK || exclusive(m.type());
        var owner = new LockTable.Owner(this, m.clientId(), m.procId());
        LockTable.@Nullable Held other = table.inTheWay(key(fid, file),
                new LockTable.Held(owner, fid, exclusive, m.start(), last));
        if (other == null) {
            return new Rgetlock(Tlock.UNLCK, m.start(), m.length(), m.procId(), m.clientId());
        }
        long length = other.last() == Long.MAX_VALUE ? 0 : other.last() - other.first() + 1;
        return new Rgetlock(other.exclusive() ? Tlock.WRLCK : Tlock.RDLCK, other.first(), length,
                other.owner().process(), other.owner().client());
    }

    private static boolean exclusive(int type) throws ErrnoException {
        return switch (type) {
            case Tlock.RDLCK -> false;
            case Tlock.WRLCK -> true;
            default -> throw new ErrnoException(Errno.EINVAL, "unknown type of lock");
        };
    }

    private static long last(long start, long length) throws ErrnoException {
        if (start < 0 || length < 0 || start > Long.MAX_VALUE - length) {
            throw new ErrnoException(Errno.EINVAL, "no range of bytes");
        }
        return length == 0 ? Long.MAX_VALUE : start + length - 1;
    }

    /** Gives back what was taken through a fid that ends. */
    void release(Fid fid) {
        OpenFile file = fid.file();
        if (file == null) {
            return;
        }
        lock.lock();
        try {
            if (count > 0) {
                count += table.giveAll(key(fid, file), fid);
            }
        } finally {
            lock.unlock();
        }
    }
}
