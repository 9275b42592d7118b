package org.ninep.nbd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BlockDeviceTest {

    /** A completion that notes the result. */
    private static final class Result implements BlockDevice.Completion {
        private final CompletableFuture<Void> future = new CompletableFuture<>();

        @Override
        public void completed() {
            assertTrue(future.complete(null), "completed twice");
        }

        @Override
        public void failed(IOException cause) {
            assertTrue(future.completeExceptionally(cause), "completed twice");
        }
    }

    @Property(tries = 500)
    void aRoundedUpDeviceIsTheDeviceAndZerosAfterIt(@ForAll @IntRange(min = 0, max = 3000) int size,
            @ForAll @IntRange(min = 0, max = 4095) int from, @ForAll @IntRange(min = 0, max = 4095) int to) {
        MemoryDevice device = new MemoryDevice(size);
        BlockDevice rounded = device.roundedUpTo(512);
        assertEquals((size + 511) / 512 * 512L, rounded.size());

        int start = (int) Math.min(rounded.size(), Math.min(from, to));
        int end = (int) Math.min(rounded.size(), Math.max(from, to));
        byte[] guarded = new byte[end - start + 20];
        Arrays.fill(guarded, (byte) 7);
        ByteBuffer buffer = ByteBuffer.wrap(guarded).position(10).limit(10 + end - start);
        Result result = new Result();
        rounded.read(start, buffer, result);
        assertTrue(result.future.isDone());
        assertEquals(10 + end - start, buffer.position());
        assertEquals(10 + end - start, buffer.limit());
        byte[] expected = new byte[end - start + 20];
        Arrays.fill(expected, (byte) 7);
        for (int i = start; i < end; i++) {
            expected[10 + i - start] = i < size ? device.content()[i] : 0;
        }
        assertArrayEquals(expected, guarded);
    }

    @Test
    void aDeviceOfWholeBlocksIsItsOwnRounding() {
        MemoryDevice device = new MemoryDevice(8192);
        assertSame(device, device.roundedUpTo(4096));
        for (int wrong : new int[]{0, -512, 1000, Integer.MIN_VALUE}) {
            assertThrows(IllegalArgumentException.class, () -> device.roundedUpTo(wrong));
        }
    }

    @Test
    void aFailureOfTheDeviceIsOneOfTheRoundedUpDevice() throws Exception {
        HeldDevice held = new HeldDevice(1000);
        ByteBuffer buffer = ByteBuffer.allocate(512);
        Result failed = new Result();
        held.roundedUpTo(512).read(512, buffer, failed);
        HeldDevice.Read read = held.next();
        assertEquals(1000 - 512, read.buffer.remaining());
        read.fail("no");
        assertTrue(failed.future.isCompletedExceptionally());
        assertEquals(512, buffer.limit());

        Result lied = new Result();
        held.roundedUpTo(512).read(512, buffer.clear(), lied);
        held.next().completion.completed();
        assertTrue(lied.future.isCompletedExceptionally());
    }
}
