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
    private final MungeVerifier verifier = new MungeVerifier(codec);

    @AfterEach
    void close() {
        codec.close();
    }

    private int verify(byte[] written) throws IOException {
        var claim = new Verifier.Claim("10.0.0.1:4711", "/srv", new FileTree.User("", 1000));
        return verifier.verify(claim, ByteBuffer.wrap(written).asReadOnlyBuffer());
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
