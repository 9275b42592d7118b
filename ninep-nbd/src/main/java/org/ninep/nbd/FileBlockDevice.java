package org.ninep.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ninep.ConnectionLostException;
import org.ninep.client.ReadHandler;
import org.ninep.client.RemoteFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open file on a 9P server as a block device: a block read becomes as many Treads as it takes, all at once, and the
 * payloads go from the socket straight into the caller's buffer if that is direct.
 *
 * <p>The size is fixed when the device is made. A file that has become shorter fails the reads behind its new end; what was
 * appended to it is not seen. When the connection is lost all reads fail, and one line in the log says so.
 *
 * <p>Thread-safe.
 */
public final class FileBlockDevice implements BlockDevice {

    private static final Logger log = LoggerFactory.getLogger(FileBlockDevice.class);

    private final RemoteFile file;
    private final long size;
    private final Duration timeout;
    private final AtomicBoolean lost = new AtomicBoolean();

    /**
     * A device over a file.
     *
     * @param file open for reading; closed with the device
     * @param size the size in bytes, 0 or more
     * @param timeout how long each Tread may take; positive
     * @throws IllegalArgumentException if the size is negative or the timeout is not positive
     */
    public FileBlockDevice(RemoteFile file, long size, Duration timeout) {
        if (size < 0) {
            throw new IllegalArgumentException("a negative size: " + size);
        }
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("the timeout must be positive, not " + timeout);
        }
        this.file = file;
        this.size = size;
        this.timeout = timeout;
    }

    /**
     * A device over a file, of the size that the server tells now.
     *
     * @param file open for reading; closed with the device
     * @param timeout how long each Tread may take; positive
     * @return the device
     * @throws IOException if the server does not tell the size
     */
    public static FileBlockDevice of(RemoteFile file, Duration timeout) throws IOException {
        return new FileBlockDevice(file, file.getattr().size(), timeout);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void read(long offset, ByteBuffer buffer, Completion completion) {
        try {
            file.readFully(buffer, offset, timeout, new Read(this, completion));
        } catch (IllegalStateException e) {
            completion.failed(new IOException(this + " is closed", e));
        }
    }

    private void failed(IOException cause) {
        if (cause instanceof ConnectionLostException && !lost.getAndSet(true)) {
            log.error("{}: the connection is lost, and reads fail from now on: {}", this, cause.getMessage());
        }
    }

    /** Closes the file. Reads in flight are still answered; closing the file's client fails them. */
    @Override
    public void close() {
        file.close();
    }

    /** Server and path, for people. */
    @Override
    public String toString() {
        return file.toString();
    }

    private static final class Read implements ReadHandler {

        private final FileBlockDevice device;
        private final Completion completion;

        Read(FileBlockDevice device, Completion completion) {
            this.device = device;
            this.completion = completion;
        }

        @Override
        public void completed(int count) {
            completion.completed();
        }

        @Override
        public void failed(IOException cause) {
            device.failed(cause);
            completion.failed(cause);
        }
    }
}
