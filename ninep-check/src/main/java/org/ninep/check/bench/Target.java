package org.ninep.check.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ninep.client.MessageListener;
import org.ninep.transport.Transport;

/**
 * Which server is checked, and as whom.
 *
 * <p>
 * Immutable.
 *
 * @param transport how to connect
 * @param aname the export
 * @param uname the user's name; may be empty
 * @param uid the user's number
 * @param gid the group that new files get
 * @param path the names from the export's root to the file or directory to look at
 * @param msize what to offer, in bytes
 * @param timeout longest wait for one answer
 * @param credentials makes what is written to an afid, or null to attach without one
 * @param listener sees the messages that are whole
 */
public record Target(Transport transport, String aname, String uname, int uid, int gid, List<String> path, int msize,
        Duration timeout, @Nullable Credentials credentials, MessageListener listener) {
    /** Makes a credential for each attach. */
    @FunctionalInterface
    public interface Credentials {
        /** What to write to the afid. */
        byte[] make() throws IOException;
    }

    /** The same, another place in the export. */
    public Target at(List<String> other) {
        return new Target(transport, aname, uname, uid, gid, other, msize, timeout, credentials, listener);
    }
}
