package org.ninep.resilient;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import org.ninep.RemoteException;
import org.ninep.RequestTimeoutException;
import org.ninep.message.Attr;
import org.ninep.resilient.Replica.Place;

/**
 * The sessions of all replicas: connects, waits between attempts, ends what is broken. A replica has one session, and the one
 * that reads go to has all that are configured. Belongs to the engine's events.
 */
final class Sessions {
    /** So many answers in a row with an error are a reason to begin a session anew, whatever the error. */
    private static final int STRIKES = 3;

    private final Engine engine;

    Sessions(Engine engine) {
        this.engine = engine;
    }

    private long timeout() {
        return engine.settings.timeout().toNanos();
    }

    // Coming.

    /** Connects where it is time to. */
    void due(long now) {
        for (Replica replica : engine.all()) {
            for (Place place : replica.places) {
                if (place.lane == null && place.retryAt <= now && isWanted(replica, place)) {
                    connect(replica, place);
                }
            }
        }
    }

    private boolean isWanted(Replica replica, Place place) {
        return place.number == 0 || (engine.routing.isActive(replica) && replica.isUsable());
    }

    /** When an attempt is to be made next. */
    long nextAt() {
        long next = Long.MAX_VALUE;
        for (Replica replica : engine.all()) {
            for (Place place : replica.places) {
                if (place.lane == null && isWanted(replica, place)) {
                    next = Math.min(next, place.retryAt);
                }
            }
        }
        return next;
    }

    private void connect(Replica replica, Place place) {
        Lane lane = new Lane(replica, place.number, timeout());
        place.lane = lane;
        Duration patience = engine.traffic.duration(engine.routing.patience(replica));
        engine.world.connect(replica.uri, place.number, patience, engine.opening(lane));
    }

    void opened(Lane lane, Link link, Attr attr) {
        Replica replica = lane.replica;
        if (lane.over || !replica.has(lane)) {
            link.close(false);
            return;
        }
        lane.opened(link, attr, engine.now());
        lane.patience(engine.routing.patience(replica));
        replica.sessionsMade.increment();
        if (replica.state == ReplicaState.CONNECTING || replica.state == ReplicaState.DOWN) {
            engine.reports.replica(replica, ReplicaState.CHECKING, "");
        }
        engine.verification.begin(lane);
    }

    /** There is no session to be had. */
    void refused(Lane lane, IOException cause) {
        lane.over = true;
        if (lane.replica.has(lane)) {
            failed(lane, cause);
        }
    }

    private void failed(Lane lane, IOException cause) {
        Replica replica = lane.replica;
        Place place = replica.place(lane);
        place.lane = null;
        long now = engine.now();
        Backoff backoff = engine.settings.backoff();
        boolean lasted = lane.readyAt > 0
                && now - lane.readyAt > backoff.ceiling(Math.max(1, place.attempt)).toNanos();
        place.attempt = lasted ? 1 : Math.min(place.attempt + 1, 1_000);
        place.retryAt = now + backoff.delay(place.attempt, engine.random).toNanos();
        if (isTimeout(cause)) {
            engine.routing.beMorePatient(replica);
        }
        if (replica.firstFailure == null) {
            replica.firstFailure = cause;
        }
        if (replica.open().isEmpty()) {
            engine.reports.replica(replica, ReplicaState.DOWN, words(cause));
        }
        engine.routing.failed(replica);
    }

    private static boolean isTimeout(IOException cause) {
        return cause instanceof RequestTimeoutException || cause.getCause() instanceof SocketTimeoutException;
    }

    private static String words(IOException cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    // Going.

    /**
     * A session has come to its end, or is brought to it.
     *
     * @param broken whether its connection is of no use to others, either
     */
    void ended(Lane lane, IOException cause, boolean broken) {
        if (end(lane, broken)) {
            failed(lane, cause);
        }
    }

    private static boolean end(Lane lane, boolean broken) {
        if (lane.over || !lane.replica.has(lane)) {
            return false;
        }
        boolean open = lane.isOpen();
        lane.over = true;
        lane.trust(false);
        if (open) {
            lane.link().close(broken);
        }
        return true;
    }

    /** The replica's content is not what it should be: all of its sessions end, and are made anew later. */
    void quarantined(Replica replica) {
        long now = engine.now();
        for (Place place : replica.places) {
            Lane lane = place.lane;
            if (lane != null && end(lane, false)) {
                place.lane = null;
            }
            place.attempt = Math.min(place.attempt + 1, 1_000);
            place.retryAt = now + engine.settings.backoff().delay(place.attempt, engine.random).toNanos();
        }
        engine.routing.failed(replica);
    }

    /** A request was not answered in time. */
    void late(Lane lane, long sentAt, IOException cause) {
        if (lane.over) {
            return;
        }
        if (lane.silentSince(sentAt)) {
            ended(lane, cause, true);
        } else {
            lane.shrink(engine.now());
            engine.routing.demote(lane.replica, words(cause));
        }
    }

    /** A request was answered with an error that says something about the session or the replica. */
    void erred(Lane lane, RemoteException cause, Verdict verdict) {
        Replica replica = lane.replica;
        replica.strikes++;
        if (verdict == Verdict.SESSION || replica.strikes % STRIKES == 0) {
            ended(lane, cause, false);
        }
        engine.routing.demote(replica, words(cause));
    }

    /** What a session was asked besides reads has failed. */
    void probeFailed(Lane lane, long sentAt, IOException cause) {
        if (cause instanceof RequestTimeoutException) {
            lane.replica.timeouts.increment();
            late(lane, sentAt, cause);
        } else {
            ended(lane, cause, !(cause instanceof RemoteException));
        }
    }

    void remove(Replica replica) {
        closeAll(replica);
        engine.reports.replica(replica, ReplicaState.REMOVED, "");
        engine.served.forget(replica);
        engine.routing.failed(replica);
    }

    void close(List<Replica> replicas) {
        replicas.forEach(Sessions::closeAll);
    }

    private static void closeAll(Replica replica) {
        for (Place place : replica.places) {
            Lane lane = place.lane;
            if (lane != null && !end(lane, false)) {
                lane.over = true;
            }
            place.lane = null;
        }
    }
}
