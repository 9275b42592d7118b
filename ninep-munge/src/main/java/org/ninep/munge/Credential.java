package org.ninep.munge;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a credential says.
 *
 * <p>Immutable.
 *
 * @param cipher that it was encrypted with
 * @param mac that it was authenticated with
 * @param zip that it was compressed with
 * @param address IPv4 address of the host that made it, as that host has it; empty if it names none
 * @param encodeTime when it was made, by the clock of the host that made it; whole seconds
 * @param decodeTime when it was checked, by the clock of the host that checked it; whole seconds
 * @param ttl how long it is good, at most an hour
 * @param uid the user who made it, unsigned
 * @param gid the user's group, unsigned
 * @param authUid the only user who may decode it; empty for any
 * @param authGid the only group whose members may decode it; empty for any
 * @param payload what it carries
 */
public record Credential(Cipher cipher, Mac mac, Zip zip, Optional<InetAddress> address, Instant encodeTime,
        Instant decodeTime, Duration ttl, int uid, int gid, OptionalInt authUid, OptionalInt authGid,
        ByteBuffer payload) {

    /** Copies the payload. */
    public Credential {
        payload = ByteBuffer.allocate(payload.remaining()).put(payload.duplicate()).flip().asReadOnlyBuffer();
    }

    /** What it carries; a buffer of its own each time, read-only. */
    @Override
    public ByteBuffer payload() {
        return payload.duplicate();
    }

    /** Without the payload, which may be a secret. */
    @Override
    public String toString() {
        return "credential of uid " + Integer.toUnsignedString(uid) + ", gid " + Integer.toUnsignedString(gid)
                + ", made at " + encodeTime + " for " + ttl.toSeconds() + " s";
    }
}
