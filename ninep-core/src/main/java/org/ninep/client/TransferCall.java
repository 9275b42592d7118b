package org.ninep.client;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.ninep.message.Rmessage;

/** A Tread or a Twrite, whose data passes between the socket and the caller's buffer without a record. */
abstract class TransferCall extends Call {
    TransferCall(Handle file, @Nullable Outcome<?> outcome) {
        super(file, outcome);
    }

    final Handle file() {
        return Objects.requireNonNull(handle);
    }

    /** So many bytes were read or written. */
    abstract void transferred(int count);

    @Override
    final void completed(Rmessage reply) {
        throw new IllegalStateException("what answers a read or a write is taken in place");
    }
}
