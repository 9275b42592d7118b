package org.ninep.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.ninep.message.Protocol;

/**
 * The requests in flight by tag, and those that wait for one. Guarded by the session's lock, but for {@link #get}: the loop
 * thread looks replies' calls up without it.
 */
final class TagTable {
    private final AtomicReferenceArray<@Nullable Call> calls;
    private volatile @Nullable Call version;
    private final short[] free;
    private int freeCount;
    private int fresh;
    private final ArrayDeque<Call> untagged = new ArrayDeque<>();

    /** @param capacity 1 to 65535: NOTAG is given to version messages alone */
    TagTable(int capacity) {
        calls = new AtomicReferenceArray<>(capacity);
        free = new short[capacity];
    }

    /** Gives the call a tag; if all are taken it waits for one and this returns false. */
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
            untagged.add(call);
            return false;
        }
        call.tag = tag;
        calls.set(tag, call);
        return true;
    }

    /** Frees the tag. Returns the call that has waited longest for one and is to be sent now, if any. */
    @Nullable
    Call release(int tag) {
        if (tag == Protocol.NOTAG) {
            version = null;
            return null;
        }
        calls.set(tag, null);
        free[freeCount++] = (short) tag;
        return untagged.poll();
    }

    /** Forgets a call that waits for a tag. */
    void withdraw(Call call) {
        untagged.remove(call);
    }

    /** The call that has the tag, or null. */
    @Nullable
    Call get(int tag) {
        return tag < calls.length() ? calls.get(tag) : tag == Protocol.NOTAG ? version : null;
    }

    /** Every call that has a tag or waits for one. */
    List<Call> all() {
        List<Call> all = new ArrayList<>(untagged);
        for (int tag = 0; tag < fresh; tag++) {
            add(calls.get(tag), all);
        }
        add(version, all);
        return all;
    }

    private static void add(@Nullable Call call, List<Call> all) {
        if (call != null) {
            all.add(call);
        }
    }

    boolean isEmpty() {
        return fresh == freeCount && version == null && untagged.isEmpty();
    }
}
