package org.ninep.resilient;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.ninep.client.NinepUri;

/**
 * How a file is kept readable; {@link ResilientFileBuilder} documents and checks them.
 *
 * <p>
 * Immutable.
 *
 * @param name of the file, for people
 * @param replicas at least one, in order of preference
 * @param timeout after which an unanswered request is given to another session
 * @param backoff between attempts to connect to one replica
 * @param giveUpAfter when a read fails that has not been answered; empty for never
 * @param order which of the usable replicas reads go to
 * @param sessions to the replica that reads go to
 * @param checkEvery how often a session's attributes are compared
 * @param listener told of changes
 */
record Settings(String name, List<NinepUri> replicas, Duration timeout, Backoff backoff, Optional<Duration> giveUpAfter,
        ReplicaOrder order, int sessions, Duration checkEvery, ResilienceListener listener) {}
