package org.ninep.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.ninep.Errno;

/**
 * The users of this machine, as libc finds them, wherever they are kept.
 *
 * <p>
 * Thread-safe.
 */
public final class Accounts {
    private static final int TEXTS = 1 << 16;
    private static final int MOST_GROUPS = 1 << 16;
    /** {@code struct passwd}: pw_name[8] pw_passwd[8] pw_uid[4] pw_gid[4] and texts. */
    private static final int PASSWD_BYTES = 48;
    private static final int UID = 16;
    private static final int GID = 20;
    private static final int LONGEST_NAME = 255;

    private Accounts() {}

    /** Looks an account up, and returns the error number. */
    private interface LookUp {
        int into(MemorySegment passwd, MemorySegment texts, MemorySegment found) throws Throwable;
    }

    /**
     * A user's own group and all others that it is in. May wait for a directory service.
     *
     * @throws PosixException EPERM if there is no such user
     */
    public static Credentials of(int uid) throws PosixException {
        return find("user " + Integer.toUnsignedString(uid), (passwd, texts, found) -> (int) Libc.GETPWUID_R
                .invokeExact(uid, passwd, texts, texts.byteSize(), found));
    }

    /**
     * As {@link #of(int)}, by name.
     *
     * @param name as in messages, without a NUL
     */
    public static Credentials of(String name) throws PosixException {
        if (name.isEmpty() || name.length() > LONGEST_NAME || name.indexOf('\0') >= 0) {
            throw new PosixException(Errno.EPERM, "a user without a name");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocateFrom(name);
            return find("user " + name, (passwd, texts, found) -> (int) Libc.GETPWNAM_R.invokeExact(text, passwd, texts,
                    texts.byteSize(), found));
        }
    }

    private static Credentials find(String user, LookUp lookUp) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment passwd = arena.allocate(PASSWD_BYTES, 8);
            MemorySegment found = arena.allocate(ADDRESS);
            int error = lookUp.into(passwd, arena.allocate(TEXTS), found);
            if (found.get(ADDRESS, 0).address() == 0) {
                throw new PosixException(error == 0 ? Errno.EPERM : new Errno(error), user);
            }
            int gid = passwd.get(JAVA_INT, GID);
            return new Credentials(passwd.get(JAVA_INT, UID), gid, groups(arena, passwd.get(ADDRESS, 0), gid));
        } catch (Throwable e) {
            throw Calls.failure(e);
        }
    }

    private static List<Integer> groups(Arena arena, MemorySegment name, int gid) throws Throwable {
        MemorySegment count = arena.allocate(JAVA_INT);
        for (int room = 64; room <= MOST_GROUPS; room *= 4) {
            MemorySegment list = arena.allocate(JAVA_INT, room);
            count.set(JAVA_INT, 0, room);
            int got = (int) Libc.GETGROUPLIST.invokeExact(name, gid, list, count);
            if (got >= 0) {
                List<Integer> groups = new ArrayList<>();
                for (int i = 0; i < got; i++) {
                    groups.add(list.getAtIndex(JAVA_INT, i));
                }
                return groups;
            }
        }
        throw new PosixException(Errno.EPERM, "user with more than " + MOST_GROUPS + " groups");
    }
}
