package org.ninep.client;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.ninep.message.Protocol;

/** Which fids are free. One is given out again only when the server has let go of it. */
final class Fids {
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Integer> free = new ArrayDeque<>();
    private int fresh;

    int take() {
        lock.lock();
        try {
            Integer fid = free.poll();
            if (fid != null) {
                return fid;
            }
            if (fresh == Protocol.NOFID) {
                throw new IllegalStateException("all 4294967295 fids are in use");
            }
            return fresh++;
        } finally {
            lock.unlock();
        }
    }

    void release(int fid) {
        lock.lock();
        try {
            free.add(fid);
        } finally {
            lock.unlock();
        }
    }
}
