package org.ninep.resilient;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.ninep.RemoteException;
import org.ninep.client.AttrHandler;
import org.ninep.message.Attr;
import org.ninep.resilient.IdentityCheck.BlockRead;

/**
 * Compares what a session brings with what the image is known to be, before anything is read from it and whenever its
 * attributes have changed. Belongs to the engine's events.
 */
final class Verification {
    private static final int SERVED_BLOCKS = 8;
    private static final int FRESH_BLOCKS = 4;
    /** When the attributes have changed there is a reason to look closer. */
    private static final int FRESH_BLOCKS_AFTER_CHANGE = 32;

    private final Engine engine;
    private volatile @Nullable ContentIdentity identity;
    private final long startedAt;
    /** The session whose content becomes the identity, while it is being read. */
    private @Nullable Lane founder;

    Verification(Engine engine) {
        this.engine = engine;
        this.startedAt = engine.now();
    }

    /** What the image is known to be; null until one replica has been read. */
    @Nullable
    ContentIdentity identity() {
        return identity;
    }

    private long period() {
        long nanos = engine.settings.checkEvery().toNanos();
        return nanos - engine.random.nextLong(nanos / 8 + 1);
    }

    // A new session.

    /** The session is open; it serves once its content is found right. */
    void begin(Lane lane) {
        String unsuitable = unsuitable(lane);
        ContentIdentity known = identity;
        if (known != null) {
            check(lane, known, unsuitable, FRESH_BLOCKS);
        } else if (unsuitable != null) {
            engine.sessions.ended(lane, new UnsuitableFileException(lane.replica + ": " + unsuitable), false);
        } else {
            found();
        }
    }

    private static @Nullable String unsuitable(Lane lane) {
        Attr attr = attr(lane);
        if (attr.isDirectory()) {
            return "a directory, and no image; add the image's path to the URI";
        }
        if (!attr.isRegular()) {
            return "no regular file, and so no image";
        }
        return attr.size() <= 0 ? "an empty file, and so no image" : null;
    }

    private static Attr attr(Lane lane) {
        Attr attr = lane.attr;
        if (attr == null) {
            throw new IllegalStateException("a session that has not been opened");
        }
        return attr;
    }

    /**
     * The first session of the first replica in the list that has one makes the identity: at once if those before it have failed,
     * or else after they have had the time of a timeout.
     */
    private void found() {
        if (identity != null || founder != null) {
            return;
        }
        boolean waited = engine.now() - startedAt >= engine.settings.timeout().toNanos();
        for (Replica replica : engine.all()) {
            List<Lane> open = replica.open();
            if (!open.isEmpty()) {
                found(open.getFirst());
                return;
            }
            if (replica.firstFailure == null && !waited) {
                return;
            }
        }
    }

    private void found(Lane lane) {
        founder = lane;
        long size = attr(lane).size();
        IdentityCheck check = new IdentityCheck(engine.mailbox, done -> founded(lane, size, done));
        for (long offset : ContentIdentity.places(size, engine.random)) {
            check.read(lane.link(), offset, ContentIdentity.lengthAt(offset, size), engine.patience(lane));
        }
        check.start();
    }

    private void founded(Lane lane, long size, IdentityCheck check) {
        engine.event(() -> {
            founder = null;
            IOException failure = failure(check.reads());
            if (failure != null) {
                engine.sessions.ended(lane, failure, !(failure instanceof RemoteException));
            } else if (lane.isOpen()) {
                identity = new ContentIdentity(size, check.reads().stream().map(Verification::block).toList());
                ready(lane);
                others(lane).forEach(this::begin);
            }
        });
    }

    private static ContentIdentity.Block block(BlockRead read) {
        return new ContentIdentity.Block(read.offset(), read.data().remaining(), ContentIdentity.digest(read.data()));
    }

    @SuppressWarnings("ReferenceEquality")
    private List<Lane> others(Lane lane) {
        return engine.all().stream().flatMap(replica -> replica.open().stream())
                .filter(other -> other != lane && !other.trusted()).toList();
    }

    private static @Nullable IOException failure(List<BlockRead> reads) {
        return reads.stream().map(BlockRead::failure).filter(cause -> cause != null).findFirst().orElse(null);
    }

    // Comparing.

    private void check(Lane lane, ContentIdentity known, @Nullable String unsuitable, int freshBlocks) {
        if (unsuitable != null) {
            quarantine(lane.replica, unsuitable);
        } else if (attr(lane).size() != known.size()) {
            quarantine(lane.replica, attr(lane).size() + " bytes, and should have " + known.size());
        } else {
            compare(lane, known, freshBlocks);
        }
    }

    private void compare(Lane lane, ContentIdentity known, int freshBlocks) {
        Map<BlockRead, ContentIdentity.Block> expected = new HashMap<>();
        Map<BlockRead, BlockRead> fresh = new HashMap<>();
        List<BlockRead> mine = new ArrayList<>();
        IdentityCheck check = new IdentityCheck(engine.mailbox,
                _ -> engine.event(() -> compared(lane, mine, expected, fresh)));
        List<ContentIdentity.Block> blocks = new ArrayList<>(served());
        blocks.addAll(known.blocks());
        for (ContentIdentity.Block block : blocks) {
            BlockRead read = check.read(lane.link(), block.offset(), block.length(), engine.patience(lane));
            expected.put(read, block);
            mine.add(read);
        }
        Lane reference = engine.routing.reference(lane.replica);
        if (reference != null) {
            for (long offset : ContentIdentity.randomPlaces(known.size(), freshBlocks, engine.random)) {
                int length = ContentIdentity.lengthAt(offset, known.size());
                BlockRead read = check.read(lane.link(), offset, length, engine.patience(lane));
                fresh.put(read, check.read(reference.link(), offset, length, engine.patience(reference)));
                mine.add(read);
            }
        }
        check.start();
    }

    private List<ContentIdentity.Block> served() {
        List<ContentIdentity.Block> blocks = engine.served.blocks();
        Collections.shuffle(blocks, Random.from(engine.random));
        return blocks.subList(0, Math.min(SERVED_BLOCKS, blocks.size()));
    }

    private void compared(Lane lane, List<BlockRead> mine, Map<BlockRead, ContentIdentity.Block> expected,
            Map<BlockRead, BlockRead> fresh) {
        if (!lane.isOpen()) {
            return;
        }
        for (BlockRead read : mine) {
            String difference = difference(read, expected.get(read), fresh.get(read));
            if (difference != null) {
                quarantine(lane.replica, difference);
                return;
            }
        }
        IOException failure = failure(mine);
        if (failure == null) {
            ready(lane);
        } else {
            engine.sessions.ended(lane, failure, !(failure instanceof RemoteException));
        }
    }

    private @Nullable String difference(BlockRead read, ContentIdentity.@Nullable Block expected,
            @Nullable BlockRead reference) {
        if (read.failure() instanceof EOFException end) {
            return end.getMessage() + ", and should have " + engine.size() + " bytes";
        }
        if (read.failure() != null) {
            return null;
        }
        if (expected != null && !expected.matches(read.data())) {
            return "the " + expected.length() + " bytes at " + expected.offset()
                    + " differ from what the image had there";
        }
        if (reference != null && reference.failure() == null && !reference.data().equals(read.data())) {
            return "the " + read.data().remaining() + " bytes at " + read.offset() + " differ from another replica's";
        }
        return null;
    }

    private void ready(Lane lane) {
        long now = engine.now();
        Replica replica = lane.replica;
        lane.readyAt = now;
        lane.checkAt = now + period();
        lane.trust(true);
        engine.reports.replica(replica, ReplicaState.UP, "");
        engine.routing.update();
    }

    /** The replica has other content. */
    void quarantine(Replica replica, String difference) {
        if (replica.state == ReplicaState.REMOVED) {
            return;
        }
        engine.served.forget(replica);
        if (replica.firstFailure == null) {
            replica.firstFailure = new UnsuitableFileException(replica + ": " + difference);
        }
        engine.reports.replica(replica, ReplicaState.QUARANTINED, difference);
        engine.sessions.quarantined(replica);
    }

    // Looking again.

    /** Asks for the attributes where it is time to, and finds out who makes the identity. */
    void due(long now) {
        found();
        for (Replica replica : engine.all()) {
            for (Lane lane : replica.ready()) {
                if (lane.checkAt <= now && !lane.checking) {
                    look(lane);
                }
            }
        }
    }

    /** When {@link #due} has something to do. */
    long nextAt() {
        long next = Long.MAX_VALUE;
        if (identity == null && engine.now() - startedAt < engine.settings.timeout().toNanos()) {
            next = startedAt + engine.settings.timeout().toNanos();
        }
        for (Replica replica : engine.all()) {
            for (Lane lane : replica.ready()) {
                next = lane.checking ? next : Math.min(next, lane.checkAt);
            }
        }
        return next;
    }

    /** Asks whether the file is still as it was when its content was compared, and whether anybody is there at all. */
    void look(Lane lane) {
        lane.checking = true;
        long sentAt = engine.now();
        lane.link().getattr(engine.patience(lane), new AttrHandler() {
            @Override
            public void completed(Attr attr) {
                long now = engine.now();
                engine.event(() -> looked(lane, attr, sentAt, now));
            }

            @Override
            public void failed(IOException cause) {
                engine.event(() -> {
                    lane.checking = false;
                    lane.checkAt = engine.now() + engine.settings.timeout().toNanos();
                    engine.sessions.probeFailed(lane, sentAt, cause);
                    engine.routing.confirmed(lane.replica, false);
                });
            }
        });
    }

    private void looked(Lane lane, Attr attr, long sentAt, long now) {
        Replica replica = lane.replica;
        lane.checking = false;
        lane.checkAt = now + period();
        lane.heard(now);
        replica.probe = replica.probe == 0 ? now - sentAt : (3 * replica.probe + now - sentAt) / 4;
        boolean same = isSame(attr(lane), attr);
        if (lane.isOpen() && !same) {
            changed(replica, lane, attr);
        }
        engine.routing.confirmed(replica, same && lane.isOpen());
    }

    private static boolean isSame(Attr before, Attr now) {
        return before.size() == now.size() && before.mode() == now.mode() && before.mtime().equals(now.mtime())
                && before.ctime().equals(now.ctime());
    }

    /** Nothing that is on the way from this replica is handed out until its content is found right again. */
    private void changed(Replica replica, Lane lane, Attr attr) {
        ContentIdentity known = identity;
        if (known == null) {
            return;
        }
        engine.reports.replica(replica, ReplicaState.CHECKING, "");
        engine.reports.note(replica,
                "the file's attributes have changed (size " + attr(lane).size() + " to " + attr.size()
                        + ", modified " + attr.mtime() + "); its content is compared again");
        List<Lane> open = replica.open();
        open.forEach(each -> each.trust(false));
        engine.routing.update();
        for (Lane each : open) {
            each.attr = attr;
            if (each.isOpen()) {
                check(each, known, unsuitable(each), FRESH_BLOCKS_AFTER_CHANGE);
            }
        }
    }
}
