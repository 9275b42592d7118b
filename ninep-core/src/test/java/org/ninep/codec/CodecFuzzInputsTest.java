package org.ninep.codec;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ninep.fuzz.Inputs;

/** The codec and the inputs that are kept. */
class CodecFuzzInputsTest {
    static List<Inputs.Input> inputs() throws IOException {
        return Inputs.of(CodecFuzz.class);
    }

    @ParameterizedTest
    @MethodSource("inputs")
    @Timeout(120)
    void takesWhatIsKept(Inputs.Input input) {
        CodecFuzz.fuzzerTestOneInput(input.bytes());
    }
}
