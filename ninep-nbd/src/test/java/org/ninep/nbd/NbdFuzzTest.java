package org.ninep.nbd;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.ninep.fuzz.Fuzzing;

/** The NBD server under the fuzzer. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("searches")
class NbdFuzzTest {
    private static final Fuzzing FUZZING = new Fuzzing(NbdFuzz.class, 8, 12, 480);

    /** Fewer edges than a handshake takes mean that the search was blind. */
    @Test
    void survivesWhateverTheSearchFinds() throws Exception {
        Fuzzing.Result result = FUZZING.search();
        assertTrue(result.edges() > 150, result::toString);
    }
}
