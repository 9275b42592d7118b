package org.ninep.resilient;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ninep.resilient.SimWorld.Plant;

/**
 * Histories of a file, its readers and its servers, as many as time allows, each drawn from its seed. One is replayed, with all
 * that happens in it, by {@code mvn test -pl ninep-resilient -am -Dtest=SimulatorTest -Dninep.seed=SEED
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class SimulatorTest {
    private static final int PLANTED = 4_000;

    private static long schedules() {
        return switch (System.getProperty("ninep.tests", "everyday")) {
            case "full" -> 30_000;
            case "nightly" -> 1_000_000;
            default -> 3_000;
        };
    }

    private static void run(long seed, Plant plant, Coverage coverage) {
        try {
            new Schedule(seed, plant, coverage, _ -> {}).run();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage() + "; replay it with -Dninep.seed=" + seed,
                    e);
        }
    }

    @Test
    void everyReadIsAnsweredOnceAndRightWhateverHappens() {
        Coverage coverage = new Coverage();
        Long one = Long.getLong("ninep.seed");
        if (one != null) {
            replay(one);
            return;
        }
        long start = System.nanoTime();
        LongStream.range(0, schedules()).parallel().forEach(seed -> run(seed, Plant.NONE, coverage));
        System.out.printf("%d schedules in %.1f s%n%s%n", schedules(), (System.nanoTime() - start) / 1e9, coverage);
        for (Fault fault : Fault.values()) {
            for (ReplicaState state : ReplicaState.values()) {
                boolean rare = state == ReplicaState.CONNECTING || state == ReplicaState.CHECKING
                        || state == ReplicaState.REMOVED;
                boolean seldom = rare || state == ReplicaState.SLOW;
                boolean never = (rare && !Schedule.EARLY.contains(fault)) || (seldom && schedules() < 30_000);
                assertTrue(never || coverage.of(fault, state) > 0, fault + " never struck a replica " + state);
            }
        }
    }

    private static void replay(long seed) {
        List<String> trace = new ArrayList<>();
        try {
            new Schedule(seed, Plant.NONE, new Coverage(), trace::add).run();
        } finally {
            trace.forEach(System.out::println);
        }
    }

    @Test
    void aSeedGivesTheSameHistoryEachTime() {
        for (long seed = 0; seed < 50; seed++) {
            List<String> first = new ArrayList<>();
            List<String> second = new ArrayList<>();
            new Schedule(seed, Plant.NONE, new Coverage(), first::add).run();
            new Schedule(seed, Plant.NONE, new Coverage(), second::add).run();
            assertEquals(first, second);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Plant.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void findsAMistakeThatIsPlanted(Plant plant) {
        for (long seed = 0; seed < PLANTED; seed++) {
            try {
                new Schedule(seed, plant, new Coverage(), _ -> {}).run();
            } catch (AssertionError found) {
                System.out.println(plant + " is found by seed " + seed + ": " + found.getMessage());
                return;
            }
        }
        fail(plant + " is not found in " + PLANTED + " schedules");
    }
}
