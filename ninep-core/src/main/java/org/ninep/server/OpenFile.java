package org.ninep.server;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.ninep.Errno;
import org.ninep.message.Attr;
import org.ninep.message.Qid;

/**
 * A file that a client has opened.
 *
 * <p>
 * {@link #read} and {@link #attr} are called by several threads at the same time, if some take long; any other call is
 * alone. One fid stands for it.
 *
 * <p>
 * Thread-safe to that extent.
 */
public interface OpenFile extends Closeable {
    /** The file that was opened, which is not the one walked to if the name meanwhile went to another. */
    Qid qid();

    /** The open file's attributes now, also when its name is gone or went to another file. */
    Attr attr() throws IOException;

    /**
     * Reads into the buffer from its position on, and moves that: to the limit, or less far, but not at all only at the
     * end of the file. What was put in before an exception is not sent.
     *
     * @param offset of the first byte, not negative; {@code offset + remaining} does not overflow
     * @param dst the reply itself, direct, at most msize bytes remaining; not to be kept, nor used outside of position
     *     and limit
     */
    void read(long offset, ByteBuffer dst) throws IOException;

    /**
     * Writes from the buffer's position on, and moves that: to the limit, or less far.
     *
     * @param offset of the first byte, not negative; {@code offset + remaining} does not overflow
     * @param src the request itself, at most msize bytes remaining; not to be kept nor changed
     * @throws IOException EROFS unless overridden
     */
    default void write(long offset, ByteBuffer src) throws IOException {
        throw new ErrnoException(Errno.EROFS, "read-only");
    }

    /**
     * Sets the file's size: asked for where the file was opened for writing.
     *
     * @param size not negative
     * @throws IOException EROFS unless overridden
     */
    default void truncate(long size) throws IOException {
        throw new ErrnoException(Errno.EROFS, "read-only");
    }

    /**
     * Waits until what was written will outlast a crash. Nothing to do unless overridden.
     *
     * @param dataOnly whether attributes that reading does not need may wait, as {@code fdatasync(2)}
     */
    default void sync(boolean dataOnly) throws IOException {}

    /** Lets go of what the file holds. Called once. */
    @Override
    default void close() throws IOException {}
}
