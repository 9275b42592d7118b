package org.ninep.benchmarks.compare;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All figures of all rounds, for other programs. */
final class DataFiles {
    private DataFiles() {}

    /** A line for each measurement, below one of names; texts are quoted (RFC 4180). */
    static String csv(Results results) {
        StringBuilder text = new StringBuilder("part,workload,subject,metric,unit,round,value\n");
        for (Measurement one : results.measurements()) {
            text.append(quoted(one.part())).append(',').append(quoted(one.workload())).append(',')
                    .append(quoted(one.subject())).append(',').append(quoted(name(one.metric()))).append(',')
                    .append(quoted(one.metric().unit())).append(',').append(one.round()).append(',')
                    .append(one.value()).append('\n');
        }
        return text.toString();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }

    private static String name(Metric metric) {
        return metric.name().toLowerCase(Locale.ROOT);
    }

    /**
     * An object: {@code command}, {@code date}, {@code machine}, {@code programs}, {@code measurements} and {@code failures}.
     *
     * @param date the day, as ISO 8601 has it
     */
    static String json(Results results, Machine machine, String command, String date) {
        JsonObject all = new JsonObject();
        all.addProperty("command", command);
        all.addProperty("date", date);
        all.add("machine", texts(machine.facts()));
        all.add("programs", texts(machine.programs()));
        all.add("measurements", array(results.measurements().stream().map(DataFiles::object).toList()));
        all.add("failures", array(results.failures().stream().map(JsonPrimitive::new).toList()));
        return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(all) + "\n";
    }

    private static JsonObject texts(Map<String, String> texts) {
        JsonObject object = new JsonObject();
        texts.forEach(object::addProperty);
        return object;
    }

    private static JsonArray array(List<? extends JsonElement> elements) {
        JsonArray array = new JsonArray();
        elements.forEach(array::add);
        return array;
    }

    private static JsonObject object(Measurement one) {
        JsonObject object = new JsonObject();
        object.addProperty("part", one.part());
        object.addProperty("workload", one.workload());
        object.addProperty("subject", one.subject());
        object.addProperty("metric", name(one.metric()));
        object.addProperty("unit", one.metric().unit());
        object.addProperty("round", one.round());
        object.addProperty("value", one.value());
        return object;
    }
}
