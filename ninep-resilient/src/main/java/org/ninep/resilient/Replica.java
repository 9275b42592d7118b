package org.ninep.resilient;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ninep.client.NinepUri;

/**
 * One server's copy of the file: its sessions, what is thought of it, and what it has done.
 *
 * <p>
 * The counters may be touched and everything be read by any thread; all else belongs to the engine's events.
 */
final class Replica {
    /** What it may be given to do, once it is usable. */
    enum Standing {
        /** All there is. */
        WELL,
        /** A share that grows, as it was not well a while ago. */
        TRIAL,
        /** Nothing, if there is another. */
        OUT
    }

    /** One of its sessions, or the wait for it. */
    static final class Place {
        final int number;
        volatile @Nullable Lane lane;
        /** Attempts in vain, since one came to something. */
        int attempt;
        long retryAt;

        Place(int number, long retryAt) {
            this.number = number;
            this.retryAt = retryAt;
        }
    }

    final NinepUri uri;
    final List<Place> places;

    volatile ReplicaState state = ReplicaState.CONNECTING;
    volatile String reason = "";
    volatile double share;
    final LongAdder sessionsMade = new LongAdder();
    final LongAdder reissues = new LongAdder();
    final LongAdder timeouts = new LongAdder();
    final LongAdder errors = new LongAdder();

    private final LongAdder requests = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final Latencies latencies = new Latencies();
    private final AtomicLong longest = new AtomicLong();

    Standing standing = Standing.WELL;
    /** When it changes its standing by itself. */
    long standingUntil;
    /** Its share as a trial is one of so many. */
    int trialEvery;
    /** How often it was out lately. */
    int relapses;
    /** How long a request to it is known to take, in nanoseconds; at least the timeout. */
    long patience;
    /** Whether it is being asked if its file is still the same. */
    boolean confirming;
    /** When it gave reason for doubt last. */
    long failedAt;
    /** What its first failure was, for who wants to know why nothing can be opened. */
    volatile @Nullable IOException firstFailure;
    /** What the time of a request has been in the long run, in nanoseconds; 0 if that is not known. */
    double usual;
    /** How long a Tgetattr takes, smoothed, in nanoseconds; 0 if that is not known. */
    long probe;
    /** What {@link #requests} was when its speed was looked at last. */
    long requestsSeen;
    /** Answers with an error, since one brought data. */
    int strikes;
    boolean hasBeenUp;

    Replica(NinepUri uri, int sessions, long now, long timeout) {
        this.uri = uri;
        this.patience = timeout;
        this.places = IntStream.range(0, sessions).mapToObj(i -> new Place(i, now)).toList();
    }

    // Any thread.

    void served(int count, long latency) {
        requests.increment();
        bytes.add(count);
        latencies.record(latency);
        if (latency > longest.get()) {
            longest.accumulateAndGet(latency, Math::max);
        }
    }

    long requests() {
        return requests.sum();
    }

    ReplicaStats stats() {
        List<Lane> open = open();
        return new ReplicaStats(uri, state, reason, share, open.size(), sessionsMade.sum(), requests.sum(), bytes.sum(),
                reissues.sum(), timeouts.sum(), errors.sum(), open.stream().mapToLong(Lane::outstanding).sum(),
                latencies.stats());
    }

    // The engine's.

    /** The longest that a request has taken since this was asked last. */
    long takeLongest() {
        return longest.getAndSet(0);
    }

    /** The sessions that reads may be given to. */
    List<Lane> ready() {
        return lanes(Lane::trusted);
    }

    List<Lane> open() {
        return lanes(Lane::isOpen);
    }

    private List<Lane> lanes(Predicate<Lane> which) {
        List<Lane> lanes = new ArrayList<>(places.size());
        for (Place place : places) {
            Lane lane = place.lane;
            if (lane != null && which.test(lane)) {
                lanes.add(lane);
            }
        }
        return lanes;
    }

    boolean isUsable() {
        return !ready().isEmpty();
    }

    Place place(Lane lane) {
        return places.get(lane.number);
    }

    /** Whether the lane is what it has in that place at present. */
    @SuppressWarnings("ReferenceEquality")
    boolean has(Lane lane) {
        return place(lane).lane == lane;
    }

    /** Nanoseconds that a request takes if no other is in its way; 0 if that is not known. */
    long service() {
        return (long) ready().stream().mapToLong(Lane::service).filter(nanos -> nanos > 0).average()
                .orElse((double) probe);
    }

    @Override
    public String toString() {
        return uri.toString();
    }
}
