package org.ninep.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.ninep.Errno;

/**
 * As whom the calling thread, and it alone, makes its system calls on files: {@code setfsuid(2)}, {@code setfsgid(2)}, its
 * own supplementary groups and its own umask. Takes a platform thread: a virtual thread's calls are made by whichever
 * thread carries it.
 *
 * <p>
 * Confined to one thread.
 */
public final class ThreadIdentity {
    private static final int ASK = -1;
    private static final int CLONE_FS = 0x200;
    private static final int MODE = 0777;

    private final Posix posix;
    private final Credentials own;

    /** @param posix which the calls share */
    public ThreadIdentity(Posix posix) throws PosixException {
        this.posix = posix;
        this.own = new Credentials(call(true, ASK), call(false, ASK), groups());
    }

    /** The thread's own identity. */
    public Credentials own() {
        return own;
    }

    /**
     * Takes on an identity, as a whole or not at all.
     *
     * @throws PosixException EPERM if the process may not (CAP_SETUID and CAP_SETGID)
     */
    public void assume(Credentials other) throws PosixException {
        setgroups(other.groups());
        boolean done = false;
        try {
            become(other);
            done = true;
        } finally {
            if (!done) {
                restore();
            }
        }
    }

    /** Goes back to the thread's own identity. If that fails, which is an error, the thread must not do anything more. */
    public void restore() {
        try {
            call(true, own.uid());
            setgroups(own.groups());
            become(own);
        } catch (PosixException e) {
            throw new InternalError("the thread has not got its own identity back", e);
        }
    }

    private static void become(Credentials c) throws PosixException {
        call(false, c.gid());
        call(true, c.uid());
        if (call(false, ASK) != c.gid() || call(true, ASK) != c.uid()) {
            throw new PosixException(Errno.EPERM, "setfsuid to " + Integer.toUnsignedString(c.uid()));
        }
    }

    /** Both calls return what it was before, and do nothing for a number that cannot be. */
    private static int call(boolean user, int id) {
        try {
            return user ? (int) Libc.SETFSUID.invokeExact(id) : (int) Libc.SETFSGID.invokeExact(id);
        } catch (Throwable e) {
            throw new IllegalStateException(Calls.failure(e));
        }
    }

    private void setgroups(List<Integer> groups) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment list = arena.allocate(JAVA_INT, Math.max(1, groups.size()));
            for (int i = 0; i < groups.size(); i++) {
                list.setAtIndex(JAVA_INT, i, groups.get(i));
            }
            posix.check((long) Libc.SETGROUPS.invokeExact(posix.state, (long) Libc.ARCHITECTURE.setgroups,
                    (long) groups.size(), list), "setgroups");
        } catch (Throwable e) {
            throw Calls.failure(e);
        }
    }

    private List<Integer> groups() throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            int count = posix.check((int) Libc.GETGROUPS.invokeExact(posix.state, 0, MemorySegment.NULL), "getgroups");
            MemorySegment list = arena.allocate(JAVA_INT, Math.max(1, count));
            count = posix.check((int) Libc.GETGROUPS.invokeExact(posix.state, count, list), "getgroups");
            List<Integer> groups = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                groups.add(list.getAtIndex(JAVA_INT, i));
            }
            return groups;
        } catch (Throwable e) {
            throw Calls.failure(e);
        }
    }

    /**
     * Gives the thread a umask of its own, so that {@link #umask} changes no other thread's.
     *
     * @throws PosixException EPERM where a container forbids it
     */
    public void separateUmask() throws PosixException {
        try {
            posix.check((int) Libc.UNSHARE.invokeExact(posix.state, CLONE_FS), "unshare");
        } catch (Throwable e) {
            throw Calls.failure(e);
        }
    }

    /** Sets the umask, and returns what it was. */
    public static int umask(int mask) {
        try {
            return (int) Libc.UMASK.invokeExact(mask & MODE);
        } catch (Throwable e) {
            throw new IllegalStateException(Calls.failure(e));
        }
    }
}
