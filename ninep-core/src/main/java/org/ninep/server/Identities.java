package org.ninep.server;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.ninep.Errno;
import org.ninep.message.Protocol;

/**
 * The users whose credentials were verified on one connection. Nothing else makes an identity: no attach to an export that
 * requires none, whoever it claims to be.
 *
 * <p>
 * Confined to one thread at a time, but for {@link #uids}.
 */
final class Identities {
    /** Most users of one connection; whoever speaks for more speaks for all, and is root. */
    static final int MOST = 64;
    private static final int ROOT = 0;

    /** What one verifier vouches for says nothing to another. */
    private record Identity(Verifier verifier, int uid) {}

    private final Set<Identity> verified = new LinkedHashSet<>();
    private volatile List<Integer> uids = List.of();

    /** False if it was verified before. */
    boolean add(Verifier verifier, int uid) throws ErrnoException {
        Identity identity = new Identity(verifier, uid);
        if (verified.size() >= MOST && !verified.contains(identity)) {
            throw new ErrnoException(Errno.EMFILE, "more than " + MOST + " users on one connection");
        }
        boolean added = verified.add(identity);
        uids = verified.stream().map(Identity::uid).distinct().toList();
        return added;
    }

    /**
     * As whom a client without an afid may attach: as a user that was verified, or as anyone if root was.
     *
     * @return null if it may not
     */
    FileTree.@Nullable User admit(Verifier verifier, FileTree.User claimed) {
        boolean unnamed = claimed.uid() == Protocol.NONUNAME;
        boolean anyone = verified.contains(new Identity(verifier, ROOT));
        if (anyone && !(unnamed && claimed.uname().isEmpty())) {
            return claimed;
        }
        List<Integer> known = of(verifier, uid -> unnamed || uid == claimed.uid());
        return known.size() == 1 ? new FileTree.User("", known.getFirst()) : null;
    }

    private List<Integer> of(Verifier verifier, Predicate<Integer> which) {
        return verified.stream().filter(i -> i.verifier().equals(verifier)).map(Identity::uid).filter(which).toList();
    }

    /** All of them, in the order in which they were verified. */
    List<Integer> uids() {
        return uids;
    }
}
