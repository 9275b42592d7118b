package org.ninep.benchmarks.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trials, turn and turn about: in each round every workload is given to every subject, to the first one first in odd rounds and to the
 * last one first in even ones. What fails is reported once and left out from then on. Confined to one thread.
 */
final class Rounds {
    private final Bench bench;
    private final String part;
    private final Map<String, List<Trial>> workloads = new LinkedHashMap<>();

    Rounds(Bench bench, String part) {
        this.bench = bench;
        this.part = part;
    }

    /** Runs once. */
    interface Run {
        Figures once() throws IOException, InterruptedException;
    }

    private record Trial(String subject, Run run) {}

    void add(String workload, String subject, Run run) {
        workloads.computeIfAbsent(workload, _ -> new ArrayList<>()).add(new Trial(subject, run));
    }

    /** A warm-up, and the rounds that count, as many as there is time for. */
    void run() throws InterruptedException {
        for (int round = 0; round <= bench.options().rounds(); round++) {
            if (bench.isLate()) {
                bench.failed(part + ", round " + round, new IOException("no time is left for it"));
                return;
            }
            for (Map.Entry<String, List<Trial>> workload : workloads.entrySet()) {
                List<Trial> trials = workload.getValue();
                for (Trial trial : List.copyOf(round % 2 == 1 ? trials : trials.reversed())) {
                    if (!run(round, workload.getKey(), trial)) {
                        trials.remove(trial);
                    }
                }
            }
        }
    }

    private boolean run(int round, String workload, Trial trial) throws InterruptedException {
        try {
            Figures figures = trial.run().once();
            bench.say(part + ": round " + round + ": " + workload + ": " + trial.subject() + ": " + figures.text());
            if (round > 0) {
                figures.values().forEach((metric, value) -> bench.results()
                        .add(new Measurement(part, workload, trial.subject(), metric, round, value)));
            }
            return true;
        } catch (IOException e) {
            bench.failed(part + ": " + workload + ": " + trial.subject(), e);
            return false;
        }
    }
}
