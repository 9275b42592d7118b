package org.ninep.munge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ninep.munge.Samples.NOW;
import static org.ninep.munge.Samples.assertRefused;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Credentials of munged 0.5.15, and what it said of others. */
class VectorsTest {

    static Stream<Vectors.Good> withoutRealm() {
        return Vectors.good().stream().filter(each -> each.text("realm").isEmpty());
    }

    static List<Vectors.Refused> refused() {
        return Vectors.refused();
    }

    private static OptionalInt id(Vectors.Good vector, String field) {
        long id = vector.number(field);
        return id == 0xFFFF_FFFFL ? OptionalInt.empty() : OptionalInt.of((int) id);
    }

    @ParameterizedTest
    @MethodSource("withoutRealm")
    void decodesWhatMungedMade(Vectors.Good vector) throws IOException {
        try (MungeCodec codec = Samples.anyAlgorithm().build()) {
            Credential credential = codec.decode(vector.credential());
            assertArrayEquals(vector.payload(), Samples.bytes(credential.payload()));
            assertEquals((int) vector.number("uid"), credential.uid());
            assertEquals((int) vector.number("gid"), credential.gid());
            assertEquals(id(vector, "auth_uid"), credential.authUid());
            assertEquals(id(vector, "auth_gid"), credential.authGid());
            assertEquals(Instant.ofEpochSecond(vector.number("encode_time")), credential.encodeTime());
            assertEquals(NOW, credential.decodeTime());
            assertEquals(Duration.ofSeconds(vector.number("ttl")), credential.ttl());
            assertEquals(vector.number("cipher"), credential.cipher().code());
            assertEquals(vector.number("mac"), credential.mac().code());
            assertEquals(vector.number("zip"), credential.zip().code());
            assertEquals(vector.text("addr"), credential.address().map(InetAddress::getHostAddress).orElse(""));
        }
    }

    @ParameterizedTest
    @MethodSource("withoutRealm")
    void makesTheSameCredentialFromTheSameValues(Vectors.Good vector) throws IOException {
        EncodeOptions options = EncodeOptions.DEFAULT.withCipher(Cipher.of((int) vector.number("cipher")).orElseThrow())
                .withMac(Mac.of((int) vector.number("mac")).orElseThrow())
                .withZip(Zip.of((int) vector.number("zip")).orElseThrow())
                .withTtl(Duration.ofSeconds(vector.number("ttl")));
        if (id(vector, "auth_uid").isPresent()) {
            options = options.withAuthUid(id(vector, "auth_uid").getAsInt());
        }
        if (id(vector, "auth_gid").isPresent()) {
            options = options.withAuthGid(id(vector, "auth_gid").getAsInt());
        }
        MungeCodecBuilder builder = Samples.anyAlgorithm()
                .identity(new Identity((int) vector.number("uid"), (int) vector.number("gid")))
                .random(new Samples.SetRandom(vector.hex("salt"), vector.hex("iv")));
        if (!vector.text("addr").isEmpty()) {
            builder.address((Inet4Address) InetAddress.getByName(vector.text("addr")));
        }
        try (MungeCodec codec = builder.build()) {
            byte[] made = codec.encode(options, vector.payload());
            assertEquals(new String(vector.credential(), StandardCharsets.US_ASCII),
                    new String(made, StandardCharsets.US_ASCII));
        }
    }

    @Test
    void refusesARealmThatMungedAccepts() throws IOException {
        try (MungeCodec codec = Samples.anyAlgorithm().build()) {
            assertRefused(MungeError.BAD_REALM, codec, Vectors.good("encoded-by-python-realm-no-addr").credential(),
                    "realm");
        }
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesWhatMungedRefusesWithTheSameError(Vectors.Refused vector) throws IOException {
        try (MungeCodec codec = Samples.anyAlgorithm().identity(new Identity(0, 0)).build()) {
            if (vector.error() == MungeError.CRED_REPLAYED) {
                codec.decode(vector.credential());
            }
            MungeException e = assertRefused(vector.error(), codec, vector.credential());
            assertEquals(vector.error().carriesMetadata(), e.credential().isPresent());
            assertTrue(e.credential().stream().allMatch(each -> each.uid() == 1000 || each.uid() == 0));
        }
    }
}
