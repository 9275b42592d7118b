package org.ninep.resilient;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.ninep.client.AttrHandler;
import org.ninep.client.ReadHandler;

/**
 * A session: the file, open on a live connection to one replica. Handlers are called exactly once each, on the link's own
 * thread or, if the link is over already, on the caller's; when one has been called the link touches its buffer no more.
 *
 * <p>
 * Thread-safe.
 */
interface Link {

    /**
     * Reads, with as many Treads at once as that takes.
     *
     * @param timeout for each Tread; positive
     * @param handler completed with fewer bytes than there is room for where the server gives less, which is legal, and with 0
     *     at the end of the file; or failed with an {@link java.io.EOFException} there
     */
    void read(ByteBuffer buffer, long offset, Duration timeout, ReadHandler handler);

    /** Asks for the attributes (Tgetattr). */
    void getattr(Duration timeout, AttrHandler handler);

    /**
     * Ends the session. Returns at once; what is in flight fails soon, and is the callers' again then.
     *
     * @param broken whether the connection is not to be used by anybody any more
     */
    void close(boolean broken);
}
