package org.ninep.munge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.ninep.munge.Samples.join;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompressionTest {
    private static final int LONGEST = 5000;

    private static void assertRefused(Zip zip, byte[] compressed, String says) {
        MungeException e = assertThrows(MungeException.class, () -> Compression.decompress(zip, compressed, LONGEST));
        Samples.assertSays(MungeError.CRED_INVALID, e, "authentic, but malformed", says);
    }

    @ParameterizedTest
    @EnumSource(names = {"ZLIB", "BZLIB"})
    void takesWhatIsOfTheLengthThatItClaims(Zip zip) throws MungeException {
        byte[] longest = new byte[LONGEST];
        new Random(1).nextBytes(longest);
        assertArrayEquals(longest, Compression.decompress(zip, Compression.compress(zip, longest), LONGEST));
        assertEquals(1, Compression.decompress(zip, Compression.compress(zip, new byte[1]), LONGEST).length);
    }

    @ParameterizedTest
    @EnumSource(names = {"ZLIB", "BZLIB"})
    void refusesABombByTheLengthThatItClaimsAndByTheOneThatItHas(Zip zip) {
        byte[] bomb = Compression.compress(zip, new byte[10_000_000]);
        assertRefused(zip, bomb, "10000000 bytes");
        assertRefused(zip, ByteBuffer.wrap(bomb.clone()).putInt(4, -1).array(), "4294967295 bytes");
        assertRefused(zip, ByteBuffer.wrap(bomb.clone()).putInt(4, LONGEST).array(), "not of the 5000 bytes");
    }

    @ParameterizedTest
    @EnumSource(names = {"ZLIB", "BZLIB"})
    void refusesAnotherLengthAndAnythingBehindTheStream(Zip zip) {
        byte[] compressed = Compression.compress(zip, new byte[1000]);
        for (int claim : new int[]{0, 1, 999, 1001}) {
            assertRefused(zip, ByteBuffer.wrap(compressed.clone()).putInt(4, claim).array(), "not of the");
        }
        assertRefused(zip, join(compressed, new byte[1]), "more follows");
    }

    @ParameterizedTest
    @EnumSource(names = {"ZLIB", "BZLIB"})
    void refusesWhatIsCutOffOrDamaged(Zip zip) {
        byte[] compressed = Compression.compress(zip, new byte[1000]);
        for (int length = 0; length < compressed.length; length++) {
            assertRefused(zip, Arrays.copyOf(compressed, length), "");
        }
        compressed[0] = 0;
        assertRefused(zip, compressed, "CACACACA");
    }
}
