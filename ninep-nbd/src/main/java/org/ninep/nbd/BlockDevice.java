package org.ninep.nbd;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A fixed number of bytes that can be read at any offset, many reads at a time, answered in any order.
 *
 * <p>Neither side of a read ever blocks the other: {@link #read} starts the read and returns, and a {@link Completion}
 * takes the result and returns. Closing the device fails the reads in flight; whoever made the device closes it.
 *
 * <p>Thread-safe.
 */
public interface BlockDevice extends Closeable {

    /**
     * The size in bytes, 0 or more, constant for the life of the device.
     *
     * @return the size in bytes
     */
    long size();

    /**
     * Starts a read of {@code buffer.remaining()} bytes at {@code offset}, and returns at once. The caller has checked
     * that the range lies within the device.
     *
     * <p>The device owns the buffer from now until it calls the completion, which it does exactly once, on any thread,
     * perhaps before this method returns; after that it touches the buffer no more. On success the buffer is full: its
     * position equals its limit, and the limit is where the caller had set it.
     *
     * @param offset where to read, in bytes from the start of the device: 0 to {@code size() - buffer.remaining()}
     * @param buffer where the bytes go, from its position to its limit; direct, for devices that care
     * @param completion told once when the buffer is full or the read has failed
     */
    void read(long offset, ByteBuffer buffer, Completion completion);

    /**
     * This device, enlarged with zeros at the end to a whole number of blocks: for clients that only read whole
     * sectors. Closing the enlarged device closes this one.
     *
     * @param multiple the size of a block in bytes, a power of two: 512 and 4096 are what clients want
     * @return a device whose size is the next multiple, or this device if its size is one already
     * @throws IllegalArgumentException if {@code multiple} is not a power of two
     */
    default BlockDevice roundedUpTo(int multiple) {
        return RoundedUpDevice.of(this, multiple);
    }

    /**
     * Takes the result of one read. Runs on the device's thread, so it neither blocks nor throws.
     *
     * <p>Thread-safe.
     */
    interface Completion {

        /** The buffer is full, and the caller's again. */
        void completed();

        /**
         * The read has failed, and the buffer, of undefined content, is the caller's again.
         *
         * @param cause why, in words for a log
         */
        void failed(IOException cause);
    }
}
