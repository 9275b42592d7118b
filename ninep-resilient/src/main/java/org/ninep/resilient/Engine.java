package org.ninep.resilient;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.ninep.RemoteException;
import org.ninep.RequestTimeoutException;
import org.ninep.client.NinepUri;
import org.ninep.client.ReadHandler;
import org.ninep.message.Attr;

/**
 * Keeps one file readable over its replicas: a state machine without threads, sockets and clock, which are the
 * {@link World}'s. What happens comes in as events, one at a time ({@link Mailbox}); what is to be done goes out to the world,
 * and to {@link Traffic} as a new {@link Route}.
 *
 * <pre>
 * {@link Sessions}       connects, waits between attempts, ends what is broken
 * {@link Verification}   compares what a session brings with what the image is known to be
 * {@link Routing}        decides which replica reads go to
 * here           reads that a session has failed, timers, and the doors
 * </pre>
 *
 * <p>
 * Thread-safe.
 */
final class Engine {
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);

    final Settings settings;
    final World world;
    final RandomGenerator random;
    final ServedBlocks served = new ServedBlocks();
    final Traffic traffic;
    final Reports reports;
    final Sessions sessions;
    final Verification verification;
    final Routing routing;
    final Mailbox mailbox = new Mailbox();

    private final ReentrantLock listLock = new ReentrantLock();
    private volatile List<Replica> replicas;
    private final List<Slot> putOff = new ArrayList<>();
    private final CompletableFuture<Long> opened = new CompletableFuture<>();
    private final CompletableFuture<Void> tried = new CompletableFuture<>();
    private long wakeAt = Long.MAX_VALUE;

    /** @param random for jitter, and for the places where content is compared */
    Engine(Settings settings, World world, RandomGenerator random) {
        this.settings = settings;
        this.world = world;
        this.random = random;
        this.traffic = new Traffic(world, settings.timeout(), served,
                (slot, lane, cause) -> event(() -> failed(slot, lane, cause)));
        this.reports = new Reports(this);
        this.sessions = new Sessions(this);
        this.verification = new Verification(this);
        this.routing = new Routing(this);
        this.replicas = settings.replicas().stream().map(this::replica).toList();
    }

    private Replica replica(NinepUri uri) {
        return new Replica(uri, settings.sessions(), now(), settings.timeout().toNanos());
    }

    static Backoff backoff(Duration longest) {
        return new Backoff(longest.compareTo(FIRST_BACKOFF) < 0 ? longest : FIRST_BACKOFF, longest);
    }

    // The doors.

    /** Begins to connect. */
    void start() {
        event(() -> {});
    }

    /** It is the time that was asked for with {@link World#wakeAt}, or later. */
    void wake() {
        event(() -> wakeAt = Long.MAX_VALUE);
    }

    /** Completed with the size when the first replica serves; failed if the engine is closed before. */
    CompletableFuture<Long> opened() {
        return opened;
    }

    /** Completed when each replica has failed once; failed if the engine is closed before. */
    CompletableFuture<Void> tried() {
        return tried;
    }

    /**
     * Fills the buffer.
     *
     * @param deadline of the caller's own; the file's patience is added here
     */
    void read(ByteBuffer buffer, long offset, Deadline deadline, ReadHandler handler) {
        if (buffer.isReadOnly()) {
            throw new IllegalArgumentException("a read-only buffer to read into");
        }
        long size = size();
        if (offset < 0 || offset > size - buffer.remaining()) {
            handler.failed(new EOFException(this + " has " + size + " bytes, but was to be read from " + offset + " to "
                    + (offset + buffer.remaining())));
        } else if (!buffer.hasRemaining()) {
            handler.completed(0);
        } else {
            traffic.read(buffer, offset, deadline, handler);
            if (traffic.waiting() > 0 && deadline.at() != Deadline.NEVER) {
                look();
            }
        }
    }

    /**
     * When a read that begins now is given up.
     *
     * @param ofCaller from now; empty for never
     */
    Deadline deadline(Optional<Duration> ofCaller) {
        Optional<Duration> patience = settings.giveUpAfter();
        if (ofCaller.isEmpty() && patience.isEmpty()) {
            return Deadline.NONE;
        }
        long nanos = Math.min(nanos(ofCaller), nanos(patience));
        return new Deadline(nanos > Deadline.NEVER / 2 ? Deadline.NEVER : now() + nanos);
    }

    private static long nanos(Optional<Duration> duration) {
        return duration.map(TimeUnit.NANOSECONDS::convert).orElse(Long.MAX_VALUE);
    }

    /** A deadline may have to be looked after. */
    void look() {
        event(() -> {});
    }

    long size() {
        ContentIdentity identity = verification.identity();
        return identity == null ? -1 : identity.size();
    }

    void add(NinepUri uri) {
        world.check(uri);
        listLock.lock();
        try {
            List<NinepUri> there = replicas();
            if (there.contains(uri)) {
                throw new IllegalArgumentException(uri + " is a replica already");
            }
            if (there.size() == Replicas.MOST) {
                throw new IllegalArgumentException(Replicas.MOST + " replicas are the most, and are there");
            }
            List<Replica> more = new ArrayList<>(replicas);
            more.add(replica(uri));
            replicas = List.copyOf(more);
        } finally {
            listLock.unlock();
        }
        event(() -> {});
    }

    void remove(NinepUri uri) {
        Replica removed;
        listLock.lock();
        try {
            removed = replicas.stream().filter(replica -> replica.uri.equals(uri)).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(uri + " is no replica of this file"));
            if (replicas.size() == 1) {
                throw new IllegalArgumentException(uri + " is the only replica");
            }
            replicas = replicas.stream().filter(replica -> !replica.uri.equals(uri)).toList();
        } finally {
            listLock.unlock();
        }
        event(() -> sessions.remove(removed));
    }

    List<NinepUri> replicas() {
        return replicas.stream().map(replica -> replica.uri).toList();
    }

    FileStats stats() {
        return new FileStats(reports.state(), size(), routing.active().map(replica -> replica.uri),
                traffic.completedReads(), traffic.bytesRead(), traffic.failedReads(), traffic.inFlight(),
                traffic.waiting(), routing.moves(), replicas.stream().map(Replica::stats).toList());
    }

    /** Why nothing can be opened: for each replica, if all have been tried, its first failure; else nothing. */
    List<IOException> failures() {
        List<IOException> failures = new ArrayList<>();
        for (Replica replica : replicas) {
            IOException failure = replica.firstFailure;
            if (failure == null) {
                return List.of();
            }
            failures.add(failure);
        }
        return failures;
    }

    /** Fails what is in progress and ends all sessions. */
    void close(IOException cause) {
        if (traffic.closed() == null) {
            traffic.close(cause);
            mailbox.post(() -> {
                putOff.forEach(slot -> slot.end(cause));
                putOff.clear();
                sessions.close(replicas);
                opened.completeExceptionally(cause);
                tried.completeExceptionally(cause);
                reports.update(FileState.CLOSED);
                world.wakeAt(Long.MAX_VALUE);
            });
        }
    }

    // Events.

    long now() {
        return world.nanoTime();
    }

    List<Replica> all() {
        return replicas;
    }

    /** Runs an event, and after it what is due. */
    void event(Runnable event) {
        mailbox.post(() -> {
            event.run();
            if (traffic.closed() == null) {
                settle();
            }
        });
    }

    private void settle() {
        long now = now();
        List<Slot> due = putOff.stream()
                .filter(slot -> slot.setbacks.notBefore() <= now || slot.deadline.hasPassed(now)).toList();
        putOff.removeAll(due);
        due.forEach(this::placeAgain);
        traffic.end(tooLate(), now);
        verification.due(now);
        routing.due(now);
        sessions.due(now);
        reports.update(state());
        if (verification.identity() != null && reports.state() == FileState.SERVING) {
            opened.complete(size());
        } else if (!tried.isDone() && !failures().isEmpty()) {
            tried.complete(null);
        }
        rearm();
    }

    private FileState state() {
        if (verification.identity() == null) {
            return FileState.OPENING;
        }
        if (!traffic.route().main().isEmpty()) {
            return FileState.SERVING;
        }
        if (replicas.stream().anyMatch(Replica::isUsable)) {
            // which is asked first whether its file is still the same
            return reports.state();
        }
        boolean quarantined = replicas.stream().anyMatch(replica -> replica.state == ReplicaState.QUARANTINED);
        return quarantined ? FileState.QUARANTINED : FileState.WAITING;
    }

    private void rearm() {
        long next = Math.min(Math.min(verification.nextAt(), routing.nextAt()),
                Math.min(sessions.nextAt(), traffic.firstDeadline()));
        for (Slot slot : putOff) {
            next = Math.min(next, Math.min(slot.setbacks.notBefore(), slot.deadline.at()));
        }
        if (next != wakeAt) {
            wakeAt = next;
            world.wakeAt(next);
        }
    }

    // Reads that a session has failed.

    private void failed(Slot slot, Lane lane, IOException cause) {
        IOException closed = traffic.closed();
        if (closed != null) {
            slot.end(closed);
            return;
        }
        slot.setbacks = slot.setbacks.failedBy(lane.replica);
        if (cause instanceof RemoteException e && Verdict.of(e.errno()) == Verdict.REQUEST) {
            slot.end(e);
            return;
        }
        judge(slot, lane, cause);
        lane.replica.reissues.increment();
        int others = (int) replicas.stream().filter(Replica::isUsable).count();
        int attempts = slot.setbacks.attempts();
        if (cause instanceof RemoteException && attempts >= others) {
            long delay = settings.backoff().delay(attempts - others + 1, random).toNanos();
            slot.setbacks = slot.setbacks.putOffUntil(now() + delay);
            putOff.add(slot);
        } else {
            placeAgain(slot);
        }
    }

    /** What the failure says about the session and the replica. */
    private void judge(Slot slot, Lane lane, IOException cause) {
        Replica replica = lane.replica;
        switch (cause) {
            case RequestTimeoutException e -> {
                boolean cutShort = now() - slot.sentAt() < settings.timeout().toNanos();
                if (!cutShort) {
                    replica.timeouts.increment();
                    slot.setbacks = slot.setbacks.timedOut();
                    sessions.late(lane, slot.sentAt(), e);
                }
            }
            case RemoteException e -> {
                replica.errors.increment();
                sessions.erred(lane, e, Verdict.of(e.errno()));
            }
            case EOFException e -> verification.quarantine(replica, e.getMessage() + ", and should have " + size()
                    + " bytes");
            case Slot.Untrusted _ -> {
                // what is wrong with its session is known already
            }
            default -> sessions.ended(lane, cause, true);
        }
    }

    /** Gives a part to another session than the one that failed it, or fails it if its time is over. */
    void placeAgain(Slot slot) {
        if (slot.deadline.hasPassed(now())) {
            slot.end(tooLate());
        } else {
            routing.update();
            traffic.place(slot);
        }
    }

    private RequestTimeoutException tooLate() {
        return new RequestTimeoutException(this + ": no answer from any replica in time");
    }

    /** For what is asked of a session besides reads. */
    Duration patience(Lane lane) {
        return traffic.duration(Math.max(settings.timeout().toNanos(), lane.patience()));
    }

    /** What a session is told when it is there, or will not be. */
    World.Opening opening(Lane lane) {
        return new World.Opening() {
            @Override
            public void opened(Link link, Attr attr) {
                event(() -> sessions.opened(lane, link, attr));
            }

            @Override
            public void failed(IOException cause) {
                event(() -> sessions.refused(lane, cause));
            }

            @Override
            public void lost(IOException cause) {
                event(() -> sessions.ended(lane, cause, true));
            }
        };
    }

    @Override
    public String toString() {
        return settings.name();
    }
}
