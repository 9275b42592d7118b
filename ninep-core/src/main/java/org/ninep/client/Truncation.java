package org.ninep.client;

import java.io.IOException;
import org.ninep.message.Attr;
import org.ninep.message.Rmessage.Rgetattr;
import org.ninep.message.Rmessage.Rsetattr;
import org.ninep.message.Tmessage.Tgetattr;

/**
 * O_TRUNC on servers that take no notice of it, as nfs-ganesha. Linux' client relies on none for it, and sets the size to 0
 * itself behind every such open. We look first: a file that has just been made may be one that nobody may change the size of.
 */
final class Truncation {
    private Truncation() {}

    /** Cuts a file that has been opened with these flags, if they say so and the server has not done it. */
    static void ensure(Caller caller, Handle file, int flags) throws IOException {
        if ((flags & OpenFlags.TRUNC) == 0) {
            return;
        }
        Tgetattr look = new Tgetattr(file.fid(), Attr.SIZE);
        if (caller.call(file, look, Rgetattr.class).attr().size() != 0) {
            Rsetattr ignored = caller.call(file, SetAttr.NOTHING.withSize(0).request(file.fid()), Rsetattr.class);
        }
    }
}
