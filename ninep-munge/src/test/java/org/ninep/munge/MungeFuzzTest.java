package org.ninep.munge;

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

/** Credentials and munged's answers under the fuzzer. */
class MungeFuzzTest {
    private static final Fuzzing FUZZING = new Fuzzing(MungeFuzz.class, 5, 8, 480);

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

    /** Fewer edges than refusing a credential takes mean that the search was blind. */
    @Test
    void takesWhateverTheSearchFinds() throws Exception {
        Fuzzing.Result result = FUZZING.search();
        assertTrue(result.edges() > 150, result::toString);
    }
}
