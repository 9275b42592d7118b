package org.ninep.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void takesTheMiddleOfAnOddNumber() {
        assertEquals(new Spread(3, 1, 9, 3), Spread.of(9, 1, 3));
    }

    @Test
    void takesTheMeanOfTheTwoInTheMiddleOfAnEvenNumber() {
        assertEquals(new Spread(4, 1, 9, 4), Spread.of(5, 9, 1, 3));
    }

    @Test
    void hasNoneOfNothing() {
        assertThrows(IllegalArgumentException.class, Spread::of);
    }

    @Test
    void saysHowFarApartTheRoundsWere() {
        assertEquals("2.0 (1.0 to 3.5)", Spread.of(1, 2, 3.5).text(1));
        assertEquals("2", Spread.of(2).text(0));
    }
}
