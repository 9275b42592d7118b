package org.ninep.benchmarks;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/**
 * What several rounds gave. Immutable.
 *
 * @param count how many rounds
 */
public record Spread(double median, double smallest, double largest, int count) {

    /** Of some figures, of which there is at least one. */
    public static Spread of(Collection<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        if (sorted.length == 0) {
            throw new IllegalArgumentException("a summary of nothing");
        }
        int half = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1], sorted.length);
    }

    public static Spread of(double... values) {
        return of(Arrays.stream(values).boxed().toList());
    }

    /** The median, with the smallest and the largest in brackets if there were several. */
    public String text(int digits) {
        return count == 1
                ? number(median, digits)
                : number(median, digits) + " (" + number(smallest, digits) + " to " + number(largest, digits) + ")";
    }

    public static String number(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
