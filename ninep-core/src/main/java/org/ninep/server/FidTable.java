package org.ninep.server;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Fids by their numbers, which clients choose as they like: open addressing with linear probing, so that looking one up
 * allocates nothing.
 *
 * <p>
 * Thread-safe.
 */
final class FidTable {
    private static final int INITIAL = 16;

    private final ReentrantLock lock = new ReentrantLock();
    private int[] numbers = new int[INITIAL];
    private @Nullable Fid[] fids = new @Nullable Fid[INITIAL];
    private int size;

    int size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    Fid get(int number) {
        lock.lock();
        try {
            return fids[slot(number)];
        } finally {
            lock.unlock();
        }
    }

    /** Puts a fid of a new number, unless there are so many already. */
    boolean add(int number, Fid fid, int most) {
        lock.lock();
        try {
            if (size >= most) {
                return false;
            }
            putLocked(number, fid);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The slot of the number, or the empty one where it would be. */
    private int slot(int number) {
        int mask = numbers.length - 1;
        int slot = home(number, mask);
        while (fids[slot] != null && numbers[slot] != number) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private static int home(int number, int mask) {
        int h = number * 0x9e3779b9;
        return (h ^ h >>> 16) & mask;
    }

    /** Puts the fid there, and returns what was there before. */
    @Nullable
    Fid put(int number, Fid fid) {
        lock.lock();
        try {
            return putLocked(number, fid);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Fid putLocked(int number, Fid fid) {
        int slot = slot(number);
        Fid old = fids[slot];
        numbers[slot] = number;
        fids[slot] = fid;
        if (old == null && ++size * 2 > numbers.length) {
            grow();
        }
        return old;
    }

    private void grow() {
        int[] oldNumbers = numbers;
        @Nullable
        Fid[] oldFids = fids;
        numbers = new int[oldNumbers.length * 2];
        fids = new @Nullable Fid[oldNumbers.length * 2];
        for (int i = 0; i < oldNumbers.length; i++) {
            if (oldFids[i] != null) {
                int slot = slot(oldNumbers[i]);
                numbers[slot] = oldNumbers[i];
                fids[slot] = oldFids[i];
            }
        }
    }

    @Nullable
    Fid remove(int number) {
        lock.lock();
        try {
            return removeLocked(number);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Fid removeLocked(int number) {
        int slot = slot(number);
        Fid old = fids[slot];
        if (old == null) {
            return null;
        }
        size--;
        int mask = numbers.length - 1;
        int hole = slot;
        for (int i = slot + 1 & mask; fids[i] != null; i = i + 1 & mask) {
            if ((i - home(numbers[i], mask) & mask) >= (i - hole & mask)) {
                numbers[hole] = numbers[i];
                fids[hole] = fids[i];
                hole = i;
            }
        }
        fids[hole] = null;
        return old;
    }

    /** Takes all of them out. */
    List<Fid> clear() {
        lock.lock();
        try {
            return clearLocked();
        } finally {
            lock.unlock();
        }
    }

    private List<Fid> clearLocked() {
        List<Fid> all = new ArrayList<>(size);
        for (Fid fid : fids) {
            if (fid != null) {
                all.add(fid);
            }
        }
        numbers = new int[INITIAL];
        fids = new @Nullable Fid[INITIAL];
        size = 0;
        return all;
    }
}
