package org.ninep.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResultsTest {
    private final Results results = new Results();

    private void add(String workload, String subject, Metric metric, double... rounds) {
        for (int i = 0; i < rounds.length; i++) {
            results.add(new Measurement("part", workload, subject, metric, i + 1, rounds[i]));
        }
    }

    @Test
    void keepsApartWhatWasMeasuredOfWhom() {
        add("a", "ours", Metric.READS, 1, 2, 3);
        add("a", "theirs", Metric.READS, 4, 5, 6);
        add("a", "ours", Metric.MEMORY, 7);
        assertEquals(Optional.of(2.0), results.median("part", "a", "ours", Metric.READS));
        assertEquals(Optional.of(5.0), results.median("part", "a", "theirs", Metric.READS));
        assertEquals(Optional.empty(), results.median("part", "a", "theirs", Metric.MEMORY));
        assertEquals(List.of("ours", "theirs"), results.subjects("part", Metric.READS));
    }

    @Test
    void tabulatesSubjectsByWorkloads() {
        add("a", "ours", Metric.READS, 10);
        add("b", "ours", Metric.READS, 20, 30, 40);
        add("a", "theirs", Metric.READS, 50);
        assertEquals("""
                | reads/s | a | b |
                |---|---|---|
                | ours | 10 | 30 (20 to 40) |
                | theirs | 50 | |
                """, Table.of(results, "part", Metric.READS).markdown());
    }

    @Test
    void refusesARowOfAnotherLengthThanTheHeader() {
        Table table = new Table(List.of("a", "b"));
        assertThrows(IllegalArgumentException.class, () -> table.row(List.of("c")));
    }

    @Test
    void quotesTextsInCsv() {
        add("4 KiB, depth \"1\"", "ours", Metric.READS, 1.5);
        assertEquals("""
                part,workload,subject,metric,unit,round,value
                "part","4 KiB, depth ""1""\","ours","reads","reads/s",1,1.5
                """, DataFiles.csv(results));
    }

    @Test
    void writesJsonThatHasEverything() {
        add("a", "ours", Metric.READS, 1.5);
        results.fail("theirs did not start");
        Machine machine = new Machine(Map.of("cores", "2"), Map.of("fio", "fio-3"));
        JsonObject json = JsonParser.parseString(DataFiles.json(results, machine, "benchmarks/compare", "2026-01-02"))
                .getAsJsonObject();
        assertEquals("2", json.getAsJsonObject("machine").get("cores").getAsString());
        assertEquals("fio-3", json.getAsJsonObject("programs").get("fio").getAsString());
        JsonObject measurement = json.getAsJsonArray("measurements").get(0).getAsJsonObject();
        assertEquals(1.5, measurement.get("value").getAsDouble());
        assertEquals("reads", measurement.get("metric").getAsString());
        assertEquals("theirs did not start", json.getAsJsonArray("failures").get(0).getAsString());
    }

    @Test
    void comparesWithATargetOnlyWhatWasMeasured() {
        Target half = new Target("half", 0.5, false, " x", all -> all.median("part", "a", "ours", Metric.READS));
        assertEquals("at least 0.50 x", half.wanted());
        assertEquals("not measured", half.reached(results));
        add("a", "ours", Metric.READS, 0.4);
        assertEquals("0.40 x", half.reached(results));
    }
}
