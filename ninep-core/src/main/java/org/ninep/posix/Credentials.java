package org.ninep.posix;

import java.util.List;

/**
 * As whom system calls on files are made.
 *
 * <p>
 * Immutable.
 *
 * @param groups supplementary groups
 */
public record Credentials(int uid, int gid, List<Integer> groups) {
    /** With a copy of the list. */
    public Credentials {
        groups = List.copyOf(groups);
    }
}
