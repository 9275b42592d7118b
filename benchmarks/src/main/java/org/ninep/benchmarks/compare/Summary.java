package org.ninep.benchmarks.compare;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/**
 * What several rounds gave. Immutable.
 *
 * @param count how many rounds
 */
record Summary(double median, double smallest, double largest, int count) {

    /** @param values at least one */
    static Summary of(Collection<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        if (sorted.length == 0) {
            throw new IllegalArgumentException("a summary of nothing");
        }
        int half = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        return new Summary(median, sorted[0], sorted[sorted.length - 1], sorted.length);
    }

    static Summary of(double... values) {
        return of(Arrays.stream(values).boxed().toList());
    }

    /** The median, with the smallest and the largest in brackets if there were several. */
    String text(int digits) {
        return count == 1
                ? number(median, digits)
                : number(median, digits) + " (" + number(smallest, digits) + " to " + number(largest, digits) + ")";
    }

    static String number(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
