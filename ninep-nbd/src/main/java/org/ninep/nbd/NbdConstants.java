package org.ninep.nbd;

/**
 * The numbers of the protocol, under the names that the NBD specification gives them, and the bounds that we add.
 *
 * <p>Immutable.
 */
final class NbdConstants {

    static final long NBDMAGIC = 0x4e42444d41474943L;
    static final long IHAVEOPT = 0x49484156454F5054L;
    static final long NBD_OPT_REPLY_MAGIC = 0x0003e889045565a9L;
    static final int NBD_REQUEST_MAGIC = 0x25609513;
    static final int NBD_SIMPLE_REPLY_MAGIC = 0x67446698;

    /** Handshake flags, and the client's answer to them. */
    static final int NBD_FLAG_FIXED_NEWSTYLE = 1;

    static final int NBD_FLAG_NO_ZEROES = 1 << 1;
    static final int NBD_FLAG_C_FIXED_NEWSTYLE = 1;
    static final int NBD_FLAG_C_NO_ZEROES = 1 << 1;

    /** Options. */
    static final int NBD_OPT_EXPORT_NAME = 1;

    static final int NBD_OPT_ABORT = 2;
    static final int NBD_OPT_LIST = 3;
    static final int NBD_OPT_STARTTLS = 5;
    static final int NBD_OPT_INFO = 6;
    static final int NBD_OPT_GO = 7;
    static final int NBD_OPT_STRUCTURED_REPLY = 8;

    /** Option replies. */
    static final int NBD_REP_ACK = 1;

    static final int NBD_REP_SERVER = 2;
    static final int NBD_REP_INFO = 3;
    static final int NBD_REP_FLAG_ERROR = 1 << 31;
    static final int NBD_REP_ERR_UNSUP = NBD_REP_FLAG_ERROR | 1;
    static final int NBD_REP_ERR_INVALID = NBD_REP_FLAG_ERROR | 3;
    static final int NBD_REP_ERR_UNKNOWN = NBD_REP_FLAG_ERROR | 6;
    static final int NBD_REP_ERR_TOO_BIG = NBD_REP_FLAG_ERROR | 9;

    /** Items of NBD_REP_INFO. */
    static final int NBD_INFO_EXPORT = 0;

    static final int NBD_INFO_NAME = 1;
    static final int NBD_INFO_DESCRIPTION = 2;
    static final int NBD_INFO_BLOCK_SIZE = 3;

    /** Transmission flags. */
    static final int NBD_FLAG_HAS_FLAGS = 1;

    static final int NBD_FLAG_READ_ONLY = 1 << 1;
    static final int NBD_FLAG_SEND_FLUSH = 1 << 2;
    static final int NBD_FLAG_CAN_MULTI_CONN = 1 << 8;

    /** Commands. */
    static final int NBD_CMD_READ = 0;

    static final int NBD_CMD_WRITE = 1;
    static final int NBD_CMD_DISC = 2;
    static final int NBD_CMD_FLUSH = 3;
    static final int NBD_CMD_TRIM = 4;
    static final int NBD_CMD_WRITE_ZEROES = 6;

    /** Errors. */
    static final int NBD_SUCCESS = 0;

    static final int NBD_EPERM = 1;
    static final int NBD_EIO = 5;
    static final int NBD_EINVAL = 22;

    static final int OPTION_HEADER_SIZE = 16;
    static final int OPTION_REPLY_HEADER_SIZE = 20;
    static final int REQUEST_SIZE = 28;
    static final int SIMPLE_REPLY_SIZE = 16;

    /** No string of the protocol is longer, in bytes. */
    static final int NBD_MAX_STRING = 4096;

    static final int PREFERRED_BLOCK_SIZE = 4096;

    /** The longest read, and the longest payload of a write that is drained. */
    static final int MAX_BLOCK_SIZE = 32 << 20;

    private NbdConstants() {}

    static String errorName(int error) {
        return switch (error) {
            case NBD_EPERM -> "EPERM";
            case NBD_EIO -> "EIO";
            case 12 -> "ENOMEM";
            case NBD_EINVAL -> "EINVAL";
            case 28 -> "ENOSPC";
            case 75 -> "EOVERFLOW";
            case 95 -> "ENOTSUP";
            case 108 -> "ESHUTDOWN";
            default -> "error " + error;
        };
    }
}
