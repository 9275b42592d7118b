package org.ninep.check.suite;

import static org.ninep.check.bench.Observed.require;
import static org.ninep.check.bench.Observed.same;

import java.io.IOException;
import java.util.List;
import org.ninep.check.bench.Case;
import org.ninep.check.bench.Observed;
import org.ninep.check.bench.Subject;
import org.ninep.message.Rmessage.Rgetlock;
import org.ninep.message.Rmessage.Rlock;
import org.ninep.message.Tmessage.Tgetlock;
import org.ninep.message.Tmessage.Tlock;
import org.ninep.message.Tmessage.Tlopen;

/** Record locks between two clients. */
final class Locks {
    private static final int TRIES = 50;

    private Locks() {}

    static List<Case> cases() {
        return List.of(
                new Case("lock.conflict", "A write lock keeps out another client's, until it is given up", "fcntl(2)",
                        Locks::conflict),
                new Case("lock.shared", "Read locks of two clients do not keep each other out, and a write lock waits",
                        "fcntl(2)", Locks::shared),
                new Case("lock.ranges", "Locks of other bytes are not in the way", "fcntl(2)", Locks::ranges),
                new Case("lock.seen", "Tgetlock shows another client's lock, with its owner", "fcntl(2)", Locks::seen),
                new Case("lock.clunk", "A lock ends with the fid that took it", "fcntl(2)", Locks::clunk),
                new Case("lock.lost-client", "A lock ends with the connection of its owner", "fcntl(2)",
                        Locks::lostClient));
    }

    /** A client with a fid of the file, open for both. */
    private record Owner(Made made, int fid, String id) {
        static Owner of(Subject server, String file, String id) throws IOException {
            Made made = Made.in(server);
            if (!made.has(file)) {
                made.closed(file);
            }
            int fid = made.session().walk(file);
            made.session().open(fid, Tlopen.RDWR);
            return new Owner(made, fid, id);
        }

        int lock(int type, long start, long length) throws IOException {
            return made.session().call(new Tlock(fid, type, 0, start, length, 7, id), Rlock.class).status();
        }

        void takes(int type, long start, long length) throws IOException {
            int status = lock(type, start, length);
            if (status == Rlock.ERROR || status == Rlock.GRACE) {
                throw Observed.skipped("the server cannot lock: Rlock has status " + status);
            }
            same(Rlock.SUCCESS, status, "the status of " + id + "'s Tlock");
        }

        void isBlocked(int type, long start, long length) throws IOException {
            same(Rlock.BLOCKED, lock(type, start, length), "the status of " + id + "'s Tlock");
        }
    }

    private static void conflict(Subject server) throws IOException {
        Owner one = Owner.of(server, "lock.conflict", "one");
        Owner two = Owner.of(server, "lock.conflict", "two");
        one.takes(Tlock.WRLCK, 0, 0);
        two.isBlocked(Tlock.WRLCK, 0, 0);
        two.isBlocked(Tlock.RDLCK, 0, 0);
        one.takes(Tlock.UNLCK, 0, 0);
        two.takes(Tlock.WRLCK, 0, 0);
    }

    private static void shared(Subject server) throws IOException {
        Owner one = Owner.of(server, "lock.shared", "one");
        Owner two = Owner.of(server, "lock.shared", "two");
        one.takes(Tlock.RDLCK, 0, 0);
        two.takes(Tlock.RDLCK, 0, 0);
        two.isBlocked(Tlock.WRLCK, 0, 0);
    }

    private static void ranges(Subject server) throws IOException {
        Owner one = Owner.of(server, "lock.ranges", "one");
        Owner two = Owner.of(server, "lock.ranges", "two");
        one.takes(Tlock.WRLCK, 0, 10);
        two.takes(Tlock.WRLCK, 10, 10);
        two.isBlocked(Tlock.WRLCK, 9, 1);
    }

    private static void seen(Subject server) throws IOException {
        Owner one = Owner.of(server, "lock.seen", "one");
        Owner two = Owner.of(server, "lock.seen", "two");
        one.takes(Tlock.WRLCK, 0, 10);
        Rgetlock seen = two.made().session().call(new Tgetlock(two.fid(), Tlock.WRLCK, 0, 0, 7, "two"),
                Rgetlock.class);
        same(Tlock.WRLCK, seen.type(), "the type of the lock in the way");
        if (seen.start() != 0 || seen.length() != 10 || !seen.clientId().equals("one")) {
            server.differs("it is shown as " + seen);
        }
    }

    private static void clunk(Subject server) throws IOException {
        Owner one = Owner.of(server, "lock.clunk", "one");
        Owner two = Owner.of(server, "lock.clunk", "two");
        one.takes(Tlock.WRLCK, 0, 0);
        one.made().session().clunk(one.fid());
        two.takes(Tlock.WRLCK, 0, 0);
    }

    private static void lostClient(Subject server) throws IOException {
        Owner one = Owner.of(server, "lock.lost-client", "one");
        Owner two = Owner.of(server, "lock.lost-client", "two");
        one.takes(Tlock.WRLCK, 0, 0);
        one.made().session().connection().close();
        int status = Rlock.BLOCKED;
        for (int i = 0; i < TRIES && status == Rlock.BLOCKED; i++) {
            two.made().session().connection().endsWithin(server.moment().dividedBy(10));
            status = two.lock(Tlock.WRLCK, 0, 0);
        }
        require(status == Rlock.SUCCESS, "the lock is still held, " + TRIES + " tries after its owner went");
    }
}
