package org.ninep.server;

import java.io.IOException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.locks.ReentrantLock;
import org.ninep.Errno;
import org.ninep.codec.Codec;
import org.ninep.codec.Frame;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.Rlerror;

/**
 * The replies to one client that one thread has made, and that have not been written yet, one behind the other in one direct buffer. An exception from
 * here is the connection's.
 */
final class Replies implements AutoCloseable {
    private static final int INITIAL = 16 << 10;
    private static final int TYPICAL = 512;
    private static final int FLUSH_AT = 32 << 10;

    private final WritableByteChannel sink;
    private final ReentrantLock writing;
    private final Buffer buffer = new Buffer(INITIAL);
    /** How much of it another thread has written. */
    private int written;

    /** @param writing held by whoever writes to the sink, and while {@link #written} is touched */
    Replies(WritableByteChannel sink, ReentrantLock writing) {
        this.sink = sink;
        this.writing = writing;
    }

    /** Where the next reply begins. */
    int position() {
        return buffer.bytes().position();
    }

    /** Takes back what was put behind there. */
    void takeBack(int position) {
        buffer.bytes().order(ByteOrder.LITTLE_ENDIAN).clear().position(position);
    }

    /** The buffer, at whose position a reply of up to so many bytes can be put; older ones may be written for it. */
    ByteBuffer reserve(int bytes) throws IOException {
        ByteBuffer out = buffer.bytes();
        if (out.remaining() >= bytes) {
            return out;
        }
        flush();
        return out.capacity() >= bytes ? out : buffer.grow(bytes);
    }

    /**
     * Adds a reply without payload.
     *
     * @param largest longest frame that the client takes; a longer reply becomes EMSGSIZE
     */
    void put(int tag, Rmessage reply, int largest) throws IOException {
        Frame<Rmessage> frame = new Frame<>(tag, reply);
        ByteBuffer out = reserve(TYPICAL);
        int start = out.position();
        try {
            Codec.encode(frame, out);
        } catch (BufferOverflowException more) {
            out = reserve(largest);
            start = out.position();
            encodeIfItFits(frame, out);
        }
        int size = out.position() - start;
        if (size == 0 || size > largest) {
            out.position(start);
            Codec.encode(new Frame<>(tag, new Rlerror(Errno.EMSGSIZE)), out);
        }
    }

    private static void encodeIfItFits(Frame<Rmessage> frame, ByteBuffer out) {
        try {
            Codec.encode(frame, out);
        } catch (BufferOverflowException tooLong) {
            // the position is where it was
        }
    }

    /** Whether so much is waiting that it is better written now. */
    boolean isDue() {
        return buffer.bytes().position() >= FLUSH_AT;
    }

    void flush() throws IOException {
        ByteBuffer out = buffer.bytes();
        if (out.position() == 0) {
            return;
        }
        writing.lock();
        try {
            write(out.flip().position(written));
            written = 0;
        } finally {
            writing.unlock();
        }
        out.clear();
    }

    /** Forgets what has not been written. */
    void drop() {
        writing.lock();
        try {
            written = 0;
            buffer.bytes().clear();
        } finally {
            writing.unlock();
        }
    }

    private void write(ByteBuffer out) throws IOException {
        while (out.hasRemaining()) {
            sink.write(out);
        }
    }

    /** Writes what is before a position, by another thread than that which puts something behind it; with the lock held. */
    void flushBefore(int position) throws IOException {
        write(buffer.part(written, position));
        written = position;
    }

    @Override
    public void close() {
        buffer.close();
    }
}
