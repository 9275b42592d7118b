package org.ninep.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ninep.codec.Codec;
import org.ninep.codec.Frame;
import org.ninep.codec.InPlace;
import org.ninep.message.Rmessage;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.Tversion;

/** Any request but a read, as a record, with a caller that waits. */
final class MessageCall extends Call {
    private static final int TAG_AT = 5;

    private final Tmessage request;
    private final @Nullable Handle second;
    private final String path;
    private final Answer answer;
    private final Consumer<@Nullable Rmessage> abandoned;
    private final ByteBuffer frame;

    /**
     * Encodes the request, payload included, so that nothing can go wrong any more once it has a tag.
     *
     * @param handle the file that must be open, or null
     * @param second another one, or null
     * @param path the file that it is about, for messages; may be empty
     * @param abandoned told what became of the request after its caller was told that it failed: the late reply, or null if
     *     the server never carried it out
     * @throws IllegalArgumentException if it cannot be encoded
     */
    MessageCall(Tmessage request, @Nullable Handle handle, @Nullable Handle second, String path, Answer answer,
            Consumer<@Nullable Rmessage> abandoned) {
        super(handle, answer instanceof Outcome<?> outcome ? outcome : null);
        this.request = request;
        this.second = second;
        this.path = path;
        this.answer = answer;
        this.abandoned = abandoned;
        this.frame = encode();
    }

    private ByteBuffer encode() {
        try {
            ByteBuffer fixed = Codec.encode(new Frame<>(0, request));
            ByteBuffer payload = Codec.payload(request);
            ByteBuffer whole = payload.hasRemaining()
                    ? ByteBuffer.allocate(fixed.remaining() + payload.remaining()).put(fixed).put(payload).flip()
                    : fixed;
            return whole.order(ByteOrder.LITTLE_ENDIAN);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(description() + ": " + e.getMessage(), e);
        }
    }

    /** The length of the whole frame, in bytes. */
    int size() {
        return frame.limit();
    }

    @Override
    @Nullable
    Handle closedFile() {
        return second != null && second.isClosed() ? second : super.closedFile();
    }

    @Override
    void send(Outbox outbox) {
        outbox.put(frame.putShort(TAG_AT, (short) tag));
    }

    @Override
    boolean isVersion() {
        return request instanceof Tversion;
    }

    @Override
    Tmessage request() {
        return request;
    }

    @Override
    int replyType() {
        return InPlace.type(frame, 0) + 1;
    }

    @Override
    void completed(Rmessage reply) {
        answer.completed(reply);
    }

    @Override
    void failed(IOException cause) {
        answer.failed(cause);
    }

    @Override
    void answeredLate(Rmessage reply) {
        abandoned.accept(reply);
    }

    @Override
    void neverAnswered() {
        abandoned.accept(null);
    }

    @Override
    String description() {
        return request.getClass().getSimpleName() + (path.isEmpty() ? "" : " " + path);
    }
}
