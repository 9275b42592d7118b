package org.ninep.codec;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.ninep.fuzz.Fuzzing;

/** The codec under the fuzzer. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("searches")
class CodecFuzzTest {
    private static final Fuzzing FUZZING = new Fuzzing(CodecFuzz.class, 12, 12, 480);

    /** Fewer edges than a look at every type takes mean that the search was blind. */
    @Test
    void takesWhateverTheSearchFinds() throws Exception {
        Fuzzing.Result result = FUZZING.search();
        assertTrue(result.edges() > 200, result::toString);
    }
}
