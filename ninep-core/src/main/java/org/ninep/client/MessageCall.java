package org.ninep.client;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ninep.NinepException;
import org.ninep.codec.Frame;
import org.ninep.message.Rmessage;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.Tversion;

/** Any request but a read, as a record, with a caller that waits. */
final class MessageCall extends Call {
    private final Tmessage request;
    private final String path;
    private final Answer answer;
    private final Consumer<@Nullable Rmessage> abandoned;
    private int type;

    /**
     * @param path the file that it is about, for messages; may be empty
     * @param abandoned told what became of the request after its caller was told that it failed: the late reply, or null if
     *     the server never carried it out
     */
    MessageCall(Tmessage request, String path, Answer answer, Consumer<@Nullable Rmessage> abandoned) {
        super(answer instanceof Outcome<?> outcome ? outcome : null);
        this.request = request;
        this.path = path;
        this.answer = answer;
        this.abandoned = abandoned;
    }

    @Override
    void send(Outbox outbox) {
        type = outbox.put(new Frame<>(tag, request));
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
        return type + 1;
    }

    @Override
    void completed(Rmessage reply) {
        answer.completed(reply);
    }

    @Override
    void failed(NinepException cause) {
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
