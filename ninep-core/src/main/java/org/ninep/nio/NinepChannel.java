package org.ninep.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.ninep.client.RemoteFile;

/**
 * A file that is open, and a position in it. One thread at a time reads or writes; {@link #close} waits for nobody.
 *
 * <p>
 * Thread-safe.
 */
final class NinepChannel implements SeekableByteChannel {
    private final NinepPath path;
    private final RemoteFile file;
    private final SeekableByteChannel channel;
    private final boolean appends;
    private final @Nullable List<String> toDelete;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();

    /** @param toDelete the names from the root to what is to be deleted when this is closed, or null */
    NinepChannel(NinepPath path, RemoteFile file, boolean appends, @Nullable List<String> toDelete) {
        this.path = path;
        this.file = file;
        this.channel = file.channel();
        this.appends = appends;
        this.toDelete = toDelete;
    }

    private <T> T locked(Errors.Work<T> work) throws IOException {
        lock.lock();
        try {
            if (!isOpen()) {
                throw new ClosedChannelException();
            }
            return Errors.about(path, work);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(ByteBuffer buffer) throws IOException {
        return locked(() -> channel.read(buffer));
    }

    /** Appends where the file ends now, as the server tells it: two clients that append at once may meet there. */
    @Override
    public int write(ByteBuffer buffer) throws IOException {
        return locked(() -> {
            if (appends) {
                channel.position(channel.size());
            }
            return channel.write(buffer);
        });
    }

    @Override
    public long position() throws IOException {
        return locked(channel::position);
    }

    @Override
    public SeekableByteChannel position(long newPosition) throws IOException {
        return locked(() -> {
            channel.position(newPosition);
            return this;
        });
    }

    @Override
    public long size() throws IOException {
        return locked(channel::size);
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
        return locked(() -> {
            channel.truncate(size);
            return this;
        });
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen() && path.getFileSystem().isOpen();
    }

    @Override
    public void close() throws IOException {
        file.close();
        if (closed.compareAndSet(false, true) && toDelete != null) {
            try (RemoteFile directory = path.getFileSystem().directoryOf(toDelete)) {
                directory.directory().unlink(toDelete.getLast());
            } catch (IOException e) {
                // as the JDK's own file systems: who deleted it before was quicker, and nobody is told
            }
        }
    }
}
