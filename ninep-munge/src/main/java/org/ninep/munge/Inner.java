package org.ninep.munge;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The part of a credential that is compressed and encrypted.
 *
 * <pre>
 * salt[8]  addrLen[1] = 0 or 4  addr  encodeTime[4]  ttl[4]  uid[4]  gid[4]  authUid[4]  authGid[4]  dataLen[4]  data
 * </pre>
 *
 * <p>
 * Immutable.
 *
 * @param salt random
 * @param address of the host that made it
 * @param encodeTime seconds since 1970, 0 to 2^32 - 1
 * @param ttl seconds, 0 to 2^32 - 1
 * @param authUid {@link #ANY} for any
 * @param authGid {@link #ANY} for any
 * @param data what it carries, from its position to its limit
 */
record Inner(long salt, Optional<InetAddress> address, long encodeTime, long ttl, int uid, int gid, int authUid,
        int authGid, ByteBuffer data) {
    /** The user or group that stands for any. */
    static final int ANY = -1;
    /** What it has beside the payload, at most. */
    static final int OVERHEAD = 41;

    private static final int IPV4_BYTES = 4;

    static Inner decode(byte[] plain) throws MungeException {
        ByteBuffer from = ByteBuffer.wrap(plain);
        try {
            long salt = from.getLong();
            Optional<InetAddress> address = address(from);
            long encodeTime = Integer.toUnsignedLong(from.getInt());
            long ttl = Integer.toUnsignedLong(from.getInt());
            int uid = from.getInt();
            int gid = from.getInt();
            int authUid = from.getInt();
            int authGid = from.getInt();
            long length = Integer.toUnsignedLong(from.getInt());
            if (length != from.remaining()) {
                throw bad("it says that it carries " + length + " bytes, and has " + from.remaining());
            }
            return new Inner(salt, address, encodeTime, ttl, uid, gid, authUid, authGid, from.slice());
        } catch (BufferUnderflowException cutOff) {
            throw bad("it is cut off");
        }
    }

    private static Optional<InetAddress> address(ByteBuffer from) throws MungeException {
        byte[] address = new byte[from.get() & 0xFF];
        if (address.length != 0 && address.length != IPV4_BYTES) {
            throw bad("its address has " + address.length + " bytes instead of 0 or 4");
        }
        from.get(address);
        return address(address);
    }

    /** @param address of 0 or 4 bytes */
    static Optional<InetAddress> address(byte[] address) {
        try {
            return address.length == 0 ? Optional.empty() : Optional.of(InetAddress.getByAddress(address));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address of " + address.length + " bytes", e);
        }
    }

    byte[] encode() {
        byte[] host = address.map(InetAddress::getAddress).orElse(new byte[0]);
        return ByteBuffer.allocate(OVERHEAD - IPV4_BYTES + host.length + data.remaining()).putLong(salt)
                .put((byte) host.length).put(host).putInt((int) encodeTime).putInt((int) ttl).putInt(uid).putInt(gid)
                .putInt(authUid).putInt(authGid).putInt(data.remaining()).put(data.duplicate()).array();
    }

    /** The same as users see it. */
    Credential credential(Outer outer, long decodeTime, long cappedTtl) {
        return new Credential(outer.cipher(), outer.mac(), outer.zip(), address, Instant.ofEpochSecond(encodeTime),
                Instant.ofEpochSecond(decodeTime), Duration.ofSeconds(cappedTtl), uid, gid, unlessAny(authUid),
                unlessAny(authGid), data);
    }

    /** Empty for {@link #ANY}. */
    static OptionalInt unlessAny(int id) {
        return id == ANY ? OptionalInt.empty() : OptionalInt.of(id);
    }

    private static MungeException bad(String why) {
        return new MungeException(MungeError.BAD_CRED, "the credential is authentic, but malformed: " + why);
    }
}
