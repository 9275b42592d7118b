package org.ninep.codec;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.ninep.ProtocolException;
import org.ninep.message.DirectoryEntry;

/**
 * The entries in the data of Rreaddir: {@code qid[13] offset[8] type[1] name[s]}, one behind the other.
 *
 * <p>
 * Immutable.
 */
public final class DirectoryEntries {
    private DirectoryEntries() {
    }

    /**
     * Decodes all entries from position to limit; neither is changed.
     *
     * @throws ProtocolException if the last entry is not whole
     */
    public static List<DirectoryEntry> decode(ByteBuffer data) throws ProtocolException {
        ByteBuffer in = data.duplicate();
        Reader r = new Reader(in, in.position(), MessageType.RREADDIR);
        List<DirectoryEntry> entries = new ArrayList<>();
        while (in.hasRemaining()) {
            entries.add(new DirectoryEntry(r.qid(), r.u64(), r.u8(), r.string()));
        }
        return entries;
    }

    /**
     * Puts the entry at the buffer's position, and moves it.
     *
     * @return false if the entry does not fit; the buffer's position is then where it was
     */
    public static boolean encode(DirectoryEntry entry, ByteBuffer out) {
        int start = out.position();
        try {
            new Writer(out).qid(entry.qid()).u64(entry.offset()).u8(entry.type()).string(entry.name());
            return true;
        } catch (BufferOverflowException full) {
            out.position(start);
            return false;
        }
    }
}
