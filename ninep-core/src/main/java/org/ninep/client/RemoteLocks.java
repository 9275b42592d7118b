package org.ninep.client;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.TimeSource;
import org.ninep.message.Rmessage.Rgetlock;
import org.ninep.message.Rmessage.Rlock;
import org.ninep.message.Tmessage.Tgetlock;
import org.ninep.message.Tmessage.Tlock;

/**
 * The locks on a file: a view of the {@link RemoteFile} that it was got from, which must be open, for writing too if a lock is to
 * be exclusive. Closing the file gives its locks up.
 *
 * <p>
 * A request for a lock that failed with anything but a {@link RemoteException}, for instance because it was not answered in
 * time, may have been granted: unlock, ask again, or close the file.
 *
 * <p>
 * Thread-safe.
 */
public final class RemoteLocks {
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(500);

    private final Caller caller;
    private final Handle file;

    RemoteLocks(Caller caller, Handle file) {
        this.caller = caller;
        this.file = file;
    }

    /**
     * Takes the lock if it is free (Tlock), with one request.
     *
     * @return whether it is held now; false if somebody else's is in the way
     * @throws RemoteException with ENOLCK if the server cannot lock, or has restarted and takes only what was held before
     */
    public boolean tryLock(ByteRangeLock lock) throws IOException {
        return isGranted(ask(lock.type(), lock), "Tlock");
    }

    /**
     * Takes the lock when it is free, within a time. It is asked for again and again (Tlock), at most half a second apart, and
     * without the flag BLOCK: most servers ignore that, and one that did not would keep its answer for longer than a request
     * may take. So nobody is served in turn.
     *
     * @param patience how long to go on asking; not counted is the time that the last answer takes
     * @return whether it is held now; false if somebody else's was in the way all the time
     * @throws RemoteException with ENOLCK if the server cannot lock, or has restarted and takes only what was held before
     * @throws InterruptedIOException if the thread is interrupted
     */
    public boolean tryLock(ByteRangeLock lock, Duration patience) throws IOException {
        TimeSource time = caller.session().time();
        long begun = time.nanoTime();
        long atMost = TimeUnit.NANOSECONDS.convert(patience);
        long pause = FIRST_PAUSE;
        while (true) {
            int status = ask(lock.type(), lock);
            long left = atMost - (time.nanoTime() - begun);
            if (left <= 0 || (status != Rlock.BLOCKED && status != Rlock.GRACE)) {
                return isGranted(status, "Tlock");
            }
            sleep(time, Math.min(pause, left));
            pause = Math.min(2 * pause, LONGEST_PAUSE);
        }
    }

    /**
     * Gives up what the holder has locked in the lock's range (Tlock with UNLCK); nothing if that is nothing.
     *
     * @throws RemoteException with ENOLCK if the server cannot
     */
    public void unlock(ByteRangeLock lock) throws IOException {
        if (!isGranted(ask(Tlock.UNLCK, lock), "Tlock UNLCK")) {
            throw new RemoteException(Errno.ENOLCK, caller.name(file) + ": Tlock UNLCK: the server says BLOCKED");
        }
    }

    private int ask(int type, ByteRangeLock lock) throws IOException {
        Tlock request = new Tlock(file.fid(), type, 0, lock.start(), lock.length(), lock.procId(), lock.clientId());
        return caller.call(file, request, Rlock.class).status();
    }

    private boolean isGranted(int status, String what) throws IOException {
        return switch (status) {
            case Rlock.SUCCESS -> true;
            case Rlock.BLOCKED -> false;
            case Rlock.GRACE -> throw refused(what, "it has restarted, and takes only locks reclaimed for now");
            case Rlock.ERROR -> throw refused(what, "it says ERROR");
            default -> throw caller.broken("Rlock of " + file.path() + " with status " + status);
        };
    }

    private RemoteException refused(String what, String why) {
        return new RemoteException(Errno.ENOLCK, caller.session().peer() + ": " + what + " " + file.path()
                + ": the server does not lock: " + why);
    }

    private void sleep(TimeSource time, long nanos) throws InterruptedIOException {
        Thread sleeper = Thread.currentThread();
        Runnable wake = () -> LockSupport.unpark(sleeper);
        time.onAdvance(wake);
        try {
            long begun = time.nanoTime();
            long left;
            while ((left = nanos - (time.nanoTime() - begun)) > 0) {
                if (sleeper.isInterrupted()) {
                    throw new InterruptedIOException(
                            caller.session().peer() + ": Tlock " + file.path() + ": interrupted while others hold it");
                }
                LockSupport.parkNanos(this, left);
            }
        } finally {
            time.removeOnAdvance(wake);
        }
    }

    /**
     * A lock that is in the way of this one (Tgetlock), if there is one.
     *
     * @return as the server tells; it may be gone by now
     */
    public Optional<ByteRangeLock> conflicting(ByteRangeLock lock) throws IOException {
        Tgetlock request = new Tgetlock(file.fid(), lock.type(), lock.start(), lock.length(), lock.procId(),
                lock.clientId());
        Rgetlock reply = caller.call(file, request, Rgetlock.class);
        if (reply.type() == Tlock.UNLCK) {
            return Optional.empty();
        }
        boolean sane = reply.type() <= Tlock.WRLCK && reply.start() >= 0 && reply.length() >= 0
                && reply.start() <= Long.MAX_VALUE - reply.length();
        if (!sane) {
            throw caller.broken("Rgetlock of " + file.path() + ": " + reply);
        }
        return Optional.of(new ByteRangeLock(reply.type() == Tlock.WRLCK, reply.start(), reply.length(),
                reply.procId(), reply.clientId()));
    }

    /** Server and path, for people. */
    @Override
    public String toString() {
        return caller.name(file);
    }
}
