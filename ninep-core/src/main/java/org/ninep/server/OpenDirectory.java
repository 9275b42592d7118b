package org.ninep.server;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.Qid;

/**
 * A directory that a client has opened to read its entries.
 *
 * <p>
 * Confined to one thread at a time: one request after the other.
 */
public interface OpenDirectory extends Closeable {
    /** The directory that was opened. */
    Qid qid();

    /**
     * Gives the entries behind an offset, in the order of the directory, {@code "."} and {@code ".."} among them. Offsets
     * are the tree's own: while the directory is open, the offset of an entry once given leads to the entries behind it,
     * whatever happens to the directory.
     *
     * @param offset 0 for the beginning, or the offset of an entry given before; any other gives what it may
     * @param sink takes the entries; when it says false, it did not take the last one and wants no more now
     */
    void read(long offset, Predicate<? super DirectoryEntry> sink) throws IOException;

    /**
     * Waits until changes of the directory's entries will outlast a crash. Nothing to do unless overridden.
     *
     * @param dataOnly as {@link OpenFile#sync}
     */
    default void sync(boolean dataOnly) throws IOException {}

    /** Lets go of what the directory holds. Called once. */
    @Override
    default void close() throws IOException {}

    /**
     * A directory whose entries are all known, and stay as they are while it is open.
     *
     * @param self the directory
     * @param parent the directory that holds it
     * @param children its entries without {@code "."} and {@code ".."}; their offsets are ignored
     */
    static OpenDirectory of(Qid self, Qid parent, List<DirectoryEntry> children) {
        return new ListedDirectory(self, parent, children);
    }
}
