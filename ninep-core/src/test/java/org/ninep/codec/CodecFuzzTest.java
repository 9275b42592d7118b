package org.ninep.codec;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ninep.fuzz.Fuzzing;
import org.ninep.fuzz.Inputs;

/** The codec under the fuzzer. */
class CodecFuzzTest {
    private static final Fuzzing FUZZING = new Fuzzing(CodecFuzz.class, 5, 8, 480);

    static List<Inputs.Input> inputs() throws IOException {
        return Inputs.of(CodecFuzz.class);
    }

    @ParameterizedTest
    @MethodSource("inputs")
    @Timeout(120)
    void takesWhatIsKept(Inputs.Input input) {
        CodecFuzz.fuzzerTestOneInput(input.bytes());
    }

    /** Fewer edges than a look at every type takes mean that the search was blind. */
    @Test
    void takesWhateverTheSearchFinds() throws Exception {
        Fuzzing.Result result = FUZZING.search();
        assertTrue(result.edges() > 200, result::toString);
    }
}
