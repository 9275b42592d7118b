package org.ninep.resilient;

import java.util.Optional;
import org.ninep.client.NinepUri;

/**
 * Hears what happens to a {@link ResilientFile}, besides its reads. One call at a time, in order, on any thread; the methods
 * must not block, and what they throw is logged and goes no further.
 */
public interface ResilienceListener {
    /**
     * A replica's state has changed.
     *
     * @param reason why, in words; may be empty
     */
    default void replicaChanged(NinepUri replica, ReplicaState before, ReplicaState now, String reason) {}

    /** Reads go to another replica from now on, or to none. */
    default void moved(Optional<NinepUri> before, Optional<NinepUri> now) {}

    /** What a reader would see has changed. */
    default void fileChanged(FileState before, FileState now) {}
}
