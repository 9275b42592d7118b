package org.ninep.server;

import java.nio.ByteBuffer;
import org.ninep.message.Attr;

/** A file whose content is at hand: a text made on opening, the value of an extended attribute. */
final class BytesFile extends AttrFile {
    private final ByteBuffer bytes;

    /** @param bytes from position to limit */
    BytesFile(Attr attr, ByteBuffer bytes) {
        super(attr);
        this.bytes = bytes.slice();
    }

    int size() {
        return bytes.limit();
    }

    @Override
    public void read(long offset, ByteBuffer dst) {
        if (offset < bytes.limit()) {
            int at = (int) offset;
            dst.put(bytes.slice(at, Math.min(dst.remaining(), bytes.limit() - at)));
        }
    }
}
