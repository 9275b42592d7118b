package org.ninep.munge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ninep.munge.Samples.HELLO;
import static org.ninep.munge.Samples.JOE;
import static org.ninep.munge.Samples.NOW;
import static org.ninep.munge.Samples.ascii;
import static org.ninep.munge.Samples.assertRefused;
import static org.ninep.munge.Samples.assertSays;
import static org.ninep.munge.Samples.built;
import static org.ninep.munge.Samples.bytes;
import static org.ninep.munge.Samples.forge;
import static org.ninep.munge.Samples.inner;
import static org.ninep.munge.Samples.join;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class MungeCodecTest {
    private static final long TIME = NOW.getEpochSecond();

    private final Samples.SetClock clock = new Samples.SetClock();
    private final MungeCodec codec = built(Samples.anyAlgorithm().clock(clock));

    @AfterEach
    void close() {
        codec.close();
    }

    static List<Samples.Combination> combinations() {
        return Samples.combinations();
    }

    private byte[] made(EncodeOptions options) throws MungeException {
        return codec.encode(options, HELLO);
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void decodesWhatItMadeWithEveryCombinationOfAlgorithms(Samples.Combination each) throws IOException {
        byte[] payload = ascii("all work and no play makes jack a dull boy ".repeat(30));
        EncodeOptions options = each.options().withTtl(Duration.ofSeconds(17)).withAuthUid(1000).withAuthGid(1000);
        Credential credential = codec.decode(codec.encode(options, payload));
        assertEquals(new Credential(each.cipher(), each.mac(), each.zip(), Optional.empty(), NOW, NOW,
                Duration.ofSeconds(17), 1000, 1000, OptionalInt.of(1000), OptionalInt.of(1000),
                ByteBuffer.wrap(payload)), credential);
    }

    static Stream<Samples.Combination> oneOfEachCipher() {
        return Samples.combinations().stream().filter(each -> each.mac() == Mac.SHA256 && each.zip() == Zip.NONE);
    }

    @ParameterizedTest
    @MethodSource("oneOfEachCipher")
    void refusesEveryCredentialOfWhichABitIsFlipped(Samples.Combination each) throws IOException {
        byte[] credential = made(each.options());
        for (int bit = 0; bit < credential.length * 8; bit++) {
            byte[] flipped = credential.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows(MungeException.class, () -> codec.decode(flipped),
                    () -> new String(flipped, StandardCharsets.ISO_8859_1));
        }
        assertEquals(1000, codec.decode(credential).uid());
    }

    @ParameterizedTest
    @EnumSource
    void doesNotCompressWhatDoesNotBecomeShorter(Zip zip) throws IOException {
        for (byte[] payload : List.of(new byte[0], new byte[]{1, 2})) {
            assertEquals(Zip.NONE, codec.decode(codec.encode(EncodeOptions.DEFAULT.withZip(zip), payload)).zip());
        }
    }

    @Test
    void usesMungedsDefaults() throws IOException {
        try (MungeCodec usual = Samples.builder().build()) {
            Credential credential = usual.decode(usual.encode(EncodeOptions.DEFAULT, new byte[0]));
            assertEquals(List.of(Cipher.AES128, Mac.SHA256, Zip.NONE, Duration.ofMinutes(5)),
                    List.of(credential.cipher(), credential.mac(), credential.zip(), credential.ttl()));
        }
    }

    // Algorithms.

    @ParameterizedTest
    @MethodSource("combinations")
    void allowsStrongAlgorithmsOnlyUnlessToldOtherwise(Samples.Combination each) throws IOException {
        try (MungeCodec strict = Samples.builder().build()) {
            byte[] credential = made(each.options());
            boolean strongCipher = each.cipher() == Cipher.AES128 || each.cipher() == Cipher.AES256;
            boolean strongMac = each.mac() == Mac.SHA256 || each.mac() == Mac.SHA512;
            if (strongCipher && strongMac) {
                assertEquals(1000, strict.decode(credential).uid());
            } else {
                MungeError error = strongCipher ? MungeError.BAD_MAC : MungeError.BAD_CIPHER;
                String named = strongCipher ? each.mac().name() : each.cipher().name();
                assertRefused(error, strict, credential, named + " is not allowed here, only [", "allow it");
                assertSays(error,
                        assertThrows(MungeException.class, () -> strict.encode(each.options(), new byte[0])), named);
            }
        }
    }

    @Test
    void prefersTheStrongestAlgorithmsWhereMungedsAreNotAllowed() throws IOException {
        try (MungeCodec strict = Samples.builder().ciphers(Set.of(Cipher.AES256, Cipher.CAST5)).macs(Set.of(Mac.SHA512))
                .zips(Set.of()).build()) {
            Credential credential = strict.decode(strict.encode(EncodeOptions.DEFAULT, HELLO));
            assertEquals(List.of(Cipher.AES256, Mac.SHA512), List.of(credential.cipher(), credential.mac()));
            assertRefused(MungeError.BAD_ZIP, strict,
                    codec.encode(new Samples.Combination(Cipher.AES256, Mac.SHA512, Zip.ZLIB).options(),
                            new byte[1000]),
                    "ZLIB is not allowed");
        }
    }

    @Test
    void refusesAMacThatIsShorterThanTheCiphersKey() throws IOException {
        Outer outer = new Outer(Cipher.AES256, Mac.SHA1, Zip.NONE, new byte[16]);
        byte[] credential = Armor.close(join(outer.encode(), new byte[20], new byte[48]));
        assertRefused(MungeError.BAD_MAC, codec, credential, "at least 32");
        assertThrows(IllegalArgumentException.class, () -> EncodeOptions.DEFAULT.withCipher(Cipher.AES256).withMac(
                Mac.SHA1));
        try (MungeCodec weak = Samples.anyAlgorithm().macs(Set.of(Mac.MD5)).build()) {
            EncodeOptions options = EncodeOptions.DEFAULT.withCipher(Cipher.AES256);
            assertSays(MungeError.BAD_MAC, assertThrows(MungeException.class, () -> weak.encode(options, HELLO)),
                    "at least 32");
        }
    }

    // Time.

    @Test
    void acceptsACredentialForItsTtlBeforeAndAfterItWasMade() throws IOException {
        EncodeOptions options = EncodeOptions.DEFAULT.withTtl(Duration.ofSeconds(60));
        byte[] late = made(options);
        byte[] early = made(options);
        clock.set(NOW.plusSeconds(61));
        MungeException expired = assertRefused(MungeError.CRED_EXPIRED, codec, late, NOW.toString(),
                NOW.plusSeconds(61).toString(), "for 60 s", "1 s after its end", "synchronize");
        assertEquals(List.of(NOW, NOW.plusSeconds(61)),
                expired.credential().map(it -> List.of(it.encodeTime(), it.decodeTime())).orElseThrow());
        clock.set(NOW.plusSeconds(60));
        codec.decode(late);
        clock.set(NOW.minusSeconds(61));
        MungeException rewound = assertRefused(MungeError.CRED_REWOUND, codec, early, NOW.toString(),
                NOW.minusSeconds(61).toString(), "61 s before", "synchronize");
        assertEquals(List.of(NOW, NOW.minusSeconds(61)),
                rewound.credential().map(it -> List.of(it.encodeTime(), it.decodeTime())).orElseThrow());
    }

    @Test
    void acceptsACredentialFromAClockThatIsAheadByNoMoreThanItsTtl() throws IOException {
        byte[] early = made(EncodeOptions.DEFAULT.withTtl(Duration.ofSeconds(60)));
        clock.set(NOW.minusSeconds(60));
        assertEquals(Duration.ofSeconds(60), codec.decode(early).ttl());
    }

    @Test
    void capsTheTtlOfCredentialsAtAnHour() throws IOException {
        byte[] day = forge(inner(TIME, 86_400, HELLO).encode());
        byte[] ever = forge(inner(TIME, 0xFFFF_FFFFL, HELLO).encode());
        clock.set(NOW.plusSeconds(3601));
        assertRefused(MungeError.CRED_EXPIRED, codec, day, "for 3600 s");
        clock.set(NOW.plusSeconds(3600));
        assertEquals(Duration.ofHours(1), codec.decode(day).ttl());
        assertEquals(Duration.ofHours(1), codec.decode(ever).ttl());
    }

    @Test
    void takesTimesAsUnsigned() throws IOException {
        Instant last = Instant.ofEpochSecond(0xFFFF_FFFFL);
        clock.set(last);
        assertEquals(last, codec.decode(made(EncodeOptions.DEFAULT)).encodeTime());
        for (Instant beyond : List.of(last.plusSeconds(1), Instant.EPOCH.minusSeconds(1))) {
            clock.set(beyond);
            assertSays(MungeError.SNAFU, assertThrows(MungeException.class, () -> made(EncodeOptions.DEFAULT)),
                    beyond.toString());
        }
    }

    // Who may decode.

    @ParameterizedTest
    @ValueSource(ints = {0, 1001, -2})
    void aCredentialForOneUserIsForThatUserAlone(int other) throws IOException {
        byte[] credential = made(EncodeOptions.DEFAULT.withAuthUid(1000));
        try (MungeCodec others = Samples.builder().identity(new Identity(other, 1000)).build()) {
            MungeException e = assertRefused(MungeError.CRED_UNAUTHORIZED, others, credential,
                    "uid " + Integer.toUnsignedString(other), "root is not exempt");
            assertTrue(e.credential().isEmpty());
        }
        codec.decode(credential);
    }

    @Test
    void aCredentialForOneGroupIsForItsMembers() throws IOException {
        byte[] credential = made(EncodeOptions.DEFAULT.withAuthGid(50));
        assertRefused(MungeError.CRED_UNAUTHORIZED, codec, credential);
        for (Identity member : List.of(new Identity(0, 50), new Identity(0, 0, Set.of(7, 50)))) {
            try (MungeCodec members = Samples.builder().identity(member).build()) {
                assertEquals(1000, members.decode(credential).uid());
            }
        }
    }

    // Replay.

    @Test
    void refusesACredentialThatWasDecodedBefore() throws IOException {
        byte[] credential = made(EncodeOptions.DEFAULT);
        codec.decode(credential);
        MungeException e = assertRefused(MungeError.CRED_REPLAYED, codec, credential, "decoded before",
                "Make a new one");
        assertEquals(1000, e.credential().orElseThrow().uid());
        String text = new String(credential, StandardCharsets.US_ASCII);
        assertRefused(MungeError.CRED_REPLAYED, codec, ascii(" \n" + text.replace("w", "w\r\n\t") + "\0rest"));
    }

    @Test
    void neverAcceptsACredentialTwiceHoweverTheClockGoes() throws IOException {
        byte[] credential = made(EncodeOptions.DEFAULT.withTtl(Duration.ofSeconds(60)));
        codec.decode(credential);
        clock.set(NOW.plusSeconds(60));
        assertRefused(MungeError.CRED_REPLAYED, codec, credential);
        clock.set(NOW.plusSeconds(61));
        assertRefused(MungeError.CRED_EXPIRED, codec, credential);
        codec.decode(made(EncodeOptions.DEFAULT));
        clock.set(NOW);
        assertRefused(MungeError.CRED_REPLAYED, codec, credential, "clock here went back");
    }

    @Test
    void refusesCredentialsThatWereMadeBeforeItWasBuilt() throws IOException {
        byte[] before = made(EncodeOptions.DEFAULT);
        clock.set(NOW.plusMillis(1));
        byte[] inTheSameSecond = made(EncodeOptions.DEFAULT);
        try (MungeCodec later = MungeCodec.builder(Samples.KEY).clock(clock).identity(JOE).build()) {
            clock.set(NOW.plusSeconds(1));
            byte[] after = made(EncodeOptions.DEFAULT);
            assertRefused(MungeError.CRED_REPLAYED, later, before, "before this verifier began");
            assertRefused(MungeError.CRED_REPLAYED, later, inTheSameSecond);
            assertEquals(1000, later.decode(after).uid());
        }
    }

    @Test
    void decodesItsOwnInTheSecondInWhichItIsBuilt() throws IOException {
        clock.set(NOW.plusMillis(1));
        try (MungeCodec fresh = MungeCodec.builder(Samples.KEY).clock(clock).identity(JOE).build()) {
            byte[] own = fresh.encode(EncodeOptions.DEFAULT, HELLO);
            assertEquals(1000, fresh.decode(own).uid());
            assertRefused(MungeError.CRED_REPLAYED, fresh, own, "decoded before");
            assertRefused(MungeError.CRED_REPLAYED, fresh, made(EncodeOptions.DEFAULT), "a second later", "clock");
        }
    }

    @Test
    void keepsFewOfItsOwnThatWereMadeTooEarly() throws IOException {
        try (MungeCodec late = Samples.builder().clock(clock).acceptFrom(NOW.plusSeconds(9)).build()) {
            byte[] last = {};
            for (int i = 0; i < 1024; i++) {
                last = late.encode(EncodeOptions.DEFAULT, HELLO);
            }
            byte[] tooMany = late.encode(EncodeOptions.DEFAULT, HELLO);
            assertEquals(1000, late.decode(last).uid());
            assertRefused(MungeError.CRED_REPLAYED, late, tooMany, "before this verifier began");
        }
    }

    @Test
    void refusesNewCredentialsWhenItCannotKeepMore() throws IOException {
        try (MungeCodec small = Samples.builder().clock(clock).replayCapacity(2).build()) {
            byte[] third = made(EncodeOptions.DEFAULT);
            small.decode(made(EncodeOptions.DEFAULT.withTtl(Duration.ofSeconds(10))));
            small.decode(made(EncodeOptions.DEFAULT));
            assertRefused(MungeError.NO_MEMORY, small, third, "2 credentials", "replayCapacity");
            clock.advance(Duration.ofSeconds(11));
            small.decode(third);
            assertRefused(MungeError.NO_MEMORY, small, made(EncodeOptions.DEFAULT));
        }
    }

    @Test
    void ofManyThreadsWithTheSameCredentialOneWins() throws Exception {
        for (int round = 0; round < 50; round++) {
            byte[] credential = made(EncodeOptions.DEFAULT);
            Callable<MungeError> decode = () -> {
                try {
                    codec.decode(credential);
                    return MungeError.SUCCESS;
                } catch (MungeException e) {
                    return e.error();
                }
            };
            try (var threads = Executors.newFixedThreadPool(8)) {
                List<MungeError> results = threads.invokeAll(Collections.nCopies(8, decode)).stream()
                        .map(each -> each.resultNow()).sorted().toList();
                assertEquals(MungeError.SUCCESS, results.getFirst());
                assertEquals(Set.of(MungeError.CRED_REPLAYED), new HashSet<>(results.subList(1, 8)));
            }
        }
    }

    // Malformed, though authentic.

    @Test
    void refusesAnInnerPartThatIsNotExactlyWhatItSays() {
        byte[] inner = inner(TIME, 300, HELLO).encode();
        assertRefused(MungeError.BAD_CRED, codec, forge(join(inner, new byte[1])), "5 bytes, and has 6");
        for (int length = 0; length < inner.length; length++) {
            assertRefused(MungeError.BAD_CRED, codec, forge(Arrays.copyOf(inner, length)), "authentic, but malformed");
        }
        inner[8] = 16;
        assertRefused(MungeError.BAD_CRED, codec, forge(inner), "16 bytes instead of 0 or 4");
    }

    @Test
    void wrongPaddingAndAWrongMacLookTheSame() throws IOException {
        byte[] raw = Armor.open(made(EncodeOptions.DEFAULT));
        Set<String> messages = new HashSet<>();
        for (int at : List.of(5 + 16, raw.length - 1, raw.length - 17)) {
            byte[] wrong = raw.clone();
            wrong[at] ^= 1;
            messages.add(String.valueOf(assertRefused(MungeError.CRED_INVALID, codec, Armor.close(wrong),
                    "same key").getMessage()));
        }
        messages.add(String.valueOf(assertRefused(MungeError.CRED_INVALID, codec,
                Armor.close(Arrays.copyOf(raw, raw.length - 1))).getMessage()));
        assertEquals(1, messages.size());
    }

    @Test
    void refusesARightMacOverAnInnerPartWithoutPadding() {
        byte[] inner = inner(TIME, 300, ascii("eleven bytes".substring(1))).encode();
        assertEquals(0, inner.length % 16);
        byte[] padded = assertDoesNotThrow(() -> Armor.open(forge(inner)));
        assertRefused(MungeError.CRED_INVALID, codec, Armor.close(Arrays.copyOf(padded, padded.length - 16)));
    }

    // Bounds.

    @Test
    void boundsPayloadsAndCredentials() throws IOException {
        byte[] longest = new byte[MungeCodec.MAX_PAYLOAD_BYTES];
        EncodeOptions zipped = EncodeOptions.DEFAULT.withZip(Zip.ZLIB);
        assertArrayEquals(longest, bytes(codec.decode(codec.encode(zipped, longest)).payload()));
        assertArrayEquals(longest,
                bytes(codec.decode(codec.encode(EncodeOptions.DEFAULT.withZip(Zip.BZLIB), longest)).payload()));
        assertSays(MungeError.BAD_LENGTH, assertThrows(MungeException.class,
                () -> codec.encode(zipped, new byte[longest.length + 1])), "payload of 1048557 bytes", "1048556");
        assertSays(MungeError.BAD_LENGTH, assertThrows(MungeException.class,
                () -> codec.encode(EncodeOptions.DEFAULT, longest)), "credential of", "at most 1048571");
        assertRefused(MungeError.BAD_LENGTH, codec, new byte[MungeCodec.MAX_CREDENTIAL_BYTES + 1]);
        assertRefused(MungeError.BAD_CRED, codec, new byte[MungeCodec.MAX_CREDENTIAL_BYTES]);
    }

    // The key.

    @Test
    void isOfNoUseOnceItIsClosed() throws IOException {
        byte[] credential = made(EncodeOptions.DEFAULT);
        codec.close();
        codec.close();
        assertThrows(IllegalStateException.class, () -> made(EncodeOptions.DEFAULT));
        assertThrows(IllegalStateException.class, () -> codec.decode(credential));
    }
}
