package org.ninep.nbd;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ninep.fuzz.Fuzzing;
import org.ninep.fuzz.Inputs;

/** The NBD server under the fuzzer. */
class NbdFuzzTest {
    private static final Fuzzing FUZZING = new Fuzzing(NbdFuzz.class, 6, 12, 480);

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

    /** Fewer edges than a handshake takes mean that the search was blind. */
    @Test
    void survivesWhateverTheSearchFinds() throws Exception {
        Fuzzing.Result result = FUZZING.search();
        assertTrue(result.edges() > 150, result::toString);
    }
}
