package org.ninep.server;

import java.io.IOException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.ninep.Errno;
import org.ninep.codec.Codec;
import org.ninep.codec.Frame;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.Rlerror;

/**
 * The replies to one client that have not been written yet, one behind the other in one direct buffer. An exception from
 * here is the connection's.
 */
final class Replies implements AutoCloseable {
    private static final int INITIAL = 16 << 10;
    private static final int TYPICAL = 512;
    private static final int FLUSH_AT = 32 << 10;

    private final WritableByteChannel sink;
    private final Buffer buffer = new Buffer(INITIAL);

    Replies(WritableByteChannel sink) {
        this.sink = sink;
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
        ByteBuffer out = buffer.bytes().flip();
        while (out.hasRemaining()) {
            sink.write(out);
        }
        out.clear();
    }

    @Override
    public void close() {
        buffer.close();
    }
}
