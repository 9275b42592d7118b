package org.ninep.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ninep.ProtocolException;
import org.ninep.codec.DirectoryEntries;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.Rmessage.Rreaddir;
import org.ninep.message.Tmessage.Treaddir;

/** How a directory is read. */
final class Listing {
    private Listing() {}

    static List<DirectoryEntry> all(Caller caller, Handle file) throws IOException {
        List<DirectoryEntry> all = new ArrayList<>();
        Set<Long> offsets = new HashSet<>();
        List<DirectoryEntry> some = from(0, caller, file);
        while (!some.isEmpty()) {
            all.addAll(some);
            long offset = some.getLast().offset();
            if (!offsets.add(offset)) {
                throw caller.broken("Rreaddir of " + file.path() + " comes back to offset " + offset);
            }
            some = from(offset, caller, file);
        }
        return all;
    }

    static List<DirectoryEntry> from(long offset, Caller caller, Handle file) throws IOException {
        int count = caller.maxCount(file);
        ByteBuffer data = caller.call(file, new Treaddir(file.fid(), offset, count), Rreaddir.class).data();
        if (data.remaining() > count) {
            throw caller.broken("Rreaddir of " + file.path() + " of " + data.remaining() + " bytes where " + count
                    + " were asked for");
        }
        try {
            return DirectoryEntries.decode(data);
        } catch (ProtocolException e) {
            throw caller.broken(file.path() + ": " + e.getMessage());
        }
    }
}
