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
    private DirectoryEntries() {}

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
     * @param out gets the byte order of the protocol
     * @return false if the entry does not fit; the buffer's position is then where it was
     * @throws IllegalArgumentException if the name is longer than 65535 bytes or cannot be encoded, or a number does not
     *     fit its field of one byte; the buffer's position is then where it was
     */
    public static boolean encode(DirectoryEntry entry, ByteBuffer out) {
        int start = out.position();
        boolean done = false;
        try {
            new Writer(out).qid(entry.qid()).u64(entry.offset()).u8(entry.type()).string(entry.name());
            done = true;
        } catch (BufferOverflowException full) {
            // the next message gets it
        } finally {
            if (!done) {
                out.position(start);
            }
        }
        return done;
    }
}
