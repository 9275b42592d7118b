package org.ninep.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.ninep.message.Protocol;

/**
 * The requests in flight by tag, and those that wait for one. A tag that has come free is given out again after others have been:
 * a server that answers a request twice then answers nobody, which is noticed, and not the next one. Each request may need a second tag, for its Tflush, and there
 * are enough for that. Guarded by the session's lock, but for {@link #get} and {@link #count}: the loop thread looks replies' calls up
 * without it.
 */
final class TagTable {
    /** The most requests at once: twice as many tags are below NOTAG. */
    static final int LARGEST = Protocol.NOTAG / 2;
    /** So many tags come free, if there are as many, before the first of them is given out again. */
    private static final int LONGEST_REST = 256;

    private final AtomicReferenceArray<@Nullable Call> calls;
    private volatile @Nullable Call version;
    /** A ring of those that have been used, in the order in which they came free. */
    private final short[] free;
    private final int capacity;
    private final int rest;
    private int firstFree;
    private int freeCount;
    private int fresh;
    /** Changed under the lock only. */
    private volatile int requests;
    private final ArrayDeque<Call> untagged = new ArrayDeque<>();

    /** @param capacity 1 to {@link #LARGEST}: how many requests, beside flushes, have a tag at once */
    TagTable(int capacity) {
        this.capacity = capacity;
        calls = new AtomicReferenceArray<>(2 * capacity);
        free = new short[2 * capacity];
        rest = Math.min(LONGEST_REST, capacity);
    }

    /** Gives the call a tag; if all are taken it waits for one and this returns false. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    boolean take(Call call) {
        if (call.isVersion()) {
            call.tag = Protocol.NOTAG;
            version = call;
            return true;
        }
        if (!call.isFlush()) {
            if (requests == capacity) {
                untagged.add(call);
                return false;
            }
            requests++;
        }
        call.tag = freeCount >= rest || fresh == free.length ? takeFree() : fresh++;
        calls.set(call.tag, call);
        return true;
    }

    private int takeFree() {
        int tag = free[firstFree] & 0xffff;
        firstFree = (firstFree + 1) % free.length;
        freeCount--;
        return tag;
    }

    /** Frees the call's tag. Returns the call that has waited longest for one and is to be sent now, if any. */
    @Nullable
    @SuppressWarnings("NonAtomicVolatileUpdate")
    Call release(Call call) {
        if (call.isVersion()) {
            version = null;
            return null;
        }
        calls.set(call.tag, null);
        free[(firstFree + freeCount) % free.length] = (short) call.tag;
        freeCount++;
        if (call.isFlush()) {
            return null;
        }
        requests--;
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

    /** How many requests, beside flushes, have a tag. */
    int count() {
        return requests;
    }

    boolean isEmpty() {
        return fresh == freeCount && version == null && untagged.isEmpty();
    }
}
