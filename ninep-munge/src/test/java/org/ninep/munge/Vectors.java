package org.ninep.munge;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** What munged 0.5.15 made, refused and said. */
final class Vectors {
    private static final JsonObject ALL = load();

    private Vectors() {}

    private static JsonObject load() {
        try (Reader in = new InputStreamReader(
                Objects.requireNonNull(Vectors.class.getResourceAsStream("munge-vectors.json")),
                StandardCharsets.UTF_8)) {
            return new Gson().fromJson(in, JsonObject.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A credential that munged decodes, and every value on the way. */
    record Good(String name, JsonObject whole) {
        byte[] credential() {
            return whole.get("credential").getAsString().getBytes(StandardCharsets.US_ASCII);
        }

        byte[] key() {
            return Base64.getDecoder().decode(whole.get("key_b64").getAsString());
        }

        private JsonElement field(String field) {
            return whole.getAsJsonObject("fields").get(field);
        }

        String text(String field) {
            return field(field).getAsString();
        }

        long number(String field) {
            return field(field).getAsLong();
        }

        byte[] hex(String field) {
            return HexFormat.of().parseHex(text(field));
        }

        byte[] payload() {
            return Base64.getDecoder().decode(text("payload_b64"));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Good> good() {
        return ALL.getAsJsonArray("vectors").asList().stream().map(JsonElement::getAsJsonObject)
                .map(each -> new Good(each.get("name").getAsString(), each)).toList();
    }

    static Good good(String name) {
        return good().stream().filter(each -> each.name.equals(name)).findFirst().orElseThrow();
    }

    /** A credential that munged refuses. */
    record Refused(String name, String text, MungeError error) {
        byte[] credential() {
            return text.getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Refused> refused() {
        return ALL.getAsJsonArray("negative").asList().stream().map(JsonElement::getAsJsonObject)
                .map(each -> new Refused(each.get("name").getAsString(),
                        each.get("credential").getAsString(),
                        MungeError.of(each.get("munged_error").getAsInt()).orElseThrow()))
                .toList();
    }

    /** One request to munged, and its answer. */
    record Exchanged(String name, String requestHex, String responseHex) {
        byte[] request() {
            return HexFormat.of().parseHex(requestHex);
        }

        byte[] response() {
            return HexFormat.of().parseHex(responseHex);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Exchanged> wire() {
        return ALL.getAsJsonArray("wire").asList().stream().map(JsonElement::getAsJsonObject)
                .map(each -> new Exchanged(each.get("name").getAsString(),
                        each.get("request_hex").getAsString(), each.get("response_hex").getAsString()))
                .toList();
    }
}
