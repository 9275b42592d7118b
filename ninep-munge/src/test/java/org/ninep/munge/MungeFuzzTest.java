package org.ninep.munge;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.ninep.fuzz.Fuzzing;

/** Credentials and munged's answers under the fuzzer. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("searches")
class MungeFuzzTest {
    private static final Fuzzing FUZZING = new Fuzzing(MungeFuzz.class, 6, 8, 480);

    /** Fewer edges than refusing a credential takes mean that the search was blind. */
    @Test
    void takesWhateverTheSearchFinds() throws Exception {
        Fuzzing.Result result = FUZZING.search();
        assertTrue(result.edges() > 150, result::toString);
    }
}
