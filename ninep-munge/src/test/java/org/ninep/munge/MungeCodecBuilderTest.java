package org.ninep.munge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.ninep.munge.Samples.HELLO;
import static org.ninep.munge.Samples.JOE;
import static org.ninep.munge.Samples.NOW;
import static org.ninep.munge.Samples.ascii;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class MungeCodecBuilderTest {
    private static MungeCodecBuilder withKey(byte[] key) {
        return MungeCodec.builder(key).identity(JOE).acceptFrom(Instant.EPOCH).clock(InstantSource.fixed(NOW));
    }

    @Test
    void doesNotNeedTheCallersKeyOnceItHasABuilderAndLeavesItAlone() throws IOException {
        byte[] key = ascii("a key that has thirty-two bytes.");
        byte[] wiped = key.clone();
        MungeCodecBuilder builder = withKey(wiped);
        Arrays.fill(wiped, (byte) 0);
        try (MungeCodec one = builder.build(); MungeCodec other = withKey(key).build()) {
            assertEquals(1000, other.decode(one.encode(EncodeOptions.DEFAULT, HELLO)).uid());
        }
        assertArrayEquals(ascii("a key that has thirty-two bytes."), key);
        assertThrows(IllegalStateException.class, builder::build);
    }

    @Test
    void wantsAKeyOf32BytesAndARoomForCredentials() {
        assertThrows(IllegalArgumentException.class, () -> MungeCodec.builder(new byte[31]));
        assertThrows(IllegalArgumentException.class, () -> MungeCodec.builder(new byte[32]).replayCapacity(0));
        assertThrows(IllegalArgumentException.class,
                () -> MungeCodec.builder(new byte[32]).ciphers(EnumSet.noneOf(Cipher.class)));
    }

    @Test
    void isTheProcesssUserUnlessToldOtherwise() throws IOException {
        try (MungeCodec process = MungeCodec.builder(Samples.KEY).acceptFrom(Instant.EPOCH).build()) {
            Credential credential = process.decode(process.encode(EncodeOptions.DEFAULT, HELLO));
            assertEquals(Identity.ofProcess().uid(), credential.uid());
            assertEquals(Identity.ofProcess().gid(), credential.gid());
        }
    }
}
