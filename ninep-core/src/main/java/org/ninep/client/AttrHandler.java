package org.ninep.client;

import java.io.IOException;
import org.ninep.message.Attr;

/**
 * What happens when an asynchronous {@link RemoteFile#getattr(long, java.time.Duration, AttrHandler) getattr} ends. Exactly
 * one of the two methods is called, once, on the connection's reader thread, or on the calling thread if the connection or
 * the file is closed already. They must not block.
 */
public interface AttrHandler {
    /** The server answered. */
    void completed(Attr attr);

    /**
     * It did not, or with an error.
     *
     * @param cause as for {@link ReadHandler#failed}
     */
    void failed(IOException cause);
}
