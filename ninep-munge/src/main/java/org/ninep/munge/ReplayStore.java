package org.ninep.munge;

import java.nio.ByteBuffer;
import java.util.HashSet;
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
        FULL
    }

    private record Key(long high, long low) {}

    private record Entry(Key key, long lastSecond) {}

    /** How many are kept where nothing else is said: some 30 MB when it is full. */
    static final int DEFAULT_CAPACITY = 1 << 18;

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Key> keys = new HashSet<>();
    private final PriorityQueue<Entry> byEnd = new PriorityQueue<>(
            (left, right) -> Long.compare(left.lastSecond, right.lastSecond));
    private final int capacity;
    /** Credentials that end before this second are forgotten. */
    private long forgottenBefore = Long.MIN_VALUE;

    /** @param capacity how many it keeps at most */
    ReplayStore(int capacity) {
        this.capacity = capacity;
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
        long lastSecond = credential.encodeTime().plus(credential.ttl()).getEpochSecond();
        switch (insert(mac, lastSecond, credential.decodeTime().getEpochSecond())) {
            case NEW -> {}
            case REPLAYED -> throw Refusals.replayed(who, credential);
            case FORGOTTEN -> throw Refusals.replayed(who, "the clock here went back to " + credential.decodeTime()
                    + ", and it was past the credential's end before, so it may have been decoded. Make a new one",
                    credential);
            case FULL -> throw new MungeException(MungeError.NO_MEMORY, who + ": " + size()
                    + " credentials were decoded and are still good, and no more are kept: new ones are refused until some"
                    + " of them end. Make credentials with a shorter ttl; the replayCapacity of a MungeCodec can be raised");
        }
    }

    /**
     * Keeps a credential unless it is kept already: of many that ask for the same one, one alone is told NEW.
     *
     * @param mac of at least 16 bytes; of a credential that is authentic and good now
     * @param lastSecond until which it is good
     * @param now in seconds since 1970
     */
    Answer insert(byte[] mac, long lastSecond, long now) {
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
            keys.add(key);
            byEnd.add(new Entry(key, lastSecond));
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
