package org.ninep.resilient;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ninep.Errno;

/** What an error that a server answers to a request says about whom. {@code docs/errors.md} has the table for people. */
enum Verdict {
    /** The request cannot be done, by no server: the caller is told. No server answers a Tread so. */
    REQUEST,
    /** The server has lost what the session stood on; the session is built anew. */
    SESSION,
    /** The server is in trouble, now or for good: others go first. Also every error that is not listed. */
    REPLICA;

    private static final Map<Errno, Verdict> OF = Stream.concat(
            Stream.of(Errno.EROFS, Errno.ENOSPC, Errno.EDQUOT, Errno.EFBIG).map(errno -> Map.entry(errno, REQUEST)),
            Stream.of(Errno.EBADF, Errno.ESTALE, Errno.ENOTCONN, Errno.EPIPE, Errno.ECONNRESET, Errno.ECONNABORTED,
                    Errno.ESHUTDOWN, Errno.EPROTO, Errno.EINVAL, Errno.EISDIR)
                    .map(errno -> Map.entry(errno, SESSION)))
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    static Verdict of(Errno errno) {
        return OF.getOrDefault(errno, REPLICA);
    }
}
