package org.ninep.nbd.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.nbd.cli.common.MessageTrace;
import org.ninep.nbd.control.ControlClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows how the exports of a running server and their replicas are. Confined to one thread. */
@Command(name = "status", description = "Show how the exports of a running \"ninep nbd --control PATH\" and their replicas are.")
final class StatusCommand implements Callable<Integer> {

    private static final List<String> COLUMNS = List.of("replica", "state", "share", "sessions", "requests", "reissues",
            "timeouts", "errors", "p50 ms", "p99 ms", "max ms", "reason");

    @Mixin
    private final ControlOption control = new ControlOption();

    @Option(names = "--json", description = "As JSON, on one line.")
    private boolean json;

    private final Program program;

    StatusCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() throws IOException {
        JsonObject status = control.ask(ControlClient::status);
        if (json) {
            program.out().println(status);
        } else {
            for (JsonElement export : status.getAsJsonArray("exports")) {
                print(export.getAsJsonObject());
            }
        }
        return ExitStatus.OK;
    }

    private void print(JsonObject export) {
        program.out().println("export \"%s\": %s, %d bytes, %d reads, %d in flight, %d waiting, %d moves".formatted(
                export.get("export").getAsString(), lower(export), export.get("size").getAsLong(),
                export.get("reads").getAsLong(), export.get("in_flight").getAsLong(),
                export.get("waiting").getAsLong(), export.get("moves").getAsLong()));
        List<List<String>> rows = new ArrayList<>();
        rows.add(COLUMNS);
        export.getAsJsonArray("replicas").forEach(replica -> rows.add(row(replica.getAsJsonObject())));
        for (List<String> row : rows) {
            program.out().println("  " + line(row, rows).stripTrailing());
        }
    }

    private static String lower(JsonObject of) {
        return of.get("state").getAsString().toLowerCase(Locale.ROOT);
    }

    private static List<String> row(JsonObject replica) {
        JsonObject latency = replica.getAsJsonObject("latency_ms");
        List<String> row = new ArrayList<>(List.of(replica.get("uri").getAsString(), lower(replica),
                "%.0f%%".formatted(100 * replica.get("share").getAsDouble())));
        for (String count : List.of("sessions", "requests", "reissues", "timeouts", "errors")) {
            row.add(replica.get(count).getAsString());
        }
        for (String percentile : List.of("p50", "p99", "max")) {
            row.add(String.format(Locale.ROOT, "%.1f", latency.get(percentile).getAsDouble()));
        }
        row.add(MessageTrace.printable(replica.get("reason").getAsString()));
        return row;
    }

    private static String line(List<String> row, List<List<String>> rows) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            int column = i;
            int width = rows.stream().mapToInt(each -> each.get(column).length()).max().orElse(0);
            line.append(row.get(i)).repeat(' ', width - row.get(i).length() + 2);
        }
        return line.toString();
    }
}
