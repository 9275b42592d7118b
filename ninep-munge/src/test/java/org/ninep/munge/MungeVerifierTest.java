package org.ninep.munge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ninep.munge.Samples.HELLO;
import static org.ninep.munge.Samples.ascii;
import static org.ninep.munge.Samples.assertSays;
import static org.ninep.munge.Samples.join;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ninep.server.FileTree;
import org.ninep.server.Verifier;

class MungeVerifierTest {
    private static final byte[] NO_PAYLOAD = {};

    private final MungeCodec codec = Samples.built(Samples.builder());
    private MungeVerifier verifier = new MungeVerifier(codec);

    @AfterEach
    void close() {
        codec.close();
    }

    private int verify(byte[] written) throws IOException {
        var claim = new Verifier.Claim("10.0.0.1:4711", "/srv", new FileTree.User("", 1000));
        return verifier.verify(claim, ByteBuffer.wrap(written).asReadOnlyBuffer());
    }

    /** As munged does that forgets at its restart: whatever is good is good again and again. */
    private static Munge forgetful() {
        return new Munge() {
            @Override
            public byte[] encode(EncodeOptions options, byte[] payload) {
                throw new AssertionError("a server makes no credentials");
            }

            @Override
            public Credential decode(byte[] credential) throws IOException {
                try (MungeCodec fresh = Samples.builder().build()) {
                    return fresh.decode(credential);
                }
            }
        };
    }

    private void assertRefused(MungeError error, byte[] written, String... says) {
        assertSays(error, assertThrows(MungeException.class, () -> verify(written)), says);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000, -2})
    void tellsTheUserWhomACredentialProvesOnce(int uid) throws IOException {
        try (MungeCodec client = Samples.builder().identity(new Identity(uid, 7)).build()) {
            byte[] written = client.encode(MungeAuthenticator.DEFAULT_OPTIONS, NO_PAYLOAD);
            assertEquals(uid, verify(join(written, ascii("\0"))));
            assertRefused(MungeError.CRED_REPLAYED, written, "decoded before");
        }
    }

    @Test
    void letsInNobodyTwiceWithACredentialThatMungedTakesTwice() throws IOException {
        verifier = new MungeVerifier(forgetful());
        byte[] written = codec.encode(MungeAuthenticator.DEFAULT_OPTIONS, NO_PAYLOAD);
        assertEquals(1000, verify(written));
        assertRefused(MungeError.CRED_REPLAYED, written, "9P server", "decoded before");
        assertRefused(MungeError.CRED_REPLAYED, join(ascii(" MUNGE:\n"),
                Arrays.copyOfRange(written, "MUNGE:".length(), written.length), ascii("rest")));
        assertEquals(1000, verify(codec.encode(MungeAuthenticator.DEFAULT_OPTIONS, NO_PAYLOAD)));
    }

    @Test
    void refusesCredentialsThatItCannotKeep() throws IOException {
        verifier = new MungeVerifier(forgetful(), MungeVerifier.DEFAULT_MAX_TTL, new ReplayStore(1));
        assertEquals(1000, verify(codec.encode(MungeAuthenticator.DEFAULT_OPTIONS, NO_PAYLOAD)));
        assertRefused(MungeError.NO_MEMORY, codec.encode(MungeAuthenticator.DEFAULT_OPTIONS, NO_PAYLOAD),
                "1 credentials", "shorter ttl");
    }

    @Test
    void keepsRoomForOtherUsersWhenOneMakesMoreThanItsShare() throws IOException {
        verifier = new MungeVerifier(forgetful(), MungeVerifier.DEFAULT_MAX_TTL, new ReplayStore(10, 1));
        assertEquals(1000, verify(codec.encode(MungeAuthenticator.DEFAULT_OPTIONS, NO_PAYLOAD)));
        assertRefused(MungeError.NO_MEMORY, codec.encode(MungeAuthenticator.DEFAULT_OPTIONS, NO_PAYLOAD),
                "1 credentials of uid 1000", "shorter ttl");
        try (MungeCodec other = Samples.builder().identity(new Identity(7, 7)).build()) {
            assertEquals(7, verify(other.encode(MungeAuthenticator.DEFAULT_OPTIONS, NO_PAYLOAD)));
        }
    }

    /** Made so many seconds ago (ahead of time, if negative) to be good for an hour. */
    private byte[] madeAgo(long seconds) {
        return Samples.forge(Samples.inner(Samples.NOW.getEpochSecond() - seconds, 3600, NO_PAYLOAD).encode());
    }

    @Test
    void takesNoCredentialForLongerThanItGrants() throws IOException {
        assertEquals(1000, verify(madeAgo(300)));
        assertRefused(MungeError.CRED_EXPIRED, madeAgo(301), "9P server", "for 300 s", "1 s after its end");
        assertEquals(1000, verify(madeAgo(-300)));
        assertRefused(MungeError.CRED_REWOUND, madeAgo(-301), "from the future");
        verifier = new MungeVerifier(codec, Duration.ofHours(1));
        assertEquals(1000, verify(madeAgo(3600)));
        assertThrows(IllegalArgumentException.class, () -> new MungeVerifier(codec, Duration.ofSeconds(3601)));
        assertThrows(IllegalArgumentException.class, () -> new MungeVerifier(codec, Duration.ZERO));
    }

    /** Room is taken for as long as is granted, and no longer. */
    @Test
    void forgetsACredentialWhenWhatItGrantsIsOver() throws IOException {
        Samples.SetClock clock = new Samples.SetClock();
        try (MungeCodec moving = Samples.builder().clock(clock).build()) {
            ReplayStore store = new ReplayStore(1);
            verifier = new MungeVerifier(moving, Duration.ofSeconds(10), store);
            EncodeOptions anHour = EncodeOptions.DEFAULT.withTtl(EncodeOptions.LONGEST_TTL);
            assertEquals(1000, verify(moving.encode(anHour, NO_PAYLOAD)));
            clock.advance(Duration.ofSeconds(11));
            assertEquals(1000, verify(moving.encode(anHour, NO_PAYLOAD)));
            assertEquals(1, store.size());
        }
    }

    @Test
    void refusesCredentialsThatWereMadeForSomethingElse() throws IOException {
        assertRefused(MungeError.BAD_CRED, codec.encode(EncodeOptions.DEFAULT, HELLO), "5 bytes of payload",
                "another purpose");
        assertRefused(MungeError.CRED_UNAUTHORIZED, codec.encode(EncodeOptions.DEFAULT.withAuthUid(5), NO_PAYLOAD));
    }

    @Test
    void refusesACredentialOfNoUser() throws IOException {
        try (MungeCodec nobody = Samples.builder().identity(new Identity(-1, -1)).build()) {
            assertRefused(MungeError.BAD_CRED, nobody.encode(EncodeOptions.DEFAULT, NO_PAYLOAD), "no user");
        }
    }

    @Test
    void refusesWhatIsNoCredential() {
        assertRefused(MungeError.BAD_CRED, new byte[0], "wrote no credential");
        assertRefused(MungeError.BAD_CRED, new byte[MungeVerifier.MAX_CREDENTIAL_BYTES]);
        assertEquals(MungeVerifier.MAX_CREDENTIAL_BYTES, verifier.maxBytes());
        assertRefused(MungeError.BAD_LENGTH, new byte[MungeVerifier.MAX_CREDENTIAL_BYTES + 1], "4097", "4096");
    }

    @Test
    void hasRoomForTheLongestCredentialWithoutPayload() throws IOException {
        try (MungeCodec any = Samples.anyAlgorithm().identity(new Identity(1, 1, Set.of())).build()) {
            for (Samples.Combination each : Samples.combinations()) {
                assertTrue(any.encode(each.options(), NO_PAYLOAD).length < MungeVerifier.MAX_CREDENTIAL_BYTES / 8);
            }
        }
    }
}
