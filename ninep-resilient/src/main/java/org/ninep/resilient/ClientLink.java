package org.ninep.resilient;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.ninep.client.AttrHandler;
import org.ninep.client.ReadHandler;
import org.ninep.client.RemoteFile;
import org.ninep.message.Attr;

/**
 * A session over a real connection.
 *
 * <p>
 * Thread-safe.
 */
final class ClientLink implements Link {
    private final SharedClient.Use use;
    private final RemoteFile file;

    ClientLink(SharedClient.Use use, RemoteFile file) {
        this.use = use;
        this.file = file;
    }

    @Override
    public void read(ByteBuffer buffer, long offset, Duration timeout, ReadHandler handler) {
        if (buffer.remaining() <= file.maxCount()) {
            file.read(buffer, offset, timeout, handler);
        } else {
            file.readFully(buffer, offset, timeout, handler);
        }
    }

    @Override
    public void getattr(Duration timeout, AttrHandler handler) {
        file.getattr(Attr.BASIC, timeout, handler);
    }

    /**
     * {@inheritDoc} Closing waits for the connection's thread, which may be the calling one, or be about to call what needs the
     * calling one: so another thread does it.
     */
    @Override
    public void close(boolean broken) {
        Thread.ofVirtual().name("ninep-close-" + use.client().endpoint()).start(() -> {
            if (!broken) {
                file.close();
            }
            use.end(broken);
        });
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
