package org.ninep.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A device whose reads start and then wait for the test to say what becomes of them. */
final class HeldDevice implements BlockDevice {

    private final MemoryDevice memory;
    private final BlockingQueue<Read> started = new LinkedBlockingQueue<>();

    HeldDevice(int size) {
        memory = new MemoryDevice(size);
    }

    /** A read in flight. */
    final class Read {
        final long offset;
        final ByteBuffer buffer;
        final Completion completion;

        private Read(long offset, ByteBuffer buffer, Completion completion) {
            this.offset = offset;
            this.buffer = buffer;
            this.completion = completion;
        }

        void complete() {
            memory.read(offset, buffer, completion);
        }

        void fail(String why) {
            completion.failed(new IOException(why));
        }
    }

    /** The next read that has started, in the order of the requests. */
    Read next() throws InterruptedException {
        Read read = started.poll(60, TimeUnit.SECONDS);
        if (read == null) {
            throw new AssertionError("no read was started");
        }
        return read;
    }

    /** Another read that has started already. */
    @Nullable
    Read poll() {
        return started.poll();
    }

    int reads() {
        return started.size();
    }

    byte[] content(long offset, int length) {
        return memory.content(offset, length);
    }

    @Override
    public long size() {
        return memory.size();
    }

    @Override
    public void read(long offset, ByteBuffer buffer, Completion completion) {
        started.add(new Read(offset, buffer, completion));
    }

    @Override
    public void close() {}
}
