package org.ninep.server;

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

/** A server under the fuzzer. */
class SessionFuzzTest {
    private static final Fuzzing FUZZING = new Fuzzing(SessionFuzz.class, 12, 30, 2160);

    static List<Inputs.Input> inputs() throws IOException {
        return Inputs.of(SessionFuzz.class);
    }

    @AfterAll
    static void end() throws IOException {
        SessionFuzz.fuzzerTearDown();
    }

    @ParameterizedTest
    @MethodSource("inputs")
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void survivesWhatIsKept(Inputs.Input input) {
        SessionFuzz.fuzzerTestOneInput(input.bytes());
    }

    /** Fewer edges than reading a file takes mean that the search was blind. */
    @Test
    void survivesWhateverTheSearchFinds() throws Exception {
        Fuzzing.Result result = FUZZING.search();
        assertTrue(result.edges() > 500, result::toString);
    }
}
