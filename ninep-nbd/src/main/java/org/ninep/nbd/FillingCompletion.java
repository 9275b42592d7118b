package org.ninep.nbd;

import java.io.IOException;
import org.ninep.client.ReadHandler;

/** A completion that a file may call whose reads fill the buffer or fail. */
interface FillingCompletion extends BlockDevice.Completion, ReadHandler {

    @Override
    default void completed(int count) {
        completed();
    }

    @Override
    void failed(IOException cause);
}
