package org.ninep.munge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ninep.munge.Samples.built;
import static org.ninep.munge.Samples.forge;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever is decoded: a credential or a MungeException, and no more memory than its length explains. */
class MungeCodecPropertyTest {
    /** The decoder of bzip2 takes 4 MB whatever the stream. */
    private static final long MOST_ALLOCATED = 32 << 20;

    private final MungeCodec codec = built(Samples.anyAlgorithm());

    private MungeError error(byte[] credential) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        MungeError error;
        try {
            codec.decode(credential);
            error = MungeError.SUCCESS;
        } catch (MungeException refused) {
            assertTrue(String.valueOf(refused.getMessage()).length() > 20, refused::toString);
            error = refused.error();
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < MOST_ALLOCATED, () -> allocated + " bytes allocated");
        return error;
    }

    @Property
    void refusesAnyBytes(@ForAll byte[] any) throws IOException {
        assertEquals(MungeError.BAD_CRED, error(any));
    }

    @Property
    void refusesAnyBytesInArmor(@ForAll byte[] any) throws IOException {
        assertTrue(error(Armor.close(any)) != MungeError.SUCCESS);
    }

    @Property
    void refusesAnyBytesBehindAKnownBeginning(@ForAll("combinations") Samples.Combination each, @ForAll byte[] any)
            throws IOException {
        Outer outer = new Outer(each.cipher(), each.mac(), each.zip(), new byte[each.cipher().blockBytes()]);
        MungeError error = error(Armor.close(Samples.join(outer.encode(), any)));
        assertEquals(any.length < each.mac().bytes() ? MungeError.BAD_CRED : MungeError.CRED_INVALID, error);
    }

    @Property
    void refusesACredentialOfWhichSomeBytesAreOthers(@ForAll("combinations") Samples.Combination each,
            @ForAll @Size(min = 1, max = 4) int[] places, @ForAll byte replacement) throws IOException {
        byte[] credential = codec.encode(each.options(), new byte[100]);
        byte[] mutated = credential.clone();
        for (int place : places) {
            mutated[Math.floorMod(place, mutated.length)] = replacement;
        }
        if (!Arrays.equals(credential, mutated)) {
            assertTrue(error(mutated) != MungeError.SUCCESS);
        }
    }

    /** As a holder of the key could make it. */
    @Property
    void takesAnyAuthenticInnerPartAsACredentialOrRefusesIt(@ForAll("combinations") Samples.Combination each,
            @ForAll byte[] inner) throws IOException {
        Outer outer = new Outer(each.cipher(), each.mac(), each.zip(), new byte[each.cipher().blockBytes()]);
        error(forge(outer, inner));
    }

    /** As a holder of the key could make it. */
    @Property
    void takesAnyDamagedStreamAsACredentialOrRefusesIt(@ForAll("combinations") Samples.Combination each,
            @ForAll @IntRange(min = 4) int place, @ForAll byte replacement) throws IOException {
        Outer outer = new Outer(each.cipher(), each.mac(), each.zip(), new byte[each.cipher().blockBytes()]);
        byte[] packed = Compression.compress(each.zip(),
                Samples.inner(Samples.NOW.getEpochSecond(), 300, new byte[200]).encode());
        packed[place % packed.length] = replacement;
        error(forge(outer, packed));
    }

    @Property
    void decodesWhatItMade(@ForAll("combinations") Samples.Combination each, @ForAll byte[] payload, @ForAll int uid)
            throws IOException {
        try (MungeCodec any = Samples.anyAlgorithm().identity(new Identity(uid, uid)).build()) {
            Credential credential = any.decode(any.encode(each.options(), payload));
            assertArrayEquals(payload, Samples.bytes(credential.payload()));
            assertEquals(uid, credential.uid());
        }
    }

    @Property
    void findsTheSamePaddingAsASimpleReading(@ForAll @Size(16) byte[] block, @ForAll @IntRange(max = 18) int pad,
            @ForAll boolean whole) {
        Arrays.fill(block, whole ? Math.max(0, 16 - pad) : 15, 16, (byte) pad);
        int last = block[15] & 0xFF;
        boolean right = last >= 1 && last <= 16;
        for (int i = 1; right && i <= last; i++) {
            right = block[16 - i] == last;
        }
        assertEquals(right ? last : 0, Crypto.padding(block, 16));
    }

    @Provide
    Arbitrary<Samples.Combination> combinations() {
        return Arbitraries.of(Samples.combinations());
    }
}
