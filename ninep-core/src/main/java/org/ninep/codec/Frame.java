package org.ninep.codec;

import org.ninep.message.Message;
import org.ninep.message.Protocol;

/**
 * A message with its tag: {@code size[4] type[1] tag[2] body}.
 *
 * <p>
 * Immutable, but for the message's payload.
 *
 * @param tag 0 to 65535, where 65535 ({@link Protocol#NOTAG}) is for version messages alone
 * @param message the body
 * @param <M> request or reply
 */
public record Frame<M extends Message>(int tag, M message) {
    public Frame {
        if (tag < 0 || tag > Protocol.NOTAG) {
            throw new IllegalArgumentException("tag " + tag + " is not in 0..65535");
        }
    }
}
