package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.ninep.fuzz.Fuzzing;

/** A server under the fuzzer. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("searches")
class SessionFuzzTest {
    private static final Fuzzing FUZZING = new Fuzzing(SessionFuzz.class, 34, 60, 2160);

    /** Fewer edges than reading a file takes mean that the search was blind. */
    @Test
    void survivesWhateverTheSearchFinds() throws Exception {
        Fuzzing.Result result = FUZZING.search();
        assertTrue(result.edges() > 500, result::toString);
    }
}
