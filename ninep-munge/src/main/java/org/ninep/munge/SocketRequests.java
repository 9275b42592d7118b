package org.ninep.munge;

import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * What is sent to munged (version 4 of its protocol), each message with its header in front:
 *
 * <pre>
 * magic[4] = 00606D4B  version[1] = 4  type[1]  retry[1]  length[4] of what follows
 * </pre>
 */
final class SocketRequests {
    static final int MAGIC = 0x00606D4B;
    static final byte VERSION = 4;
    static final int HEADER_BYTES = 11;

    private static final byte ENC_REQ = 2;
    private static final byte DEC_REQ = 4;
    private static final int RETRY_OFFSET = 6;
    private static final byte DEFAULT_ALGORITHM = 1;
    private static final int DEFAULT_TTL = 0;
    private static final int ENC_REQ_FIXED_BYTES = 20;
    private static final byte NUL = 0;

    private SocketRequests() {}

    /**
     * Asks for a credential.
     *
     * <pre>
     * cipher[1]  mac[1]  zip[1]  realmLen[1] = 0  ttl[4]  authUid[4]  authGid[4]  dataLen[4]  data
     * </pre>
     *
     * @param payload of at most {@link MungeCodec#MAX_PAYLOAD_BYTES}
     */
    static ByteBuffer encode(EncodeOptions options, byte[] payload) {
        return begun(ENC_REQ, ENC_REQ_FIXED_BYTES + payload.length)
                .put(options.cipher().map(cipher -> (byte) cipher.code()).orElse(DEFAULT_ALGORITHM))
                .put(options.mac().map(mac -> (byte) mac.code()).orElse(DEFAULT_ALGORITHM))
                .put(options.zip().map(zip -> (byte) zip.code()).orElse(DEFAULT_ALGORITHM)).put((byte) 0)
                .putInt((int) (long) options.ttl().map(Duration::toSeconds).orElse((long) DEFAULT_TTL))
                .putInt(options.authUid().orElse(Inner.ANY)).putInt(options.authGid().orElse(Inner.ANY))
                .putInt(payload.length).put(payload).flip();
    }

    /**
     * Asks what a credential says.
     *
     * <pre>
     * dataLen[4]  credential, NUL
     * </pre>
     *
     * @param credential of at most {@link MungeCodec#MAX_CREDENTIAL_BYTES}; what follows its last colon is not sent
     */
    static ByteBuffer decode(byte[] credential) {
        int length = credential.length;
        while (length > 0 && credential[length - 1] != ':') {
            length--;
        }
        length = length == 0 ? credential.length : length;
        return begun(DEC_REQ, Integer.BYTES + length + 1).putInt(length + 1).put(credential, 0, length).put(NUL).flip();
    }

    private static ByteBuffer begun(byte type, int bodyBytes) {
        return ByteBuffer.allocate(HEADER_BYTES + bodyBytes).putInt(MAGIC).put(VERSION).put(type).put((byte) 0)
                .putInt(bodyBytes);
    }

    /** Marks the same request as asked before, so that munged does not take its own answer that got lost as a replay. */
    static ByteBuffer attempt(ByteBuffer request, int retry) {
        return request.rewind().put(RETRY_OFFSET, (byte) retry);
    }
}
