package org.ninep.nbd;

import static org.ninep.nbd.NbdConstants.*;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of the fixed newstyle negotiation, from the client's flags to the option that ends it.
 *
 * <pre>
 * C: 32 bits, client flags
 * then, again and again:
 * C: 64 bits, IHAVEOPT
 * C: 32 bits, option
 * C: 32 bits, length of the data
 * C: data
 * </pre>
 *
 * <p>Takes any bytes. Confined to one thread: the event loop's.
 */
final class Handshake implements Phase {

    /** What the negotiation leads to. */
    interface Outcome {
        /** Says this to the client; the next option is not looked at before it is sent. */
        void reply(ByteBuffer bytes);

        /** The client has chosen: requests follow. */
        void transmit(Export export);

        /** The client wants to go. */
        void leave();

        /** The client has broken the rules, as told in words that follow its name, and is cut off. */
        void cutOff(String why);
    }

    /** More options than any client needs; then it is cut off. */
    static final int MAX_OPTIONS = 64;

    /** Longer data is skipped and answered with NBD_REP_ERR_TOO_BIG; the longest sensible, a name and items, is half of it. */
    static final int MAX_OPTION_DATA = 8192;

    /** Even longer data is not skipped: the client is cut off. */
    static final int MAX_SKIPPED_DATA = 1 << 20;

    private final ExportTable exports;
    private final Outcome outcome;
    private boolean flagsRead;
    private boolean fixedNewstyle;
    private boolean noZeroes;
    private int options;
    private int skippedOption;
    private int toSkip;

    Handshake(ExportTable exports, Outcome outcome) {
        this.exports = exports;
        this.outcome = outcome;
    }

    @Override
    public boolean step(ByteBuffer in) {
        if (toSkip > 0) {
            return skip(in);
        }
        if (!flagsRead) {
            if (in.remaining() < Integer.BYTES) {
                return false;
            }
            takeFlags(in.getInt());
            return true;
        }
        return in.remaining() >= OPTION_HEADER_SIZE && option(in);
    }

    private void takeFlags(int flags) {
        flagsRead = true;
        fixedNewstyle = (flags & NBD_FLAG_C_FIXED_NEWSTYLE) != 0;
        noZeroes = (flags & NBD_FLAG_C_NO_ZEROES) != 0;
        if ((flags & ~(NBD_FLAG_C_FIXED_NEWSTYLE | NBD_FLAG_C_NO_ZEROES)) != 0) {
            outcome.cutOff(String.format("is no NBD client: it began with 0x%08x instead of its flags", flags));
        }
    }

    private boolean skip(ByteBuffer in) {
        int skipped = Math.min(toSkip, in.remaining());
        in.position(in.position() + skipped);
        toSkip -= skipped;
        if (toSkip == 0) {
            fail(skippedOption, NBD_REP_ERR_TOO_BIG, "more than " + MAX_OPTION_DATA + " bytes of data");
        }
        return skipped > 0;
    }

    private boolean option(ByteBuffer in) {
        int start = in.position();
        if (in.getLong(start) != IHAVEOPT) {
            outcome.cutOff(String.format("sent 0x%016x where an option begins", in.getLong(start)));
            return true;
        }
        int option = in.getInt(start + 8);
        int length = in.getInt(start + 12);
        boolean tooBig = Integer.compareUnsigned(length, MAX_OPTION_DATA) > 0;
        if (!tooBig && in.remaining() < OPTION_HEADER_SIZE + length) {
            return false;
        }
        in.position(start + OPTION_HEADER_SIZE);
        options++;
        if (options > MAX_OPTIONS) {
            outcome.cutOff("sent more than " + MAX_OPTIONS + " options");
        } else if (!fixedNewstyle && option != NBD_OPT_EXPORT_NAME) {
            outcome.cutOff("sent option " + option + " without having agreed to fixed newstyle negotiation");
        } else if (tooBig) {
            tooBig(option, length);
        } else {
            ByteBuffer data = in.slice(in.position(), length);
            in.position(in.position() + length);
            answer(option, data);
        }
        return true;
    }

    private void tooBig(int option, int length) {
        if (option == NBD_OPT_EXPORT_NAME || Integer.compareUnsigned(length, MAX_SKIPPED_DATA) > 0) {
            outcome.cutOff("sent option " + option + " with " + Integer.toUnsignedString(length) + " bytes of data");
        } else {
            skippedOption = option;
            toSkip = length;
        }
    }

    private void answer(int option, ByteBuffer data) {
        switch (option) {
            case NBD_OPT_EXPORT_NAME -> exportName(data);
            case NBD_OPT_ABORT -> {
                outcome.reply(OptionReply.ack(option));
                outcome.leave();
            }
            case NBD_OPT_LIST -> {
                if (data.hasRemaining()) {
                    fail(option, NBD_REP_ERR_INVALID, "NBD_OPT_LIST has no data");
                } else {
                    outcome.reply(exports.list());
                }
            }
            case NBD_OPT_INFO, NBD_OPT_GO -> info(option, data);
            case NBD_OPT_STARTTLS -> fail(option, NBD_REP_ERR_UNSUP, "this server does not speak TLS");
            default -> fail(option, NBD_REP_ERR_UNSUP, "this server does not know option "
                    + Integer.toUnsignedString(option));
        }
    }

    private void exportName(ByteBuffer name) {
        Export export = exports.find(name);
        if (export == null) {
            outcome.cutOff("asked for an export that does not exist");
        } else {
            outcome.reply(OptionReply.exportName(export, noZeroes));
            outcome.transmit(export);
        }
    }

    /**
     * NBD_OPT_INFO and NBD_OPT_GO.
     *
     * <pre>
     * C: 32 bits, length of the name
     * C: name
     * C: 16 bits, number of items
     * C: 16 bits, an item; repeated
     * </pre>
     */
    private void info(int option, ByteBuffer data) {
        ByteBuffer name = takeName(data);
        Set<Integer> items = name == null ? null : takeItems(data);
        if (name == null || items == null) {
            fail(option, NBD_REP_ERR_INVALID, "the lengths in the data do not add up");
            return;
        }
        Export export = exports.find(name);
        if (export == null) {
            fail(option, NBD_REP_ERR_UNKNOWN, "no such export");
            return;
        }
        outcome.reply(OptionReply.info(option, export, items));
        if (option == NBD_OPT_GO) {
            outcome.transmit(export);
        }
    }

    private static @Nullable ByteBuffer takeName(ByteBuffer data) {
        if (data.remaining() < Integer.BYTES) {
            return null;
        }
        int length = data.getInt();
        if (length < 0 || length > NBD_MAX_STRING || length > data.remaining()) {
            return null;
        }
        ByteBuffer name = data.slice(data.position(), length);
        data.position(data.position() + length);
        return name;
    }

    private static @Nullable Set<Integer> takeItems(ByteBuffer data) {
        if (data.remaining() < Short.BYTES) {
            return null;
        }
        int count = Short.toUnsignedInt(data.getShort());
        if (data.remaining() != count * Short.BYTES) {
            return null;
        }
        Set<Integer> items = new HashSet<>();
        while (data.hasRemaining()) {
            items.add(Short.toUnsignedInt(data.getShort()));
        }
        return items;
    }

    private void fail(int option, int type, String message) {
        outcome.reply(OptionReply.error(option, type, message));
    }
}
