package org.ninep.server;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Finds out who a client is from what it has written to its afid (attach(5)): the server's half of a method of
 * authentication. The method is one of a single message, the credential, to which the server has nothing to say: what a
 * client reads from its afid is EIO.
 *
 * <p>
 * The same verifier may stand before several exports; what it has verified on a connection holds for all of them, and for no
 * export with another verifier. That a credential is good once only, and for a short time, is the verifier's affair: the
 * server asks once for each afid, but a client can write the same to as many afids as it likes.
 *
 * <p>
 * Thread-safe: each client's thread asks for itself.
 */
@FunctionalInterface
public interface Verifier {
    /** What {@link #maxBytes} is unless overridden: 64 KiB. */
    int DEFAULT_MAX_BYTES = 64 << 10;

    /**
     * The user whom a credential proves. Called at the attach, at most once for each afid, whatever comes of it. Only the
     * client that attaches waits meanwhile; still, whatever this waits for needs a time limit, for until it returns the client
     * keeps its place among the server's clients, also when its connection is gone.
     *
     * @param claim who the client says that it is; nothing of it is verified, and the server itself compares the uid
     * @param credential all that was written, from position to limit, up to {@link #maxBytes} bytes and maybe none; in
     *     memory that is cleared afterwards, so not to be kept
     * @return the uid, unsigned; {@link org.ninep.message.Protocol#NONUNAME} is nobody's and refused
     * @throws IOException if the credential proves nothing, or nobody can say at the moment. The client is told EPERM whatever
     *     it is; the log has the message, in which no part of a credential should be.
     */
    int verify(Claim claim, ByteBuffer credential) throws IOException;

    /**
     * The longest credential that there is, in bytes: 1 to 1 MiB. A longer one is refused unseen. Asked when the server is built,
     * and not again.
     */
    default int maxBytes() {
        return DEFAULT_MAX_BYTES;
    }

    /**
     * What a client says of itself when it attaches.
     *
     * <p>
     * Immutable.
     *
     * @param peer where it connects from, for people: {@code 10.0.0.1:4711}
     * @param aname the export, which need not exist
     * @param user as whom it wants to attach
     */
    record Claim(String peer, String aname, FileTree.User user) {}
}
