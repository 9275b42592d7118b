package org.ninep.server;

import java.time.Instant;
import java.util.List;

/**
 * A connected client, as it was at about one moment.
 *
 * <p>
 * Immutable.
 *
 * @param peer where it connects from: {@code 10.0.0.1:4711}
 * @param since when it was accepted
 * @param uname the user that attached last, as the client says; empty if none, and for a user that was verified: that is
 *     done by number
 * @param uid the numeric user that attached last; {@link org.ninep.message.Protocol#NONUNAME} if none. It is more than the
 *     client's word only if it is among the verified ones.
 * @param msize largest frame in bytes; 0 before the version is agreed on
 * @param fids how many it holds, afids included
 * @param requests how many it made
 * @param bytesRead bytes of content sent to it
 * @param bytesWritten bytes of content that it sent
 * @param verified the numeric users whose credentials were verified on the connection, unsigned, in that order; empty if
 *     none was
 */
public record ClientStats(String peer, Instant since, String uname, int uid, int msize, int fids, long requests,
        long bytesRead, long bytesWritten, List<Integer> verified) {
    /** With a copy of the list. */
    public ClientStats {
        verified = List.copyOf(verified);
    }
}
