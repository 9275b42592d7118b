package org.ninep.nbd.control;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.time.Duration;
import org.ninep.resilient.FileStats;
import org.ninep.resilient.LatencyStats;
import org.ninep.resilient.ReplicaStats;

/** How things are, as JSON; {@code docs/cli.md} names the members, which stay as they are. Stateless. */
final class StatusJson {

    private StatusJson() {}

    static JsonObject of(String export, FileStats stats) {
        JsonObject json = new JsonObject();
        json.addProperty("export", export);
        json.addProperty("state", stats.state().name());
        json.addProperty("size", stats.size());
        stats.active().ifPresent(uri -> json.addProperty("active", uri.toString()));
        json.addProperty("reads", stats.reads());
        json.addProperty("bytes", stats.bytes());
        json.addProperty("failed", stats.failed());
        json.addProperty("in_flight", stats.inFlight());
        json.addProperty("waiting", stats.waiting());
        json.addProperty("moves", stats.moves());
        JsonArray replicas = new JsonArray();
        stats.replicas().forEach(replica -> replicas.add(of(replica)));
        json.add("replicas", replicas);
        return json;
    }

    private static JsonObject of(ReplicaStats stats) {
        JsonObject json = new JsonObject();
        json.addProperty("uri", stats.uri().toString());
        json.addProperty("state", stats.state().name());
        json.addProperty("reason", stats.reason());
        json.addProperty("share", stats.share());
        json.addProperty("sessions", stats.sessions());
        json.addProperty("sessions_made", stats.sessionsMade());
        json.addProperty("requests", stats.requests());
        json.addProperty("bytes", stats.bytes());
        json.addProperty("reissues", stats.reissues());
        json.addProperty("timeouts", stats.timeouts());
        json.addProperty("errors", stats.errors());
        json.addProperty("outstanding_bytes", stats.outstanding());
        LatencyStats latency = stats.latency();
        JsonObject millis = new JsonObject();
        millis.addProperty("p50", millis(latency.p50()));
        millis.addProperty("p90", millis(latency.p90()));
        millis.addProperty("p99", millis(latency.p99()));
        millis.addProperty("p999", millis(latency.p999()));
        millis.addProperty("max", millis(latency.max()));
        json.add("latency_ms", millis);
        return json;
    }

    private static double millis(Duration duration) {
        return Math.round(duration.toNanos() / 1e3) / 1e3;
    }
}
