package org.ninep.resilient;

import java.util.List;
import java.util.Optional;
import org.ninep.client.NinepUri;

/**
 * A {@link ResilientFile} at one moment. Counts are since it was opened.
 *
 * <p>
 * Immutable.
 *
 * @param state what a reader would see
 * @param size in bytes; -1 while it is unknown
 * @param active the replica that reads go to, if there is one
 * @param reads completed
 * @param bytes brought by them
 * @param failed reads that ended with an exception
 * @param inFlight reads that are not completed
 * @param waiting parts of these that no session has been asked for at the moment
 * @param moves how often the active replica changed, after the first
 * @param replicas in order of preference
 */
public record FileStats(FileState state, long size, Optional<NinepUri> active, long reads, long bytes, long failed,
        long inFlight, long waiting, long moves, List<ReplicaStats> replicas) {
    /** The list is copied. */
    public FileStats {
        replicas = List.copyOf(replicas);
    }
}
