package org.ninep.munge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MungeErrorTest {

    @ParameterizedTest
    @CsvSource({"0,SUCCESS", "1,SNAFU", "2,BAD_ARG", "3,BAD_LENGTH", "4,OVERFLOW", "5,NO_MEMORY", "6,SOCKET",
            "7,TIMEOUT", "8,BAD_CRED", "9,BAD_VERSION", "10,BAD_CIPHER", "11,BAD_MAC", "12,BAD_ZIP", "13,BAD_REALM",
            "14,CRED_INVALID", "15,CRED_EXPIRED", "16,CRED_REWOUND", "17,CRED_REPLAYED", "18,CRED_UNAUTHORIZED"})
    void hasTheNumbersOfMunged(int code, MungeError error) {
        assertEquals(code, error.code());
        assertEquals(Optional.of(error), MungeError.of(code));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 19, 255, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void knowsNoOtherNumber(int code) {
        assertEquals(Optional.empty(), MungeError.of(code));
    }

    @Test
    void carriesMetadataOnlyForAuthenticCredentials() {
        var carrying = EnumSet.allOf(MungeError.class);
        carrying.removeIf(error -> !error.carriesMetadata());
        assertEquals(EnumSet.of(MungeError.SUCCESS, MungeError.CRED_EXPIRED, MungeError.CRED_REWOUND,
                MungeError.CRED_REPLAYED), carrying);
    }

    @ParameterizedTest
    @EnumSource
    void saysWhatWentWrong(MungeError error) {
        assertFalse(error.meaning().isBlank());
    }

    @Test
    void anExceptionIsOfAnErrorAndCarriesACredentialOnlyWhereThatDoes() throws IOException {
        assertThrows(IllegalArgumentException.class, () -> new MungeException(MungeError.SUCCESS, ""));
        try (MungeCodec codec = Samples.builder().build()) {
            Credential credential = codec.decode(codec.encode(EncodeOptions.DEFAULT, Samples.HELLO));
            for (MungeError error : new MungeError[]{MungeError.SUCCESS, MungeError.CRED_INVALID}) {
                assertThrows(IllegalArgumentException.class, () -> new MungeException(error, "", credential));
            }
        }
    }
}
