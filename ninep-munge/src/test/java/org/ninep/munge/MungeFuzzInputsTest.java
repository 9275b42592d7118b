package org.ninep.munge;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ninep.fuzz.Inputs;

/** Credentials and munged's answers and the inputs that are kept. */
class MungeFuzzInputsTest {
    static List<Inputs.Input> inputs() throws IOException {
        return Inputs.of(MungeFuzz.class);
    }

    @AfterAll
    static void end() {
        MungeFuzz.fuzzerTearDown();
    }

    @ParameterizedTest
    @MethodSource("inputs")
    @Timeout(120)
    void takesWhatIsKept(Inputs.Input input) {
        MungeFuzz.fuzzerTestOneInput(input.bytes());
    }
}
