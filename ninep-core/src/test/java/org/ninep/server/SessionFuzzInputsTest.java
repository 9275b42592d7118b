package org.ninep.server;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ninep.fuzz.Inputs;

/** A server and the inputs that are kept; not beside others, for it counts what the process has. */
class SessionFuzzInputsTest {
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
}
