package org.ninep.server;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.ninep.message.Attr;
import org.ninep.message.FileSystemStatus;
import org.ninep.message.Qid;

/** A file that counts how many nodes and open files there are of it. */
final class CountedNode implements FileNode {
    private static final Qid QID = new Qid(Qid.FILE, 0, 1);

    private final AtomicInteger held;

    CountedNode(AtomicInteger held) {
        this.held = held;
        held.incrementAndGet();
    }

    @Override
    public Qid qid() {
        return QID;
    }

    @Override
    public Attr attr() {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileNode walk(String name) {
        return new CountedNode(held);
    }

    @Override
    public FileNode parent() {
        return new CountedNode(held);
    }

    @Override
    public OpenFile open(int flags) {
        held.incrementAndGet();
        return new OpenFile() {
            @Override
            public Qid qid() {
                return QID;
            }

            @Override
            public Attr attr() {
                throw new UnsupportedOperationException();
            }

            @Override
            public void read(long offset, ByteBuffer dst) {}

            @Override
            public void close() {
                held.decrementAndGet();
            }
        };
    }

    @Override
    public OpenDirectory openDirectory() {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileSystemStatus statfs() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        held.decrementAndGet();
    }
}
