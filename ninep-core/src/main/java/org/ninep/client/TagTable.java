package org.ninep.client;

import java.util.Collection;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.ninep.message.Protocol;

/**
 * The requests in flight by tag. Tags are taken and released under the session's lock; the loop thread looks calls up
 * without it.
 */
final class TagTable {
    private final AtomicReferenceArray<@Nullable Call> calls;
    private final short[] free;
    private volatile @Nullable Call version;
    private int freeCount;
    private int fresh;

    /** @param capacity 1 to 65535: NOTAG is never given out */
    TagTable(int capacity) {
        calls = new AtomicReferenceArray<>(capacity);
        free = new short[capacity];
    }

    /** Gives the call a tag, or returns false if all are taken. */
    boolean take(Call call) {
        if (call.isVersion()) {
            call.tag = Protocol.NOTAG;
            version = call;
            return true;
        }
        int tag;
        if (freeCount > 0) {
            tag = free[--freeCount] & 0xffff;
        } else if (fresh < calls.length()) {
            tag = fresh++;
        } else {
            return false;
        }
        call.tag = tag;
        calls.set(tag, call);
        return true;
    }

    void release(int tag) {
        if (tag == Protocol.NOTAG) {
            version = null;
            return;
        }
        calls.set(tag, null);
        free[freeCount++] = (short) tag;
    }

    @Nullable
    Call get(int tag) {
        return tag < calls.length() ? calls.get(tag) : tag == Protocol.NOTAG ? version : null;
    }

    /** Adds every call that has a tag. */
    void addTo(Collection<Call> all) {
        for (int tag = 0; tag < fresh; tag++) {
            add(calls.get(tag), all);
        }
        add(version, all);
    }

    private static void add(@Nullable Call call, Collection<Call> all) {
        if (call != null) {
            all.add(call);
        }
    }

    int inFlight() {
        return fresh - freeCount + (version == null ? 0 : 1);
    }
}
