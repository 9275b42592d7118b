package org.ninep.resilient;

import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what happens: to the log, in words for an administrator, and to the listener. Belongs to the engine's events, but for
 * {@link #state()}.
 */
final class Reports {
    private static final Logger LOG = LoggerFactory.getLogger(ResilientFile.class);
    private static final long REMIND_AFTER = 60_000_000_000L;

    private final Engine engine;
    private volatile FileState state = FileState.OPENING;
    private long remindAt = Long.MAX_VALUE;

    Reports(Engine engine) {
        this.engine = engine;
    }

    FileState state() {
        return state;
    }

    /** The replica is in this state now, and perhaps was before. */
    void replica(Replica replica, ReplicaState now, String reason) {
        ReplicaState before = replica.state;
        if (before == now && replica.reason.equals(reason)) {
            return;
        }
        replica.state = now;
        replica.reason = reason;
        switch (now) {
            case DOWN -> LOG.warn("{}: replica {} is down: {}", engine, replica, reason);
            case QUARANTINED -> LOG.error("{}: replica {} has other content and is not read from: {}", engine, replica,
                    reason);
            case SLOW -> LOG.warn("{}: replica {} gets no reads for a while: {}", engine, replica, reason);
            case UP -> {
                LOG.info("{}: replica {} is {}", engine, replica, replica.hasBeenUp ? "up again" : "up");
                replica.hasBeenUp = true;
            }
            case REMOVED -> LOG.info("{}: replica {} is removed", engine, replica);
            case CONNECTING, CHECKING -> LOG.debug("{}: replica {}: {}", engine, replica, now);
        }
        if (before != now) {
            tell(listener -> listener.replicaChanged(replica.uri, before, now, reason));
        }
    }

    /** Reads go elsewhere. */
    void moved(@Nullable Replica before, @Nullable Replica now) {
        if (before != null && now != null) {
            LOG.info("{}: reads go to {} now, and no longer to {}", engine, now, before);
        } else if (now != null) {
            LOG.info("{}: reads go to {}", engine, now);
        }
        tell(listener -> listener.moved(uri(before), uri(now)));
    }

    private static Optional<org.ninep.client.NinepUri> uri(@Nullable Replica replica) {
        return Optional.ofNullable(replica).map(present -> present.uri);
    }

    /** What a reader would see is this now, and perhaps was before. */
    void update(FileState now) {
        FileState before = state;
        long time = engine.now();
        if (now == FileState.QUARANTINED && (before != now || time >= remindAt)) {
            remindAt = time + REMIND_AFTER;
            LOG.error("{}: no replica that can be reached has the image; reads wait until one has it again, and"
                    + " somebody has to look: {}", engine, reasons());
        }
        if (before == now) {
            return;
        }
        state = now;
        if (now == FileState.WAITING) {
            LOG.warn("{}: no replica is usable at the moment; reads wait", engine);
        } else if (now == FileState.SERVING && before != FileState.OPENING) {
            LOG.info("{}: reads are answered again", engine);
        }
        tell(listener -> listener.fileChanged(before, now));
    }

    private String reasons() {
        return String.join("; ",
                engine.all().stream().map(replica -> replica + " (" + replica.state + "): " + replica.reason).toList());
    }

    private void tell(Consumer<ResilienceListener> what) {
        try {
            what.accept(engine.settings.listener());
        } catch (RuntimeException | Error e) {
            LOG.error("{}: the listener failed", engine, e);
        }
    }

    /** A part of the reason for what follows. */
    void note(Replica replica, String what) {
        LOG.info("{}: replica {}: {}", engine, replica, what);
    }
}
