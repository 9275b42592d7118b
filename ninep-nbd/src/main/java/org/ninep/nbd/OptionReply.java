package org.ninep.nbd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.ninep.nbd.NbdConstants.*;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Set;

/**
 * Encodes what a server says during the handshake.
 *
 * <pre>
 * S: 64 bits, NBD_OPT_REPLY_MAGIC
 * S: 32 bits, the option that this answers
 * S: 32 bits, reply type
 * S: 32 bits, length of the data
 * S: data
 * </pre>
 *
 * <p>Immutable.
 */
final class OptionReply {

    /** What an export's clients may do: everything but write. */
    static final int TRANSMISSION_FLAGS =
            NBD_FLAG_HAS_FLAGS | NBD_FLAG_READ_ONLY | NBD_FLAG_SEND_FLUSH | NBD_FLAG_CAN_MULTI_CONN;

    private static final int EXPORT_NAME_ZEROES = 124;

    private OptionReply() {}

    /** The server's first words, before any option. */
    static ByteBuffer greeting() {
        return ByteBuffer.allocate(18)
                .putLong(NBDMAGIC)
                .putLong(IHAVEOPT)
                .putShort((short) (NBD_FLAG_FIXED_NEWSTYLE | NBD_FLAG_NO_ZEROES))
                .flip();
    }

    static ByteBuffer ack(int option) {
        return putHeader(ByteBuffer.allocate(OPTION_REPLY_HEADER_SIZE), option, NBD_REP_ACK, 0)
                .flip();
    }

    static ByteBuffer error(int option, int type, String message) {
        byte[] data = utf8(message);
        return putHeader(ByteBuffer.allocate(OPTION_REPLY_HEADER_SIZE + data.length), option, type, data.length)
                .put(data)
                .flip();
    }

    /** The names and descriptions of all exports, then NBD_REP_ACK. */
    static ByteBuffer list(Collection<Export> exports) {
        int size = OPTION_REPLY_HEADER_SIZE;
        for (Export export : exports) {
            size += OPTION_REPLY_HEADER_SIZE + Integer.BYTES + utf8(export.name()).length
                    + utf8(export.description()).length;
        }
        ByteBuffer reply = ByteBuffer.allocate(size);
        for (Export export : exports) {
            byte[] name = utf8(export.name());
            byte[] description = utf8(export.description());
            putHeader(reply, NBD_OPT_LIST, NBD_REP_SERVER, Integer.BYTES + name.length + description.length)
                    .putInt(name.length)
                    .put(name)
                    .put(description);
        }
        return putHeader(reply, NBD_OPT_LIST, NBD_REP_ACK, 0).flip();
    }

    /** The items about one export that NBD_OPT_INFO or NBD_OPT_GO asked for, then NBD_REP_ACK. */
    static ByteBuffer info(int option, Export export, Set<Integer> items) {
        byte[] name = utf8(export.name());
        byte[] description = utf8(export.description());
        ByteBuffer reply = ByteBuffer.allocate(5 * OPTION_REPLY_HEADER_SIZE + 12 + 2 + 2 + 14 + name.length + description.length);
        putInfo(reply, option, NBD_INFO_EXPORT, Long.BYTES + Short.BYTES)
                .putLong(export.device().size())
                .putShort((short) TRANSMISSION_FLAGS);
        if (items.contains(NBD_INFO_NAME)) {
            putInfo(reply, option, NBD_INFO_NAME, name.length).put(name);
        }
        if (items.contains(NBD_INFO_DESCRIPTION) && description.length > 0) {
            putInfo(reply, option, NBD_INFO_DESCRIPTION, description.length).put(description);
        }
        if (items.contains(NBD_INFO_BLOCK_SIZE)) {
            putInfo(reply, option, NBD_INFO_BLOCK_SIZE, 3 * Integer.BYTES)
                    .putInt(1)
                    .putInt(PREFERRED_BLOCK_SIZE)
                    .putInt(MAX_BLOCK_SIZE);
        }
        return putHeader(reply, option, NBD_REP_ACK, 0).flip();
    }

    /** The answer to NBD_OPT_EXPORT_NAME, which has no header. */
    static ByteBuffer exportName(Export export, boolean noZeroes) {
        return ByteBuffer.allocate(Long.BYTES + Short.BYTES + (noZeroes ? 0 : EXPORT_NAME_ZEROES))
                .putLong(export.device().size())
                .putShort((short) TRANSMISSION_FLAGS)
                .rewind();
    }

    private static ByteBuffer putInfo(ByteBuffer reply, int option, int item, int length) {
        return putHeader(reply, option, NBD_REP_INFO, Short.BYTES + length).putShort((short) item);
    }

    private static ByteBuffer putHeader(ByteBuffer reply, int option, int type, int length) {
        return reply.putLong(NBD_OPT_REPLY_MAGIC).putInt(option).putInt(type).putInt(length);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }
}
