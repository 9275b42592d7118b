package org.ninep.message;

/**
 * The constants of 9P2000.L that belong to no single message.
 *
 * <p>
 * Immutable.
 */
public final class Protocol {
    /** The version string of this dialect. */
    public static final String VERSION_9P2000_L = "9P2000.L";
    /** What a server answers to a version that it does not speak. */
    public static final String VERSION_UNKNOWN = "unknown";
    /** The tag of Tversion, and of no other message. */
    public static final int NOTAG = 0xffff;
    /** The fid that stands for "none" (an afid where no authentication is needed). */
    public static final int NOFID = 0xffffffff;
    /** The numeric user that stands for "see uname". */
    public static final int NONUNAME = 0xffffffff;
    /** The most names in one Twalk. */
    public static final int MAXWELEM = 16;
    /** Bytes of a frame before its body: {@code size[4] type[1] tag[2]}. */
    public static final int HEADER_BYTES = 7;
    /** What a message with a payload takes besides the payload, at most: {@code msize - IOHDRSZ} is a safe count. */
    public static final int IOHDRSZ = 24;
    /** The port that is registered for 9P. */
    public static final int DEFAULT_PORT = 564;

    private Protocol() {}
}
