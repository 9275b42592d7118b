package org.ninep.nbd;

import java.nio.ByteBuffer;

/**
 * Makes sense of what a client sends: in the handshake of options, later of requests.
 *
 * <p>Confined to one thread: the event loop's.
 */
interface Phase {

    /**
     * Takes one thing, or a part of one, from the bytes that have come, and acts on it.
     *
     * @param in from its position to its limit, what has come and was not taken; takes any bytes
     * @return false if nothing can be taken before more comes
     */
    boolean step(ByteBuffer in);
}
