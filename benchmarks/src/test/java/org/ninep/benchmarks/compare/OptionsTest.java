package org.ninep.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OptionsTest {
    private static final Set<String> PARTS = new LinkedHashSet<>(List.of("9p", "random", "start"));

    private static Options parse(String... arguments) throws Options.Wrong {
        return Options.parse(List.of(arguments), PARTS, Path.of("out"));
    }

    private static void refuses(String says, String... arguments) {
        String message = assertThrows(Options.Wrong.class, () -> parse(arguments)).getMessage();
        assertTrue(String.valueOf(message).contains(says), message);
    }

    @Test
    void runsAllPartsUnlessToldOtherwise() throws Options.Wrong {
        assertEquals(List.copyOf(PARTS), List.copyOf(parse().only()));
    }

    @Test
    void runsPartsInTheirOwnOrder() throws Options.Wrong {
        assertEquals(List.of("9p", "start"), List.copyOf(parse("--only", "start,9p").only()));
    }

    @Test
    void letsLaterOptionsRefineAQuickRun() throws Options.Wrong {
        Options options = parse("--quick", "--rounds", "3");
        assertEquals(3, options.rounds());
        assertEquals(1, options.seconds());
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        refuses("unknown option --fast", "--fast");
        refuses("there is no 'nbd'", "--only", "9p,nbd");
        refuses("--rounds takes a number from 1, and not '0'", "--rounds", "0");
        refuses("--rounds takes a value", "--rounds");
        refuses("--size takes 64 to 65536 MiB, and not 8", "--size", "8");
    }
}
