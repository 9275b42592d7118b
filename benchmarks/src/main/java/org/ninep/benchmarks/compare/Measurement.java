package org.ninep.benchmarks.compare;

/**
 * One figure of one round. Immutable.
 *
 * @param part the part of the benchmark, as {@code --only} names it
 * @param workload what was asked for
 * @param subject who was asked
 * @param round from 1; the round before it is a warm-up and leaves none
 */
record Measurement(String part, String workload, String subject, Metric metric, int round, double value) {}
