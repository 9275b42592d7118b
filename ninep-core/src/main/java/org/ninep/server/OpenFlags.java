package org.ninep.server;

import org.ninep.message.Tmessage.Tlopen;

/** What the flags of Tlopen ask for. */
final class OpenFlags {
    private OpenFlags() {}

    /** Reading with {@code read(2)}; like Linux, the mode that is neither of the three allows nothing. */
    static boolean allowsRead(int flags) {
        int mode = flags & Tlopen.ACCMODE;
        return mode == Tlopen.RDONLY || mode == Tlopen.RDWR;
    }

    /** Writing with {@code write(2)}. */
    static boolean allowsWrite(int flags) {
        int mode = flags & Tlopen.ACCMODE;
        return mode == Tlopen.WRONLY || mode == Tlopen.RDWR;
    }
}
