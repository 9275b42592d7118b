package org.ninep.munge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;

/** What the tests of this package share. */
final class Samples {
    /** When the vectors were made. */
    static final Instant NOW = Instant.ofEpochSecond(1_795_465_414);
    static final Identity JOE = new Identity(1000, 1000);
    static final byte[] KEY = Vectors.good("default").key();
    static final byte[] HELLO = ascii("hello");

    private Samples() {}

    /** A clock that a test sets. */
    static final class SetClock implements InstantSource {
        private volatile Instant now = NOW;

        @Override
        public Instant instant() {
            return now;
        }

        void set(Instant to) {
            now = to;
        }

        void advance(Duration step) {
            now = now.plus(step);
        }
    }

    /** Gives the bytes that a test names, one after the other. */
    static final class SetRandom extends SecureRandom {
        private static final long serialVersionUID = 1;

        private final transient ByteBuffer bytes;

        SetRandom(byte[]... parts) {
            this.bytes = ByteBuffer.wrap(join(parts));
        }

        @Override
        public void nextBytes(byte[] out) {
            bytes.get(out);
        }
    }

    /** One of the 66 combinations that munged takes. */
    record Combination(Cipher cipher, Mac mac, Zip zip) {
        EncodeOptions options() {
            return EncodeOptions.DEFAULT.withCipher(cipher).withMac(mac).withZip(zip);
        }
    }

    static List<Combination> combinations() {
        List<Combination> all = new ArrayList<>();
        for (Cipher cipher : Cipher.values()) {
            for (Mac mac : Mac.values()) {
                for (Zip zip : Zip.values()) {
                    if (mac.bytes() >= cipher.keyBytes()) {
                        all.add(new Combination(cipher, mac, zip));
                    }
                }
            }
        }
        assertEquals(66, all.size());
        return all;
    }

    /** Joe's, at the vectors' time, with any algorithm and the key of the vectors. */
    static MungeCodecBuilder anyAlgorithm() {
        return builder().ciphers(EnumSet.allOf(Cipher.class)).macs(EnumSet.allOf(Mac.class));
    }

    /** Joe's, at the vectors' time, with the key of the vectors. */
    static MungeCodecBuilder builder() {
        return MungeCodec.builder(KEY).clock(InstantSource.fixed(NOW)).identity(JOE).acceptFrom(Instant.EPOCH);
    }

    static MungeCodec built(MungeCodecBuilder builder) {
        try {
            return builder.build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A credential around any outer and inner part, with a right MAC by the key of the vectors. */
    static byte[] forge(Outer outer, byte[] inner) {
        try (MungeKey key = MungeKey.of(KEY)) {
            byte[] mac = Crypto.hmac(outer.mac(), key.macKey(), outer.encode(), inner, inner.length);
            byte[] sealed = outer.cipher() == Cipher.NONE
                    ? inner
                    : Crypto.encrypt(outer.cipher(), outer.mac(), key, mac, outer.iv(), inner);
            return Armor.close(join(outer.encode(), mac, sealed));
        }
    }

    /** Everything by default, not compressed. */
    static byte[] forge(byte[] inner) {
        return forge(new Outer(Cipher.AES128, Mac.SHA256, Zip.NONE, new byte[16]), inner);
    }

    /** Joe's inner part. */
    static Inner inner(long encodeTime, long ttl, byte[] payload) {
        return new Inner(1, Inner.address(new byte[0]), encodeTime, ttl, 1000, 1000, Inner.ANY, Inner.ANY,
                ByteBuffer.wrap(payload));
    }

    /** Asserts that a credential is refused with an error whose message says a few things. */
    static MungeException assertRefused(MungeError error, Munge by, byte[] credential, String... says) {
        MungeException e = assertThrows(MungeException.class, () -> by.decode(credential));
        return assertSays(error, e, says);
    }

    static MungeException assertSays(MungeError error, MungeException e, String... says) {
        assertEquals(error, e.error(), e.getMessage());
        for (String part : says) {
            if (!String.valueOf(e.getMessage()).contains(part)) {
                throw new AssertionError("\"" + part + "\" is not in: " + e.getMessage());
            }
        }
        return e;
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    static byte[] join(byte[]... parts) {
        byte[] all = new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        ByteBuffer to = ByteBuffer.wrap(all);
        for (byte[] part : parts) {
            to.put(part);
        }
        return all;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
