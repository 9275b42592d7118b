package org.ninep.server;

import java.nio.ByteBuffer;
import org.ninep.message.Attr;
import org.ninep.message.Qid;

/** A file whose content is at hand: a text made on opening, the value of an extended attribute. */
final class BytesFile implements OpenFile {
    private final Attr attr;
    private final ByteBuffer bytes;

    /** @param bytes from position to limit */
    BytesFile(Attr attr, ByteBuffer bytes) {
        this.attr = attr;
        this.bytes = bytes.slice();
    }

    int size() {
        return bytes.limit();
    }

    @Override
    public Qid qid() {
        return attr.qid();
    }

    @Override
    public Attr attr() {
        return attr;
    }

    @Override
    public void read(long offset, ByteBuffer dst) {
        if (offset < bytes.limit()) {
            int at = (int) offset;
            dst.put(bytes.slice(at, Math.min(dst.remaining(), bytes.limit() - at)));
        }
    }
}
