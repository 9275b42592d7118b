package org.ninep.codec;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ByteChannel;
import org.ninep.message.Message;
import org.ninep.message.Rmessage;
import org.ninep.message.Tmessage;

/** Frames over a blocking channel: one request, one reply. */
final class RawClient implements AutoCloseable {
    private final ByteChannel channel;

    RawClient(ByteChannel channel) {
        this.channel = channel;
    }

    /** The server's answer to the request, decoded; it must carry the same tag. */
    Rmessage ask(int tag, Tmessage request) throws IOException {
        send(new Frame<>(tag, request));
        Frame<Rmessage> reply = Codec.decodeReply(receive(channel));
        if (reply.tag() != tag) {
            throw new IOException(reply + " where tag " + tag + " was expected");
        }
        return reply.message();
    }

    void send(Frame<? extends Message> frame) throws IOException {
        ByteBuffer wire = Wire.of(frame);
        while (wire.hasRemaining()) {
            channel.write(wire);
        }
    }

    /** One whole frame, undecoded. */
    static ByteBuffer receive(ByteChannel channel) throws IOException {
        ByteBuffer size = fill(channel, ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN));
        int length = size.getInt(0);
        if (length < 7 || length > 1 << 20) {
            throw new IOException("a frame of " + Integer.toUnsignedString(length) + " bytes");
        }
        return fill(channel, ByteBuffer.allocate(length).putInt(0, Integer.reverseBytes(length)).position(4));
    }

    private static ByteBuffer fill(ByteChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the peer closed after " + buffer.position() + " bytes of a frame");
            }
        }
        return buffer.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
