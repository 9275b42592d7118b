package org.ninep.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.ninep.ProtocolException;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage.Rread;
import org.ninep.message.Rmessage.Rwrite;
import org.ninep.message.Tmessage.Tread;
import org.ninep.message.Tmessage.Twrite;

/**
 * The file on which a client authenticates itself (an afid).
 *
 * <p>
 * Confined to one thread.
 */
public final class AuthFile {
    private final Client client;
    private final int afid;
    private final String uname;
    private final String aname;
    private final int uid;
    private long offset;

    AuthFile(Client client, int afid, String uname, String aname, int uid) {
        this.client = client;
        this.afid = afid;
        this.uname = uname;
        this.aname = aname;
        this.uid = uid;
    }

    /** The server, for people. */
    public String endpoint() {
        return client.endpoint();
    }

    /** The user's name; may be empty. */
    public String uname() {
        return uname;
    }

    /** The export that the attach will ask for. */
    public String aname() {
        return aname;
    }

    /** The user's number, or {@link Protocol#NONUNAME}. */
    public int uid() {
        return uid;
    }

    /** Writes all that remains in the buffer behind what was written before. */
    public void write(ByteBuffer data) throws IOException {
        while (data.hasRemaining()) {
            int count = Math.min(data.remaining(), client.maxCount());
            ByteBuffer piece = data.slice(data.position(), count);
            int written = client.call(new Twrite(afid, offset, piece), "afid", Rwrite.class).count();
            if (written < 1 || written > count) {
                throw new ProtocolException(endpoint() + ": wrote " + count + " bytes to the afid, and "
                        + Integer.toUnsignedString(written) + " were confirmed");
            }
            offset += written;
            data.position(data.position() + written);
        }
    }

    /**
     * Reads what the server has to say, behind what was read and written before.
     *
     * @return the number of bytes put into the buffer; 0 at the end
     */
    public int read(ByteBuffer buffer) throws IOException {
        int count = Math.min(buffer.remaining(), client.maxCount());
        ByteBuffer data = client.call(new Tread(afid, offset, count), "afid", Rread.class).data();
        int received = data.remaining();
        buffer.put(data);
        offset += received;
        return received;
    }
}
