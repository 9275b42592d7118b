package org.ninep.munge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ninep.munge.Samples.ascii;
import static org.ninep.munge.Samples.assertRefused;
import static org.ninep.munge.Samples.forge;
import static org.ninep.munge.Samples.inner;
import static org.ninep.munge.Samples.join;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.peer.Munged;
import org.ninep.peer.Tool;

/** With a real munged, and its own tools. */
@Tag("peer")
@Timeout(120)
class MungedPeerTest {
    private static final byte[] PAYLOAD = ascii("all work and no play makes jack a dull boy. ".repeat(20));

    @TempDir
    private static Path directory = Path.of("");
    private final Munged munged = started();
    private MungeSocket socket = MungeSocket.builder().build();
    private MungeCodec codec = Samples.built(Samples.builder());

    private static Munged started() {
        try {
            return Munged.start(directory, Samples.KEY);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void connect() throws IOException {
        socket = MungeSocket.builder().socket(munged.socket()).build();
        codec = MungeCodec.builder(munged.keyFile()).ciphers(EnumSet.allOf(Cipher.class)).macs(EnumSet.allOf(Mac.class))
                .acceptFrom(Instant.EPOCH).build();
    }

    @AfterEach
    void end() {
        codec.close();
        munged.close();
    }

    private Tool unmunge(byte[] credential) throws IOException {
        return munged.unmunge(Files.write(directory.resolve("credential"), credential));
    }

    private void assertUnmunges(byte[] credential, Samples.Combination each) throws IOException {
        Tool said = unmunge(credential);
        assertEquals(0, said.status(), said::toString);
        assertSays(said, "CIPHER", each.cipher().code());
        assertSays(said, "MAC", each.mac().code());
        assertSays(said, "ZIP", each.zip().code());
        assertSays(said, "UID", Identity.ofProcess().uid());
        assertSays(said, "LENGTH", PAYLOAD.length);
        assertTrue(said.output().trim().endsWith("jack a dull boy."), said::toString);
    }

    private static void assertSays(Tool said, String field, int value) {
        assertTrue(said.output().lines().anyMatch(line -> line.matches(field + ": *" + value)), said::toString);
    }

    private static String name(Enum<?> algorithm) {
        return algorithm.name().toLowerCase(Locale.ROOT);
    }

    private static void assertSame(Samples.Combination each, Credential credential) throws IOException {
        assertEquals(each, new Samples.Combination(credential.cipher(), credential.mac(), credential.zip()));
        assertArrayEquals(PAYLOAD, Samples.bytes(credential.payload()));
        assertEquals(Identity.ofProcess().uid(), credential.uid());
        assertEquals(Identity.ofProcess().gid(), credential.gid());
        assertEquals(Duration.ofMinutes(5), credential.ttl());
    }

    @Test
    void understandsMungeAndUnmungeWithEveryCombinationOfAlgorithms() throws IOException {
        Path payload = Files.write(directory.resolve("payload"), PAYLOAD);
        for (Samples.Combination each : Samples.combinations()) {
            byte[] theirs = ascii(munged.munge("--cipher=" + name(each.cipher()), "--mac=" + name(each.mac()),
                    "--zip=" + name(each.zip()), "--input=" + payload));
            assertSame(each, codec.decode(theirs));
            assertSame(each, socket.decode(theirs));
            byte[] ours = codec.encode(each.options(), PAYLOAD);
            assertUnmunges(ours, each);
            assertSame(each, codec.decode(ours));
            assertUnmunges(socket.encode(each.options(), PAYLOAD), each);
            assertSame(each, codec.decode(socket.encode(each.options(), PAYLOAD)));
            assertSame(each, socket.decode(codec.encode(each.options(), PAYLOAD)));
        }
    }

    @Test
    void passesEveryOptionToMunged() throws IOException {
        Identity me = Identity.ofProcess();
        EncodeOptions options = EncodeOptions.DEFAULT.withAuthUid(me.uid()).withAuthGid(me.gid())
                .withTtl(Duration.ofSeconds(17));
        for (Munge from : List.of(socket, codec)) {
            Credential decoded = socket.decode(from.encode(options, new byte[0]));
            assertEquals(options.authUid(), decoded.authUid());
            assertEquals(options.authGid(), decoded.authGid());
            assertEquals(Duration.ofSeconds(17), decoded.ttl());
            assertEquals(0, decoded.payload().remaining());
        }
    }

    /** The same refusals by munged, over its socket, and by the codec. */
    @Test
    void refusesWhatMungedRefuses() throws IOException {
        long now = Instant.now().getEpochSecond();
        byte[] good = socket.encode(EncodeOptions.DEFAULT, PAYLOAD);
        byte[] altered = good.clone();
        altered[good.length / 2] = (byte) (altered[good.length / 2] == 'A' ? 'B' : 'A');
        for (Munge munge : List.of(socket, codec)) {
            assertEquals(Identity.ofProcess().uid(), munge.decode(good).uid());
            assertTrue(assertRefused(MungeError.CRED_REPLAYED, munge, good, "decoded before").credential().isPresent());
            MungeException expired = assertRefused(MungeError.CRED_EXPIRED, munge,
                    forge(inner(now - 100, 10, PAYLOAD).encode()), Instant.ofEpochSecond(now - 100).toString(),
                    "synchronize");
            assertEquals(1000, expired.credential().orElseThrow().uid());
            MungeException rewound = assertRefused(MungeError.CRED_REWOUND, munge,
                    forge(inner(now + 200, 10, PAYLOAD).encode()), Instant.ofEpochSecond(now + 200).toString(),
                    "synchronize");
            assertEquals(1000, rewound.credential().orElseThrow().uid());
            assertRefused(MungeError.CRED_UNAUTHORIZED, munge,
                    socket.encode(EncodeOptions.DEFAULT.withAuthUid(4242), PAYLOAD), "authUid");
            assertRefused(MungeError.CRED_UNAUTHORIZED, munge,
                    codec.encode(EncodeOptions.DEFAULT.withAuthGid(4242), PAYLOAD), "authGid");
            assertRefused(MungeError.CRED_INVALID, munge, altered, "same key");
            assertRefused(MungeError.BAD_VERSION, munge, ascii("MUNGE:AAAA:"));
            for (String bad : List.of("MUNGE:", "MUNGE::", "MUNGE:AwQF", "munge:AwQF:", "MUNGE:AwQ:", "MUNGE:AwQF:x",
                    "x")) {
                assertRefused(MungeError.BAD_CRED, munge, ascii(bad));
            }
        }
    }

    @Test
    void refusesMalformedCredentialsOfAHolderOfTheKeyAsMungedDoes() throws IOException {
        byte[] good = inner(Instant.now().getEpochSecond(), 300, PAYLOAD).encode();
        Outer zlib = new Outer(Cipher.AES128, Mac.SHA256, Zip.ZLIB, new byte[16]);
        byte[] packed = Compression.compress(Zip.ZLIB, good);
        for (byte[] credential : List.of(forge(Arrays.copyOf(good, 20)), forge(Arrays.copyOf(good, good.length - 1)),
                forge(new byte[0]), forge(ByteBuffer.wrap(good.clone()).put(8, (byte) 5).array()),
                forge(zlib, Arrays.copyOf(packed, packed.length - 9)),
                forge(zlib, ByteBuffer.wrap(packed.clone()).putInt(4, 17).array()))) {
            MungeException theirs = assertThrows(MungeException.class, () -> socket.decode(credential));
            assertRefused(theirs.error(), codec, credential);
        }
        // these munged calls an internal error, or accepts them
        for (byte[] credential : List.of(forge(zlib, good), forge(zlib, new byte[3]),
                forge(zlib, ByteBuffer.wrap(packed.clone()).putInt(4, 1 << 30).array()))) {
            assertRefused(MungeError.CRED_INVALID, codec, credential);
        }
        assertRefused(MungeError.BAD_CRED, codec, forge(join(good, new byte[1])));
    }

    @Test
    void skipsTheWhiteSpaceThatMungedSkips() throws IOException {
        String text = new String(codec.encode(EncodeOptions.DEFAULT, PAYLOAD), StandardCharsets.US_ASCII);
        String wrapped = " \n" + text.replaceAll("(.{60})", "$1\n \t") + "\nwhat follows is ignored";
        assertEquals(0, unmunge(ascii(wrapped)).status());
        codec.decode(ascii(wrapped));
    }

    @Test
    void saysWhatIsWrongWithMungedAndGoesOnWhenItIsThereAgain() throws IOException {
        munged.kill();
        MungeSocket brief = MungeSocket.builder().socket(munged.socket()).pauses(_ -> {})
                .timeout(Duration.ofMillis(200)).build();
        MungeSocket hasty = MungeSocket.builder().socket(munged.socket()).pauses(_ -> {}).build();
        MungeException dead = assertThrows(MungeException.class, () -> hasty.encode(EncodeOptions.DEFAULT, PAYLOAD));
        Samples.assertSays(MungeError.SOCKET, dead, "nobody listens at " + munged.socket());
        munged.restart();
        codec.decode(socket.encode(EncodeOptions.DEFAULT, PAYLOAD));
        munged.hang();
        try {
            MungeException hung = assertThrows(MungeException.class,
                    () -> brief.encode(EncodeOptions.DEFAULT, PAYLOAD));
            Samples.assertSays(MungeError.TIMEOUT, hung, "within 0.2 s");
        } finally {
            munged.goOn();
        }
        codec.decode(socket.encode(EncodeOptions.DEFAULT, PAYLOAD));
    }

    @Test
    void sendsTheLongestPayloadThatMungedTakes() throws IOException {
        byte[] longest = new byte[MungeCodec.MAX_PAYLOAD_BYTES];
        Credential credential = codec.decode(socket.encode(EncodeOptions.DEFAULT.withZip(Zip.ZLIB), longest));
        assertArrayEquals(longest, Samples.bytes(credential.payload()));
    }
}
