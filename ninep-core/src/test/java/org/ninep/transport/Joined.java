package org.ninep.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.concurrent.CountDownLatch;

/** An end of a connection as a channel that no selector takes, like one over TLS. */
final class Joined implements ByteChannel {
    private final Connection end;
    private final CountDownLatch closed = new CountDownLatch(1);

    Joined(Connection end) {
        this.end = end;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return end.source().read(into);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        return end.sink().write(from);
    }

    @Override
    public boolean isOpen() {
        return end.isOpen();
    }

    @Override
    public void close() throws IOException {
        end.close();
        closed.countDown();
    }

    void awaitClosed() throws InterruptedException {
        closed.await();
    }
}
