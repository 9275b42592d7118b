package org.ninep.munge;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which credentials were decoded already, each kept for as long as it is good. It knows them by their MAC, for the same
 * credential can be written as different texts.
 *
 * <p>
 * Thread-safe.
 */
final class ReplayStore {
    /** How a credential was met. */
    enum Answer {
        /** Never before; it is kept now. */
        NEW,
        /** It was decoded before. */
        REPLAYED,
        /** It may have been: it was forgotten already, and is good again because the clock went back. */
        FORGOTTEN,
        /** There is no room to keep it. */
        FULL,
        /** There is no room for more of its user. */
        USER_FULL
    }

    private record Key(long high, long low) {}

    private record Entry(Key key, int uid, long lastSecond) {}

    /** How many are kept where nothing else is said: some 30 MB when it is full. */
    static final int DEFAULT_CAPACITY = 1 << 18;
    /** No user has more than a quarter of the room, so that none keeps out the others, but always has room for that many. */
    static final int SMALLEST_SHARE = 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Key> keys = new HashSet<>();
    private final PriorityQueue<Entry> byEnd = new PriorityQueue<>(
            (left, right) -> Long.compare(left.lastSecond, right.lastSecond));
    private final Map<Integer, Integer> byUser = new HashMap<>();
    private final int capacity;
    private final int share;
    /** Credentials that end before this second are forgotten. */
    private long forgottenBefore = Long.MIN_VALUE;

    /** @param capacity how many it keeps at most */
    ReplayStore(int capacity) {
        this(capacity, Math.max(capacity / 4, SMALLEST_SHARE));
    }

    /** @param share how many of them may be of one user */
    ReplayStore(int capacity, int share) {
        this.capacity = capacity;
        this.share = share;
    }

    /**
     * Uses a credential up.
     *
     * @param who refuses it, for messages
     * @param mac of the credential
     * @param credential authentic and good at its decodeTime
     * @throws MungeException CRED_REPLAYED if it was used up before, NO_MEMORY if it cannot be kept
     */
    void use(String who, byte[] mac, Credential credential) throws MungeException {
        use(who, mac, credential, credential.ttl());
    }

    /**
     * Uses a credential up that is good for less time than it says.
     *
     * @param ttl how long it is good from when it was made
     */
    void use(String who, byte[] mac, Credential credential, Duration ttl) throws MungeException {
        long lastSecond = credential.encodeTime().plus(ttl).getEpochSecond();
        switch (insert(mac, credential.uid(), lastSecond, credential.decodeTime().getEpochSecond())) {
            case NEW -> {}
            case REPLAYED -> throw Refusals.replayed(who, credential);
            case FORGOTTEN -> throw Refusals.replayed(who, "the clock here went back to " + credential.decodeTime()
                    + ", and it was past the credential's end before, so it may have been decoded. Make a new one",
                    credential);
            case FULL -> throw new MungeException(MungeError.NO_MEMORY, who + ": " + size()
                    + " credentials were decoded and are still good, and no more are kept: new ones are refused until some"
                    + " of them end. Make credentials with a shorter ttl; the replayCapacity of a MungeCodec can be raised");
            case USER_FULL -> throw new MungeException(MungeError.NO_MEMORY, who + ": " + share + " credentials of uid "
                    + Integer.toUnsignedString(credential.uid())
                    + " were decoded and are still good, and no more of one"
                    + " user are kept: new ones are refused until some of them end. Make credentials with a shorter ttl, and"
                    + " look who makes so many");
        }
    }

    /**
     * Keeps a credential unless it is kept already: of many that ask for the same one, one alone is told NEW.
     *
     * @param mac of at least 16 bytes; of a credential that is authentic and good now
     * @param uid whose it is
     * @param lastSecond until which it is good
     * @param now in seconds since 1970
     */
    Answer insert(byte[] mac, int uid, long lastSecond, long now) {
        ByteBuffer bytes = ByteBuffer.wrap(mac);
        Key key = new Key(bytes.getLong(), bytes.getLong());
        lock.lock();
        try {
            forget(now);
            if (keys.contains(key)) {
                return Answer.REPLAYED;
            }
            if (lastSecond < forgottenBefore) {
                return Answer.FORGOTTEN;
            }
            if (keys.size() >= capacity) {
                return Answer.FULL;
            }
            if (byUser.getOrDefault(uid, 0) >= share) {
                return Answer.USER_FULL;
            }
            keys.add(key);
            byUser.merge(uid, 1, Integer::sum);
            byEnd.add(new Entry(key, uid, lastSecond));
            return Answer.NEW;
        } finally {
            lock.unlock();
        }
    }

    private void forget(long now) {
        forgottenBefore = Math.max(forgottenBefore, now);
        for (Entry oldest = byEnd.peek(); oldest != null && oldest.lastSecond < now; oldest = byEnd.peek()) {
            byEnd.remove();
            keys.remove(oldest.key);
            byUser.computeIfPresent(oldest.uid, (_, count) -> count == 1 ? null : count - 1);
        }
    }

    /** How many it keeps. */
    int size() {
        lock.lock();
        try {
            return keys.size();
        } finally {
            lock.unlock();
        }
    }
}
