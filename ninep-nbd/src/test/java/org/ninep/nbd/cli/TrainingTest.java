package org.ninep.nbd.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TrainingTest {

    /** It fails if a command does, or does not come to an end. */
    @Test
    void runsTheCommandsAndEnds() {
        assertDoesNotThrow(() -> Training.main(new String[0]));
    }
}
