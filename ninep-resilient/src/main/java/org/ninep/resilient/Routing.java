package org.ninep.resilient;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.ninep.resilient.Replica.Standing;

/**
 * Decides which replica reads go to.
 *
 * <pre>
 *            failed, far too slow, errors                    the time is over
 *   WELL  ---------------------------------&gt;  OUT  -------------------------------&gt;  TRIAL
 *    ^                                         ^     longer with each relapse           | share 1/64, 1/32 ... 1
 *    |                                         +----------------------------------------+ failed again
 *    +-----------------------------------------------------------------------------------+
 * </pre>
 *
 * A replica that is out is still used if there is no other. Belongs to the engine's events.
 */
final class Routing {
    private static final long LOOK_EVERY = Duration.ofMillis(500).toNanos();
    private static final long FIRST_TIME_OUT = Duration.ofSeconds(1).toNanos();
    private static final int MOST_RELAPSES = 6;
    private static final long FORGIVEN_AFTER = Duration.ofSeconds(60).toNanos();
    private static final int FIRST_SHARE = 64;
    private static final int FAR = 10;
    private static final int ENOUGH_REQUESTS = 8;

    private final Engine engine;
    private volatile @Nullable Replica active;
    private final AtomicLong moves = new AtomicLong();
    private @Nullable Replica onTrial;
    private long lookAt;

    Routing(Engine engine) {
        this.engine = engine;
    }

    /** Where reads go, if anywhere. */
    Optional<Replica> active() {
        return Optional.ofNullable(active);
    }

    long moves() {
        return moves.get();
    }

    @SuppressWarnings("ReferenceEquality")
    boolean isActive(Replica replica) {
        return replica == active;
    }

    private long timeout() {
        return engine.settings.timeout().toNanos();
    }

    // Who is first.

    /** Makes the route anew from what is known now. */
    void update() {
        update(null);
    }

    /** @param confirmed whose file is known to be unchanged at this moment; only such a replica may enter the route */
    private void update(@Nullable Replica confirmed) {
        List<Replica> ranked = ranked();
        Replica before = active;
        Replica first = ranked.isEmpty() ? null : ranked.getFirst();
        boolean leaving = first != null && !isActive(first) && !first.equals(confirmed);
        if (leaving) {
            confirm(ranked.getFirst());
            first = before != null && before.isUsable() ? before : null;
        }
        active = first;
        onTrial = first == null ? null : trial(first, confirmed);
        publish(first, onTrial, leaving);
        if (!Objects.equals(before, first)) {
            if (before != null && first != null) {
                moves.incrementAndGet();
            }
            engine.reports.moved(before, first);
        }
    }

    private List<Replica> ranked() {
        List<Replica> all = engine.all();
        List<Replica> usable = new ArrayList<>(all.stream().filter(Replica::isUsable).toList());
        Comparator<Replica> order = engine.settings.order() == ReplicaOrder.LATENCY
                ? Comparator.comparingLong(this::speed)
                : Comparator.comparingInt(all::indexOf);
        usable.sort(Comparator.<Replica, Standing>comparing(replica -> replica.standing)
                .thenComparingLong(replica -> replica.standing == Standing.OUT ? replica.failedAt : 0)
                .thenComparing(order));
        return usable;
    }

    /** Who is active must be twice as slow as another before that one is taken. */
    private long speed(Replica replica) {
        long service = replica.service();
        return isActive(replica) ? service / 2 : service;
    }

    private @Nullable Replica trial(Replica first, @Nullable Replica confirmed) {
        List<Replica> all = engine.all();
        boolean byLatency = engine.settings.order() == ReplicaOrder.LATENCY;
        for (Replica replica : all) {
            boolean better = byLatency || all.indexOf(replica) < all.indexOf(first);
            if (replica.standing == Standing.TRIAL && better && !isActive(replica) && replica.isUsable()) {
                if (replica.equals(confirmed) || replica.equals(onTrial)) {
                    return replica;
                }
                confirm(replica);
            }
        }
        return null;
    }

    private void publish(@Nullable Replica first, @Nullable Replica trial, boolean leaving) {
        for (Replica replica : engine.all()) {
            replica.share = 0;
            long patience = patience(replica);
            replica.open().forEach(lane -> lane.patience(patience));
        }
        int every = trial == null ? 1 : Math.max(2, trial.trialEvery);
        if (first != null) {
            first.share = trial == null ? 1 : 1 - 1.0 / every;
        }
        if (trial != null) {
            trial.share = 1.0 / every;
        }
        Route route = new Route(lanes(first), lanes(trial), every, leaving);
        if (!route.equals(engine.traffic.route())) {
            engine.traffic.route(route);
        }
    }

    private static List<Lane> lanes(@Nullable Replica replica) {
        return replica == null ? List.of() : List.copyOf(replica.ready());
    }

    // Before it is used.

    /** Has the replica asked whether its file is still the same; {@link #confirmed} follows. */
    private void confirm(Replica replica) {
        if (!replica.confirming) {
            List<Lane> lanes = replica.ready();
            lanes.stream().filter(lane -> !lane.checking).min(Comparator.comparingLong(Lane::outstanding))
                    .ifPresent(lane -> {
                        replica.confirming = true;
                        engine.verification.look(lane);
                    });
        }
    }

    /** A replica was asked whether its file is still the same: it is, or there is something wrong. */
    void confirmed(Replica replica, boolean unchanged) {
        replica.confirming = false;
        update(unchanged && replica.isUsable() ? replica : null);
    }

    /** A session to compare another replica's content with. */
    @Nullable
    Lane reference(Replica replica) {
        return ranked().stream().filter(other -> !other.equals(replica)).flatMap(other -> other.ready().stream())
                .findFirst().orElse(null);
    }

    // Patience.

    private boolean hasOther(Replica replica) {
        return engine.all().stream().anyMatch(other -> !other.equals(replica) && other.isUsable());
    }

    /**
     * How long a request may take, in nanoseconds: the timeout, unless every replica that could be asked instead is known to
     * take longer.
     */
    long patience(Replica replica) {
        return engine.all().stream().filter(other -> !other.equals(replica) && other.isUsable())
                .mapToLong(other -> other.patience).reduce(replica.patience, Math::min);
    }

    /** The replica did not answer in time: if there is no other, slow is perhaps not dead. */
    void beMorePatient(Replica replica) {
        if (!hasOther(replica)) {
            replica.patience = Math.min(2 * replica.patience, engine.traffic.longestTimeout());
        }
    }

    // Standing.

    /** A session at the replica has ended, or could not be made. */
    void failed(Replica replica) {
        putOut(replica);
        update();
    }

    /** The replica is usable, but another should be used, if there is one. */
    void demote(Replica replica, String reason) {
        if (hasOther(replica)) {
            putOut(replica);
            if (replica.isUsable()) {
                engine.reports.replica(replica, ReplicaState.SLOW, reason);
            }
            update();
        }
    }

    private void putOut(Replica replica) {
        replica.failedAt = engine.now();
        if (replica.standing != Standing.OUT) {
            replica.standing = Standing.OUT;
            replica.standingUntil = engine.now() + (FIRST_TIME_OUT << replica.relapses);
            replica.relapses = Math.min(replica.relapses + 1, MOST_RELAPSES);
        }
    }

    // What time brings.

    /** Looks at how fast replicas are, and lets those come back that were out. */
    void due(long now) {
        if (lookAt > now) {
            return;
        }
        lookAt = now + LOOK_EVERY;
        for (Replica replica : engine.all()) {
            long longest = replica.takeLongest();
            if (longest > 0) {
                replica.patience = Math.max(timeout(), Math.min(replica.patience, 4 * longest));
            }
            long requests = replica.requests() - replica.requestsSeen;
            replica.requestsSeen += requests;
            if (requests > 0) {
                replica.strikes = 0;
            }
            if (requests >= ENOUGH_REQUESTS) {
                judge(replica, replica.service());
            }
            comeBack(replica, now);
        }
        update();
    }

    long nextAt() {
        return lookAt;
    }

    private void judge(Replica replica, long service) {
        if (replica.usual == 0) {
            replica.usual = service;
        }
        long others = engine.all().stream().filter(other -> !other.equals(replica) && other.isUsable())
                .mapToLong(Replica::service).filter(nanos -> nanos > 0).min().orElse(Long.MAX_VALUE);
        double measure = FAR * Math.min(replica.usual, (double) others);
        if (service > measure && service > Math.max(2_000_000, timeout() / 200) && service > 2 * others) {
            demote(replica, "a request takes it " + Duration.ofNanos(service).toMillis() + " ms, and "
                    + (replica.usual < others ? "used to take " : "takes others ")
                    + Duration.ofNanos((long) measure / FAR).toMillis() + " ms");
        } else {
            replica.usual += (service - replica.usual) / 32;
        }
    }

    private void comeBack(Replica replica, long now) {
        if (!replica.isUsable() || replica.standingUntil > now) {
            return;
        }
        switch (replica.standing) {
            case OUT -> {
                replica.standing = Standing.TRIAL;
                replica.trialEvery = FIRST_SHARE;
                replica.ready().forEach(Lane::forgetService);
                replica.standingUntil = now + LOOK_EVERY;
            }
            case TRIAL -> {
                replica.trialEvery /= 2;
                replica.standingUntil = now + LOOK_EVERY;
                if (replica.trialEvery <= 1) {
                    replica.standing = Standing.WELL;
                    replica.standingUntil = now + FORGIVEN_AFTER;
                    engine.reports.replica(replica, ReplicaState.UP, "");
                }
            }
            case WELL -> replica.relapses = 0;
        }
    }
}
