package org.ninep.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A device enlarged with zeros at its end.
 *
 * <p>Thread-safe.
 */
final class RoundedUpDevice implements BlockDevice {

    private final BlockDevice device;
    private final long size;

    private RoundedUpDevice(BlockDevice device, long size) {
        this.device = device;
        this.size = size;
    }

    static BlockDevice of(BlockDevice device, int multiple) {
        if (Integer.bitCount(multiple) != 1 || multiple < 0) {
            throw new IllegalArgumentException("not a power of two: " + multiple);
        }
        long size = Math.addExact(device.size(), multiple - 1L) & -multiple;
        return size == device.size() ? device : new RoundedUpDevice(device, size);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void read(long offset, ByteBuffer buffer, Completion completion) {
        long real = device.size() - offset;
        if (buffer.remaining() <= real) {
            device.read(offset, buffer, completion);
        } else if (real <= 0) {
            fillWithZeros(buffer);
            completion.completed();
        } else {
            int limit = buffer.limit();
            buffer.limit(buffer.position() + (int) real);
            device.read(offset, buffer, new Straddling(buffer, limit, completion));
        }
    }

    private static void fillWithZeros(ByteBuffer buffer) {
        while (buffer.remaining() >= Long.BYTES) {
            buffer.putLong(0);
        }
        while (buffer.hasRemaining()) {
            buffer.put((byte) 0);
        }
    }

    @Override
    public void close() throws IOException {
        device.close();
    }

    @Override
    public String toString() {
        return device + " rounded up to " + size + " bytes";
    }

    /** Completes a read whose first part is the device's and whose rest is zeros. */
    private record Straddling(ByteBuffer buffer, int limit, Completion completion) implements Completion {

        @Override
        public void completed() {
            boolean full = !buffer.hasRemaining();
            buffer.limit(limit);
            if (full) {
                fillWithZeros(buffer);
                completion.completed();
            } else {
                completion.failed(new IOException("the device completed a read that it had not filled"));
            }
        }

        @Override
        public void failed(IOException cause) {
            buffer.limit(limit);
            completion.failed(cause);
        }
    }
}
