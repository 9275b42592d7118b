package org.ninep.server;

import java.time.Instant;

/**
 * A connected client, as it was at about one moment.
 *
 * <p>
 * Immutable.
 *
 * @param peer where it connects from: {@code 10.0.0.1:4711}
 * @param since when it was accepted
 * @param uname the user that attached last, as the client says; empty if none
 * @param uid the numeric user that attached last; {@link org.ninep.message.Protocol#NONUNAME} if none
 * @param msize largest frame in bytes; 0 before the version is agreed on
 * @param fids how many it holds
 * @param requests how many it made
 * @param bytesRead bytes of content sent to it
 * @param bytesWritten bytes of content that it sent
 */
public record ClientStats(String peer, Instant since, String uname, int uid, int msize, int fids, long requests,
        long bytesRead, long bytesWritten) {}
