package org.ninep.check.suite;

import java.util.List;
import java.util.stream.Stream;
import org.ninep.check.bench.Case;

/**
 * All checks, in the order in which they are done.
 *
 * <p>
 * Immutable.
 */
public final class Suite {
    private Suite() {}

    /** Those that send well-formed requests and change nothing. */
    public static List<Case> reading() {
        return Stream.of(Versions.cases(), Attaching.cases(), Fids.cases(), Walks.cases(), Reads.cases(),
                Listings.cases(), Attributes.cases(), Flushes.cases()).flatMap(List::stream).toList();
    }

    /** Those that send what may bring down a server. They change nothing. */
    public static List<Case> breaking() {
        return Stream.of(Frames.cases(), Extremes.cases(), Vanishing.cases()).flatMap(List::stream).toList();
    }

    /** Those that write. */
    public static List<Case> writing() {
        return Stream.of(Files.cases(), Directories.cases(), Moves.cases(), Settings.cases(), Locks.cases())
                .flatMap(List::stream).toList();
    }

    /** Those that write what may bring down a server. */
    public static List<Case> breakingAndWriting() {
        return Stream.of(Moves.breaking(), Frames.writing(), Extremes.writing()).flatMap(List::stream).toList();
    }
}
