package org.ninep.client;

import java.io.IOException;

/**
 * What happens when an asynchronous read ends. Exactly one of the two methods is called, once, on the connection's reader
 * thread, or on the calling thread if the connection or the file is closed already. They must not block: no other reply on that
 * connection is looked at until they return. The buffer is the caller's again as soon as one of them is called.
 */
public interface ReadHandler {
    /**
     * The read brought something, or the end of the file.
     *
     * @param count bytes that are now in the buffer behind its old position, which has moved by as many; 0 means the end
     *     of the file
     */
    void completed(int count);

    /**
     * The read brought nothing.
     *
     * @param cause a {@link org.ninep.NinepException}, an {@link java.io.EOFException} where the file ended before what was
     *     asked for, or a {@link java.nio.channels.ClosedChannelException} where the file is closed on this side; the buffer's position is where it was and its content behind that undefined
     */
    void failed(IOException cause);
}
