package org.ninep.munge;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes and checks credentials with the key file itself, where no munged runs. It speaks version 3 of MUNGE's credentials, as
 * munged does, and is stricter:
 *
 * <ul>
 * <li>Only strong algorithms are used, unless the builder allows others: AES-128 and AES-256 with SHA-256 and SHA-512.
 * <li>A credential is decoded once. Those that were decoded are kept in memory until they expire, a bounded number of
 * them; when there is no room, new ones are refused.
 * <li>Credentials made before this codec was built are refused, for an earlier one may have decoded them. What counts is the
 * clock of the host that made them, in whole seconds. So one from a host whose clock is ahead by some seconds may be decoded
 * again within that time of a restart; one from a host whose clock is behind is refused for as long after it, and so is every
 * other codec's in the rest of the second in which this one is built. {@link MungeCodecBuilder#acceptFrom} moves the bound.
 * <li>A realm, and anything behind the payload, is refused.
 * </ul>
 *
 * <p>
 * A codec that shares its key with others does not know what they have decoded. Keep one in a process, and close it to
 * wipe the key. (Copies within the JDK's and Bouncy Castle's own objects are left to the garbage collector.)
 *
 * <p>
 * Thread-safe.
 */
public final class MungeCodec implements Munge, AutoCloseable {
    /** The longest credential that is decoded, in bytes: what fits into a request to munged. */
    public static final int MAX_CREDENTIAL_BYTES = (1 << 20) - 5;
    /** The longest payload, in bytes: what fits into a request to munged. The credential must not become too long either. */
    public static final int MAX_PAYLOAD_BYTES = (1 << 20) - 20;

    static final Duration DEFAULT_TTL = Duration.ofMinutes(5);

    private static final String HERE = "MUNGE";
    private static final int MOST_MADE_EARLY = 1024;
    private static final long MAX_TIME = 0xFFFF_FFFFL;

    private final MungeKey key;
    private final Identity identity;
    private final Optional<InetAddress> address;
    private final Algorithms algorithms;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Instant acceptFrom;
    private final ReplayStore replays;
    /** MACs of credentials that were made here before acceptFrom, as in the second of the start: nobody can have decoded them. */
    private final Set<ByteBuffer> madeEarly = ConcurrentHashMap.newKeySet();

    MungeCodec(MungeKey key, Identity identity, MungeCodecBuilder builder) {
        this.key = key;
        this.identity = identity;
        this.address = Optional.ofNullable(builder.address);
        this.algorithms = builder.algorithms;
        this.clock = builder.clock;
        this.random = builder.random;
        this.acceptFrom = builder.acceptFrom == null ? clock.instant() : builder.acceptFrom;
        this.replays = new ReplayStore(builder.replayCapacity);
    }

    /**
     * With the key in a file, as munged has it. The file must be regular, no symbolic link, of 32 bytes to 64 KiB, owned by
     * this process's user or by root, closed to its group and to others, in directories that only these can write to.
     *
     * @param keyFile read by {@link MungeCodecBuilder#build}. munged's own, {@code /etc/munge/munge.key}, belongs to the user
     *            {@code munge} on most hosts, so other users, root among them, need a copy of theirs
     */
    public static MungeCodecBuilder builder(Path keyFile) {
        return new MungeCodecBuilder(() -> KeyFile.read(keyFile, Identity.ofProcess().uid()));
    }

    /**
     * With a key from elsewhere.
     *
     * @param key all the bytes of a key file, at least 32; copied at once, so it may be wiped. The copy is wiped by
     *            {@link MungeCodecBuilder#build}, which makes one codec of such a builder
     */
    public static MungeCodecBuilder builder(byte[] key) {
        if (key.length < KeyFile.MIN_BYTES) {
            throw new IllegalArgumentException(
                    "a key has at least " + KeyFile.MIN_BYTES + " bytes, and this has " + key.length);
        }
        return new MungeCodecBuilder(new MungeCodecBuilder.GivenKey(key));
    }

    @Override
    public byte[] encode(EncodeOptions wanted, byte[] payload) throws MungeException {
        if (payload.length > MAX_PAYLOAD_BYTES) {
            throw tooLong("a payload of " + payload.length + " bytes", MAX_PAYLOAD_BYTES);
        }
        Cipher cipher = wanted.cipher().orElseGet(algorithms::usualCipher);
        Mac mac = wanted.mac().orElseGet(algorithms::usualMac);
        Zip zip = wanted.zip().orElse(Zip.NONE);
        Outer.checkTogether(cipher, mac);
        algorithms.check(cipher, mac, zip);
        byte[] salt = new byte[Long.BYTES];
        random.nextBytes(salt);
        long ttl = wanted.ttl().orElse(DEFAULT_TTL).toSeconds();
        long made = now();
        Inner inner = new Inner(ByteBuffer.wrap(salt).getLong(), address, made, ttl, identity.uid(),
                identity.gid(), wanted.authUid().orElse(Inner.ANY), wanted.authGid().orElse(Inner.ANY),
                ByteBuffer.wrap(payload));
        byte[] plain = inner.encode();
        byte[] packed = payload.length == 0 ? plain : Compression.compress(zip, plain);
        boolean shorter = packed.length < plain.length;
        byte[] iv = new byte[cipher.blockBytes()];
        random.nextBytes(iv);
        Outer outer = new Outer(cipher, mac, shorter ? zip : Zip.NONE, iv);
        try {
            return seal(outer, shorter ? packed : plain, made);
        } finally {
            wipe(plain);
            wipe(packed);
        }
    }

    private byte[] seal(Outer outer, byte[] inner, long made) throws MungeException {
        byte[] open = outer.encode();
        byte[] mac = Crypto.hmac(outer.mac(), key.macKey(), open, inner, inner.length);
        byte[] sealed = outer.cipher() == Cipher.NONE
                ? inner.clone()
                : Crypto.encrypt(outer.cipher(), outer.mac(), key, mac, outer.iv(), inner);
        byte[] whole = ByteBuffer.allocate(open.length + mac.length + sealed.length).put(open).put(mac).put(sealed)
                .array();
        try {
            if (Armor.length(whole.length) > MAX_CREDENTIAL_BYTES) {
                throw tooLong("a credential of " + Armor.length(whole.length) + " bytes", MAX_CREDENTIAL_BYTES);
            }
            if (Instant.ofEpochSecond(made).isBefore(acceptFrom) && madeEarly.size() < MOST_MADE_EARLY) {
                madeEarly.add(ByteBuffer.wrap(mac));
            }
            return Armor.close(whole);
        } finally {
            wipe(sealed);
            wipe(whole);
        }
    }

    /** Checks in munged's order: text, outer part, MAC, inner part, user and group, time, replay. */
    @Override
    public Credential decode(byte[] credential) throws MungeException {
        if (credential.length > MAX_CREDENTIAL_BYTES) {
            throw tooLong("a credential of " + credential.length + " bytes", MAX_CREDENTIAL_BYTES);
        }
        ByteBuffer whole = ByteBuffer.wrap(Armor.open(credential));
        try {
            Outer outer = Outer.decode(whole);
            algorithms.check(outer.cipher(), outer.mac(), outer.zip());
            byte[] mac = outer.decodeMac(whole);
            byte[] sealed = new byte[whole.remaining()];
            whole.get(sealed);
            return check(outer, mac, open(outer, mac, sealed));
        } finally {
            wipe(whole.array());
        }
    }

    /**
     * Decrypts and authenticates. It says the same whether the padding or the MAC is wrong, and makes a MAC in both cases; how
     * long that takes depends on the length of the padding, within a block of the hash.
     */
    private byte[] open(Outer outer, byte[] mac, byte[] sealed) throws MungeException {
        Cipher cipher = outer.cipher();
        if (cipher == Cipher.NONE) {
            byte[] right = Crypto.hmac(outer.mac(), key.macKey(), outer.encode(), sealed, sealed.length);
            if (!MessageDigest.isEqual(right, mac)) {
                throw Refusals.invalid(HERE);
            }
            return sealed;
        }
        if (sealed.length == 0 || sealed.length % cipher.blockBytes() != 0) {
            throw Refusals.invalid(HERE);
        }
        byte[] padded = Crypto.decrypt(cipher, outer.mac(), key, mac, outer.iv(), sealed);
        try {
            int padding = Crypto.padding(padded, cipher.blockBytes());
            int length = padded.length - padding;
            byte[] right = Crypto.hmac(outer.mac(), key.macKey(), outer.encode(), padded, length);
            boolean same = MessageDigest.isEqual(right, mac);
            if (!same || padding == 0) {
                throw Refusals.invalid(HERE);
            }
            return Arrays.copyOf(padded, length);
        } finally {
            wipe(padded);
        }
    }

    private Credential check(Outer outer, byte[] mac, byte[] packed) throws MungeException {
        byte[] plain = packed;
        try {
            plain = Compression.decompress(outer.zip(), packed, MAX_PAYLOAD_BYTES + Inner.OVERHEAD);
            Inner inner = Inner.decode(plain);
            if ((inner.authUid() != Inner.ANY && inner.authUid() != identity.uid())
                    || (inner.authGid() != Inner.ANY && !identity.isMember(inner.authGid()))) {
                throw Refusals.unauthorized(identity.toString());
            }
            return checkTime(outer, mac, inner);
        } finally {
            wipe(packed);
            wipe(plain);
        }
    }

    private Credential checkTime(Outer outer, byte[] mac, Inner inner) throws MungeException {
        long now = now();
        long ttl = Math.min(inner.ttl(), EncodeOptions.LONGEST_TTL.toSeconds());
        Credential credential = inner.credential(outer, now, ttl);
        Refusals.requireGood(HERE, credential, credential.ttl());
        if (credential.encodeTime().isBefore(acceptFrom) && !madeEarly.contains(ByteBuffer.wrap(mac))) {
            throw Refusals.replayed(HERE,
                    "it was made at " + credential.encodeTime() + ", before this verifier began at "
                            + acceptFrom
                            + ", so an earlier one may have decoded it. Make a new one, a second later; if that is refused too, the clock of the"
                            + " host that makes it is behind: synchronize it",
                    credential);
        }
        replays.use(HERE, mac, credential);
        return credential;
    }

    private long now() throws MungeException {
        long now = clock.instant().getEpochSecond();
        if (now < 0 || now > MAX_TIME) {
            throw new MungeException(MungeError.SNAFU,
                    "the clock says " + clock.instant() + ", which a credential cannot; set it");
        }
        return now;
    }

    private static MungeException tooLong(String what, int longest) {
        return new MungeException(MungeError.BAD_LENGTH, what + " is too long; at most " + longest + " are accepted");
    }

    private static void wipe(byte[] secret) {
        Arrays.fill(secret, (byte) 0);
    }

    /** Wipes the keys; what is called afterwards throws {@link IllegalStateException}. */
    @Override
    public void close() {
        key.close();
    }
}
