package org.ninep.munge;

import java.io.IOException;
import java.net.Inet4Address;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link MungeCodec} is to be.
 *
 * <p>
 * Confined to one thread.
 */
public final class MungeCodecBuilder {
    /** Gives the bytes of the key; they are the caller's to wipe. */
    @FunctionalInterface
    interface KeySource {
        byte[] read() throws IOException;
    }

    /** A copy of a key that the caller has. It is given away once, for it is wiped then. */
    static final class GivenKey implements KeySource {
        private byte @Nullable [] copy;

        GivenKey(byte[] key) {
            copy = key.clone();
        }

        @Override
        public byte[] read() {
            byte[] only = copy;
            if (only == null) {
                throw new IllegalStateException("a codec was built with this key already; take another builder");
            }
            copy = null;
            return only;
        }
    }

    private final KeySource keySource;
    private @Nullable Identity identity;
    @Nullable
    Inet4Address address;
    Algorithms algorithms = Algorithms.STRONG;
    InstantSource clock = Clock.systemUTC();
    SecureRandom random = new SecureRandom();
    int replayCapacity = ReplayStore.DEFAULT_CAPACITY;
    @Nullable
    Instant acceptFrom;

    MungeCodecBuilder(KeySource keySource) {
        this.keySource = keySource;
    }

    /** Who makes credentials and who decodes them. Default: the process's effective user and its groups. */
    public MungeCodecBuilder identity(Identity who) {
        identity = who;
        return this;
    }

    /** The address of this host that credentials carry, for information only. Default: none. */
    public MungeCodecBuilder address(Inet4Address host) {
        address = host;
        return this;
    }

    /**
     * The ciphers that are accepted in credentials, and that they may be made with. Default: AES128 and AES256. Others are
     * weak, and NONE lets everybody read the payload.
     *
     * @param allowed at least one
     */
    public MungeCodecBuilder ciphers(Set<Cipher> allowed) {
        algorithms = new Algorithms(allowed, algorithms.macs(), algorithms.zips());
        return this;
    }

    /**
     * The MACs that are accepted in credentials, and that they may be made with. Default: SHA256 and SHA512. The others are
     * weak.
     *
     * @param allowed at least one
     */
    public MungeCodecBuilder macs(Set<Mac> allowed) {
        algorithms = new Algorithms(algorithms.ciphers(), allowed, algorithms.zips());
        return this;
    }

    /**
     * The compressions that are accepted in credentials, and that they may be made with. Default: all. Nothing is
     * decompressed before it is authenticated.
     *
     * @param allowed any; NONE is always among them, for what would not become shorter is not compressed
     */
    public MungeCodecBuilder zips(Set<Zip> allowed) {
        Set<Zip> all = EnumSet.of(Zip.NONE);
        all.addAll(allowed);
        algorithms = new Algorithms(algorithms.ciphers(), algorithms.macs(), all);
        return this;
    }

    /** What time it is. Default: the system's clock. */
    public MungeCodecBuilder clock(InstantSource source) {
        clock = source;
        return this;
    }

    /** Where salts and initialization vectors come from. Default: the platform's. */
    public MungeCodecBuilder random(SecureRandom source) {
        random = source;
        return this;
    }

    /**
     * How many decoded credentials are kept at most while they are good. Default 262144, some 30 MB when it is full: with
     * the usual ttl of 300 s that is 870 credentials a second. When it is full, new ones are refused. One user's may take a
     * quarter of it, or 1024 if that is more.
     *
     * @param credentials at least 1
     */
    public MungeCodecBuilder replayCapacity(int credentials) {
        if (credentials < 1) {
            throw new IllegalArgumentException("replayCapacity " + credentials + " is less than 1");
        }
        replayCapacity = credentials;
        return this;
    }

    /**
     * Credentials that were made before are refused, by the clock of the host that made them. Default: the moment of
     * {@link #build}. An earlier moment is safe only if nothing can have decoded credentials with this key since, or if
     * none of them matter. A later one keeps out also what an earlier codec decoded that came from a host whose clock is
     * ahead, by as much as it is later.
     */
    public MungeCodecBuilder acceptFrom(Instant moment) {
        acceptFrom = moment;
        return this;
    }

    /**
     * Reads the key.
     *
     * @throws IllegalStateException if the key is an array's, and has been used
     * @throws IOException if the key file cannot be read or is not kept as a secret, or if the process does not know who it
     *                     is; says what to do
     */
    public MungeCodec build() throws IOException {
        Identity process = identity;
        Identity who = process == null ? Identity.ofProcess() : process;
        byte[] shared = keySource.read();
        try {
            return new MungeCodec(MungeKey.of(shared), who, this);
        } finally {
            Arrays.fill(shared, (byte) 0);
        }
    }
}
