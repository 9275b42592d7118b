package org.ninep.server;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Where a file is, from the root of its export; the root itself is null.
 *
 * <p>
 * Immutable.
 *
 * @param parent the directory that holds it, null for the root
 * @param name one component
 */
record Location(@Nullable Location parent, String name) {
    /** The names on the way from the root. */
    static Iterable<String> names(@Nullable Location location) {
        Deque<String> names = new ArrayDeque<>();
        for (Location l = location; l != null; l = l.parent()) {
            names.push(l.name());
        }
        return names;
    }
}
