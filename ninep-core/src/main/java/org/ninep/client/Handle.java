package org.ninep.client;

import java.nio.channels.ClosedChannelException;
import org.ninep.message.Tmessage.Tlopen;

/**
 * A fid that the server knows, and whether it is still ours. Closing it comes before its Tclunk is submitted, and the
 * session looks at it, under its lock, as it takes a request: so no request follows the Tclunk of its own fid on the
 * wire, where the fid might name another file by then.
 *
 * <p>
 * Thread-safe.
 */
final class Handle {
    private static final int NOT_OPEN = -1;

    private final int fid;
    private final String path;
    private volatile boolean closed;
    private volatile int flags = NOT_OPEN;
    private volatile int iounit;

    /** @param path for people */
    Handle(int fid, String path) {
        this.fid = fid;
        this.path = path;
    }

    int fid() {
        return fid;
    }

    String path() {
        return path;
    }

    boolean isClosed() {
        return closed;
    }

    /**
     * The server has opened it.
     *
     * @param flags of {@link OpenFlags}
     * @param iounit what Rlopen or Rlcreate said
     */
    void opened(int flags, int iounit) {
        this.iounit = iounit;
        this.flags = flags;
    }

    /** Whether the server has opened it. */
    boolean isOpen() {
        return flags != NOT_OPEN;
    }

    /** Whether the server has opened it for reading alone. */
    boolean isReadOnly() {
        return flags != NOT_OPEN && (flags & Tlopen.ACCMODE) == OpenFlags.RDONLY;
    }

    /** Whether the server has opened it for writing alone. */
    boolean isWriteOnly() {
        return flags != NOT_OPEN && (flags & Tlopen.ACCMODE) == OpenFlags.WRONLY;
    }

    /** The server's iounit; not positive if it gave none. */
    int iounit() {
        return iounit;
    }

    /** Whether this was the call that closed it. */
    synchronized boolean close() {
        boolean first = !closed;
        closed = true;
        return first;
    }

    /** Says what a closed file says in Java, and which one it was. */
    static final class Closed extends ClosedChannelException {
        private static final long serialVersionUID = 1L;

        private final String file;

        /** @param file server and path */
        Closed(String file) {
            this.file = file;
        }

        @Override
        public String getMessage() {
            return file + " is closed";
        }
    }
}
