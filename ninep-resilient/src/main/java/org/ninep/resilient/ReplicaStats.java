package org.ninep.resilient;

import org.ninep.client.NinepUri;

/**
 * One replica at one moment. Counts are since it was named.
 *
 * <p>
 * Immutable.
 *
 * @param uri where it is
 * @param state what has become of it
 * @param reason why it is {@link ReplicaState#DOWN}, {@link ReplicaState#QUARANTINED} or {@link ReplicaState#SLOW}, in
 *     words; empty otherwise
 * @param share of the reads that go to it, 0 to 1
 * @param sessions open at the moment
 * @param sessionsMade ever opened
 * @param requests answered with data
 * @param bytes brought by them
 * @param reissues requests that were taken away from it and given to another session, or to it again
 * @param timeouts requests that it did not answer in time
 * @param errors requests that it answered with an Rlerror
 * @param outstanding bytes asked for and not answered yet
 * @param latency of the requests answered with data
 */
public record ReplicaStats(NinepUri uri, ReplicaState state, String reason, double share, int sessions,
        long sessionsMade, long requests, long bytes, long reissues, long timeouts, long errors, long outstanding,
        LatencyStats latency) {}
