package org.ninep.client;

import java.nio.channels.ClosedChannelException;

/**
 * A fid that the server knows, and whether it is still ours. Closing it comes before its Tclunk is submitted, and the
 * session looks at it, under its lock, as it takes a request: so no request follows the Tclunk of its own fid on the
 * wire, where the fid might name another file by then.
 *
 * <p>
 * Thread-safe.
 */
final class Handle {
    private final int fid;
    private final String path;
    private volatile boolean closed;

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
