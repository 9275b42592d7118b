package org.ninep.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.ninep.client.ReadHandler;
import org.ninep.resilient.ResilientFile;

/**
 * A file over replicas as a block device: its reads wait where no replica can be reached, and do not fail. The payloads go
 * from the socket straight into the caller's buffer if that is direct.
 *
 * <p>Thread-safe.
 */
public final class ResilientBlockDevice implements BlockDevice {

    private final ResilientFile file;
    private final long size;

    /**
     * A device over a file.
     *
     * @param file open; closed with the device
     * @throws IllegalArgumentException if the file's size is not known yet
     */
    public ResilientBlockDevice(ResilientFile file) {
        this.file = file;
        this.size = file.size();
        if (size < 0) {
            throw new IllegalArgumentException(file + " is not open yet");
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void read(long offset, ByteBuffer buffer, Completion completion) {
        file.read(buffer, offset, handler(completion));
    }

    /** A reply hears of it without an object between. */
    private static ReadHandler handler(Completion completion) {
        if (completion instanceof Reply reply) {
            return reply;
        }
        return new ReadHandler() {
            @Override
            public void completed(int count) {
                completion.completed();
            }

            @Override
            public void failed(IOException cause) {
                completion.failed(cause);
            }
        };
    }

    /** Closes the file; reads in flight fail. */
    @Override
    public void close() {
        file.close();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
