package org.ninep.nbd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.ninep.nbd.ReplyBudget.Grant;

class ReplyMemoryTest {

    @Test
    void bufferSizesArePowersOfTwoFrom4KiBTo32MiB() {
        assertEquals(4096, BufferPool.sizeFor(1));
        assertEquals(4096, BufferPool.sizeFor(4096));
        assertEquals(8192, BufferPool.sizeFor(4097));
        assertEquals(32 << 20, BufferPool.sizeFor((32 << 20) - 1));
        assertEquals(32 << 20, BufferPool.sizeFor(32 << 20));
    }

    @Test
    void aReleasedBufferIsUsedAgain() {
        BufferPool pool = new BufferPool(1 << 20);
        PooledBuffer buffer = pool.acquire(5000);
        assertEquals(5000, buffer.payload.remaining());
        assertEquals(8192, pool.bytesInUse());
        buffer.payload.position(5000);
        pool.release(buffer);
        assertEquals(0, pool.bytesInUse());
        assertSame(buffer, pool.acquire(8192));
        assertEquals(8192, buffer.payload.remaining());
        pool.release(buffer);
        pool.close();
        assertEquals(0, pool.bytesAllocated());
        assertFalse(MemorySegment.ofBuffer(buffer.whole).scope().isAlive());
    }

    @Property(tries = 200)
    void unusedBuffersMakeRoomForThoseInUse(
            @ForAll @Size(max = 60) List<@IntRange(min = 1, max = 200_000) Integer> lengths) {
        long capacity = 256 << 10;
        BufferPool pool = new BufferPool(capacity);
        List<PooledBuffer> inUse = new ArrayList<>();
        for (int length : lengths) {
            while (pool.bytesInUse() + BufferPool.sizeFor(length) > capacity) {
                pool.release(inUse.removeFirst());
            }
            inUse.add(pool.acquire(length));
            assertTrue(pool.bytesAllocated() <= capacity);
        }
        inUse.forEach(pool::release);
        assertTrue(pool.bytesAllocated() <= capacity);
        pool.close();
        assertEquals(0, pool.bytesAllocated());
    }

    @Property(tries = 500)
    void aBudgetIsNeverOverdrawnTwiceAndAlwaysLetsSomebodyGoOn(
            @ForAll @Size(max = 200) List<@IntRange(min = 0, max = 4999) Integer> events) {
        long capacity = 1 << 20;
        ReplyBudget budget = new ReplyBudget(capacity);
        Map<Integer, ReplyBudget.Share> shares = new HashMap<>();
        List<Runnable> releases = new ArrayList<>();
        boolean[] overdrawn = {false};
        for (int event : events) {
            if (event % 3 == 0 && !releases.isEmpty()) {
                releases.remove(event % releases.size()).run();
                continue;
            }
            ReplyBudget.Share share = shares.computeIfAbsent(event % 7, key -> new ReplyBudget.Share());
            int bytes = 4096 << event % 9;
            boolean heldNothing = share.held() == 0;
            Grant grant = budget.admit(share, bytes);
            assertFalse(grant == Grant.OVERDRAFT && overdrawn[0]);
            assertFalse(grant == Grant.NONE && heldNothing && !overdrawn[0]);
            overdrawn[0] |= grant == Grant.OVERDRAFT;
            assertTrue(budget.used() <= capacity);
            if (grant != Grant.NONE) {
                releases.add(() -> {
                    overdrawn[0] &= grant != Grant.OVERDRAFT;
                    budget.release(share, bytes, grant);
                });
            }
        }
        releases.forEach(Runnable::run);
        assertEquals(0, budget.used());
        shares.values().forEach(share -> assertEquals(0, share.held()));
    }
}
