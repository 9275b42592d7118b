package org.ninep.benchmarks.compare;

import java.io.IOException;

/** A part of the benchmark, which can be run alone. */
interface Part {

    /** As {@code --only} names it. */
    String name();

    /** What it measures, for people. */
    String title();

    /** How it is measured, for people: some sentences. */
    String text();

    /** How long one round takes, roughly. */
    double roundSeconds(Options options);

    /** Starts what it needs, adds its trials to the rounds, runs them, and leaves nothing. */
    void run(Bench bench) throws IOException, InterruptedException;
}
