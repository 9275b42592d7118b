package org.ninep.transport;

import java.io.IOException;
import java.nio.channels.Pipe;

/**
 * Two ends of a connection within the process, over a pair of the operating system's pipes: what one end writes the other
 * reads.
 *
 * <p>
 * Immutable.
 *
 * @param client one end
 * @param server the other end
 */
public record InProcess(Connection client, Connection server) {
    /**
     * Connects two ends.
     *
     * @param name what both ends call each other
     * @throws IOException if the operating system gives no more pipes
     */
    public static InProcess pair(String name) throws IOException {
        Pipe requests = Pipe.open();
        Pipe replies;
        try {
            replies = Pipe.open();
        } catch (IOException e) {
            requests.source().close();
            requests.sink().close();
            throw e;
        }
        return new InProcess(Connection.of(replies.source(), requests.sink(), name),
                Connection.of(requests.source(), replies.sink(), name));
    }
}
