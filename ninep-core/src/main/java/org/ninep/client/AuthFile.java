package org.ninep.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage.Rwrite;
import org.ninep.message.Tmessage.Twrite;

/**
 * The file on which a client authenticates itself (an afid).
 *
 * <p>
 * Confined to one thread.
 */
public final class AuthFile {
    private final Caller caller;
    private final Handle afid;
    private final String uname;
    private final String aname;
    private final int uid;
    private long offset;

    AuthFile(Caller caller, Handle afid, String uname, String aname, int uid) {
        this.caller = caller;
        this.afid = afid;
        this.uname = uname;
        this.aname = aname;
        this.uid = uid;
    }

    /** The server, for people. */
    public String endpoint() {
        return caller.session().peer();
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

    /** Writes all that remains in the buffer behind what was read and written before. */
    public void write(ByteBuffer data) throws IOException {
        while (data.hasRemaining()) {
            int count = Math.min(data.remaining(), caller.maxCount());
            Twrite request = new Twrite(afid.fid(), offset, data.slice(data.position(), count));
            int written = caller.call(afid, request, Rwrite.class).count();
            if (written < 1 || written > count) {
                throw caller.broken("wrote " + count + " bytes to the afid, and " + Integer.toUnsignedString(written)
                        + " were confirmed");
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
        int count = Math.min(buffer.remaining(), caller.maxCount());
        Outcome.OfRead outcome = new Outcome.OfRead();
        int received = caller.transfer(new ReadCall(afid, offset, count, buffer, outcome, outcome), outcome);
        offset += received;
        return received;
    }
}
