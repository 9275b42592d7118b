package org.ninep.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class SummaryTest {
    @Test
    void takesTheMiddleOfAnOddNumber() {
        assertEquals(new Summary(3, 1, 9, 3), Summary.of(9, 1, 3));
    }

    @Test
    void takesTheMeanOfTheTwoInTheMiddleOfAnEvenNumber() {
        assertEquals(new Summary(4, 1, 9, 4), Summary.of(5, 9, 1, 3));
    }

    @Test
    void hasNoneOfNothing() {
        assertThrows(IllegalArgumentException.class, Summary::of);
    }

    @Test
    void saysHowFarApartTheRoundsWere() {
        assertEquals("2.0 (1.0 to 3.5)", Summary.of(1, 2, 3.5).text(1));
        assertEquals("2", Summary.of(2).text(0));
    }
}
