package org.ninep.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** A position in a remote file. Confined to one thread. */
final class RemoteFileChannel implements SeekableByteChannel {
    private final RemoteFile file;
    private long position;
    private boolean closed;

    RemoteFileChannel(RemoteFile file) {
        this.file = file;
    }

    private void requireOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public int read(ByteBuffer buffer) throws IOException {
        requireOpen();
        if (file.handle().isWriteOnly()) {
            throw new NonReadableChannelException();
        }
        if (!buffer.hasRemaining()) {
            return 0;
        }
        int limit = buffer.limit();
        int most = (int) Math.min(buffer.remaining(), Long.MAX_VALUE - position);
        try {
            int count = file.readUpTo(buffer.limit(buffer.position() + most), position);
            position += count;
            return count == 0 ? -1 : count;
        } finally {
            buffer.limit(limit);
        }
    }

    @Override
    public long position() throws ClosedChannelException {
        requireOpen();
        return position;
    }

    @Override
    public SeekableByteChannel position(long newPosition) throws ClosedChannelException {
        requireOpen();
        if (newPosition < 0) {
            throw new IllegalArgumentException("negative position " + newPosition);
        }
        position = newPosition;
        return this;
    }

    @Override
    public long size() throws IOException {
        requireOpen();
        return file.getattr().size();
    }

    @Override
    public int write(ByteBuffer buffer) throws IOException {
        requireWritable();
        int count = buffer.remaining();
        if (count > Long.MAX_VALUE - position) {
            throw new IOException(file + ": no file reaches from offset " + position + " over " + count + " bytes");
        }
        if (count > 0) {
            file.writeFully(buffer, position);
            position += count;
        }
        return count;
    }

    private void requireWritable() throws ClosedChannelException {
        requireOpen();
        if (file.handle().isReadOnly()) {
            throw new NonWritableChannelException();
        }
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
        requireWritable();
        if (size < 0) {
            throw new IllegalArgumentException("negative size " + size);
        }
        if (size < size()) {
            file.setattr(SetAttr.NOTHING.withSize(size));
        }
        position = Math.min(position, size);
        return this;
    }

    @Override
    public boolean isOpen() {
        return !closed && !file.handle().isClosed();
    }

    @Override
    public void close() {
        closed = true;
    }
}
