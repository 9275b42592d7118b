package org.ninep.nbd;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ninep.fuzz.Inputs;

/** The NBD server and the inputs that are kept. */
class NbdFuzzInputsTest {
    static List<Inputs.Input> inputs() throws IOException {
        return Inputs.of(NbdFuzz.class);
    }

    @AfterAll
    static void end() throws IOException {
        NbdFuzz.fuzzerTearDown();
    }

    @ParameterizedTest
    @MethodSource("inputs")
    @Timeout(120)
    void survivesWhatIsKept(Inputs.Input input) {
        NbdFuzz.fuzzerTestOneInput(input.bytes());
    }
}
