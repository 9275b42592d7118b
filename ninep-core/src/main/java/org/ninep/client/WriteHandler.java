package org.ninep.client;

import java.io.IOException;

/**
 * What happens when an asynchronous write ends. Exactly one of the two methods is called, once, on the connection's reader
 * thread, or on the calling thread if the connection or the file is closed already. They must not block: no other reply on that
 * connection is looked at until they return. The buffer is the caller's again as soon as one of them is called.
 */
public interface WriteHandler {
    /**
     * The server took what was written.
     *
     * @param count bytes that were written, by which the buffer's position has moved
     */
    void completed(int count);

    /**
     * The write did not succeed. Some of it or all of it may have been written, unless the cause is a
     * {@link org.ninep.RemoteException} to a single Twrite.
     *
     * @param cause a {@link org.ninep.NinepException}, or a {@link java.nio.channels.ClosedChannelException} where the file
     *     is closed on this side; the buffer's position is where it was
     */
    void failed(IOException cause);
}
