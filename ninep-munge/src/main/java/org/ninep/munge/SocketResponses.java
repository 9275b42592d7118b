package org.ninep.munge;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/** What munged answers. It is believed to mean well, and to err: everything is bounded, and nothing may be left over. */
final class SocketResponses {
    static final byte ENC_RSP = 3;
    static final byte DEC_RSP = 5;
    /** The longest body that is read: the payload of the longest request that any munged takes, and more. */
    static final int MAX_BODY_BYTES = (1 << 21) + 4096;

    private static final int AUTH_FD_REQ = 6;
    private static final int IPV4_BYTES = 4;

    private SocketResponses() {}

    /**
     * How many bytes follow the header.
     *
     * @param header {@link SocketRequests#HEADER_BYTES} bytes
     * @param expected the type that the answer must have
     * @throws MungeException SOCKET
     */
    static int bodyBytes(String who, ByteBuffer header, byte expected) throws MungeException {
        int magic = header.getInt();
        if (magic != SocketRequests.MAGIC) {
            throw garbled(who, String.format("it begins with %08X instead of %08X, so this is not munged", magic,
                    SocketRequests.MAGIC));
        }
        int version = header.get();
        if (version != SocketRequests.VERSION) {
            throw garbled(who, "it is of version " + (version & 0xFF) + " of the protocol instead of "
                    + SocketRequests.VERSION);
        }
        int type = header.get();
        if (type == AUTH_FD_REQ) {
            throw garbled(who, "it asks for a descriptor as proof of identity, which no munged on Linux does");
        }
        if (type != expected) {
            throw garbled(who, "it is of type " + (type & 0xFF) + " instead of " + expected);
        }
        header.get();
        long length = Integer.toUnsignedLong(header.getInt());
        if (length > MAX_BODY_BYTES) {
            throw garbled(who, "it has " + length + " bytes, and at most " + MAX_BODY_BYTES + " are accepted");
        }
        return (int) length;
    }

    /**
     * The answer to a request for a credential.
     *
     * <pre>
     * err[1]  errLen[1]  errStr, NUL  dataLen[4]  credential, NUL
     * </pre>
     *
     * @return the credential without the NUL
     * @throws MungeException if there is none
     */
    static byte[] encoded(String who, ByteBuffer body) throws MungeException {
        try {
            int code = body.get() & 0xFF;
            String says = text(who, body);
            if (code != 0) {
                throw Refusals.byMunged(who, code, says);
            }
            ByteBuffer data = data(who, body);
            int length = data.remaining() - 1;
            if (length < 0 || data.get(length) != 0) {
                throw garbled(who, "the credential in it does not end with a NUL");
            }
            byte[] credential = new byte[length];
            data.get(credential);
            for (byte character : credential) {
                if (character <= ' ' || character > '~') {
                    throw garbled(who, "the credential in it is not of printable characters");
                }
            }
            return credential;
        } catch (BufferUnderflowException cutOff) {
            throw garbled(who, "it is cut off");
        }
    }

    /**
     * The answer to a request about a credential.
     *
     * <pre>
     * err[1]  errLen[1]  errStr, NUL  cipher[1]  mac[1]  zip[1]  realmLen[1]  realm  ttl[4]  addrLen[1]  addr  encodeTime[4]
     * decodeTime[4]  uid[4]  gid[4]  authUid[4]  authGid[4]  dataLen[4]  data
     * </pre>
     *
     * @return what the credential says
     * @throws MungeException if it must not be trusted
     */
    static Credential decoded(String who, ByteBuffer body) throws MungeException {
        try {
            int code = body.get() & 0xFF;
            String says = text(who, body);
            MungeError error = MungeError.of(code).orElse(MungeError.SNAFU);
            if (!error.carriesMetadata()) {
                throw Refusals.byMunged(who, code, says);
            }
            Credential credential = credential(who, body);
            return switch (error) {
                case SUCCESS -> credential;
                case CRED_EXPIRED -> throw Refusals.expired(who, credential);
                case CRED_REWOUND -> throw Refusals.rewound(who, credential);
                case CRED_REPLAYED -> throw Refusals.replayed(who, credential);
                default -> throw new IllegalStateException(error + " carries no metadata");
            };
        } catch (BufferUnderflowException cutOff) {
            throw garbled(who, "it is cut off");
        }
    }

    private static Credential credential(String who, ByteBuffer body) throws MungeException {
        int cipher = body.get() & 0xFF;
        int mac = body.get() & 0xFF;
        int zip = body.get() & 0xFF;
        if (body.get() != 0) {
            throw new MungeException(MungeError.BAD_REALM, who
                    + ": the credential names a security realm; realms are not verified, so none is accepted");
        }
        long ttl = Integer.toUnsignedLong(body.getInt());
        byte[] address = new byte[body.get() & 0xFF];
        if (address.length != 0 && address.length != IPV4_BYTES) {
            throw garbled(who, "the address in it has " + address.length + " bytes instead of 0 or 4");
        }
        body.get(address);
        Instant encodeTime = Instant.ofEpochSecond(Integer.toUnsignedLong(body.getInt()));
        Instant decodeTime = Instant.ofEpochSecond(Integer.toUnsignedLong(body.getInt()));
        int uid = body.getInt();
        int gid = body.getInt();
        int authUid = body.getInt();
        int authGid = body.getInt();
        ByteBuffer data = data(who, body);
        return new Credential(Cipher.of(cipher).orElseThrow(() -> unknown(who, "cipher", cipher)),
                Mac.of(mac).orElseThrow(() -> unknown(who, "MAC", mac)),
                Zip.of(zip).orElseThrow(() -> unknown(who, "compression", zip)), Inner.address(address), encodeTime,
                decodeTime, Duration.ofSeconds(ttl), uid, gid, Inner.unlessAny(authUid), Inner.unlessAny(authGid),
                data);
    }

    private static MungeException unknown(String who, String kind, int code) {
        return garbled(who, "it names " + kind + " " + code + ", which is unknown");
    }

    /** What munged says about an error, made fit for a message: printable, one line. */
    private static String text(String who, ByteBuffer body) throws MungeException {
        byte[] text = new byte[body.get() & 0xFF];
        body.get(text);
        if (text.length != 0 && text[text.length - 1] != 0) {
            throw garbled(who, "the text in it does not end with a NUL");
        }
        return new String(text, StandardCharsets.US_ASCII).trim().replaceAll("[^ -~]", "?");
    }

    private static ByteBuffer data(String who, ByteBuffer body) throws MungeException {
        long length = Integer.toUnsignedLong(body.getInt());
        if (length != body.remaining()) {
            throw garbled(who, "it says that its last part has " + length + " bytes, and has " + body.remaining());
        }
        return body.slice();
    }

    private static MungeException garbled(String who, String why) {
        return new MungeException(MungeError.SOCKET, who + " gave an answer that is not understood: " + why
                + ". Is the socket munged's, and of a version from 0.5.15 on?");
    }
}
