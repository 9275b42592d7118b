package org.ninep.nbd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.check.Conformance;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.peer.Diod;

/** {@code ninep check}: what it prints, and its status. */
class CheckTest {

    @TempDir
    Path directory;

    @Test
    void printsALineForEachCheckAndASummary() throws IOException {
        try (Files9p files = Files9p.start()) {
            Ran ran = Ran.of("check", "--only", "walk", "--only", "auth", "--only", "xattr.set", files.uri("/"));
            assertEquals(0, ran.status(), ran.out() + ran.err());
            assertTrue(ran.out().contains("ok       walk.partial\n"), ran.out());
            assertTrue(ran.out().contains("skipped  auth.needed                the URI does not ask"), ran.out());
            assertFalse(ran.out().contains("xattr.set"), ran.out());
            assertTrue(ran.out().lines().toList().getLast().endsWith(
                    " ok, 0 differ, 0 failed, 2 skipped (1 for want of --scratch or --destructive)"), ran.out());
            assertEquals("", ran.err());
        }
    }

    @Test
    void aCheckThatFailsIsStatus1AndSaysWhatIsExpected() throws IOException {
        try (Files9p files = Files9p.start()) {
            Ran ran = Ran.of("check", "--only", "attach.path", files.uri("/no/such"));
            assertEquals(ExitStatus.FAILED, ran.status());
            assertTrue(ran.out().startsWith("FAILED   attach.path"), ran.out());
            assertTrue(ran.out().contains("expected: The URI's path"), ran.out());
        }
    }

    @Test
    void printsOneLineOfJson() throws IOException {
        try (Files9p files = Files9p.start()) {
            String out = Ran.output("check", "--json", "--only", "read", files.uri("/"));
            assertEquals(1, out.lines().count());
            JsonObject json = JsonParser.parseString(out).getAsJsonObject();
            assertTrue(json.get("passed").getAsBoolean());
            JsonArray checks = json.getAsJsonArray("checks");
            JsonObject first = checks.get(0).getAsJsonObject();
            assertEquals("read.whole", first.get("id").getAsString());
            assertEquals("OK", first.get("verdict").getAsString());
            assertEquals("NOTHING", first.get("needs").getAsString());
            assertEquals("read(5)", first.get("basis").getAsString());
        }
    }

    @Test
    void writesInADirectoryOfItsOwnAndRemovesIt() throws Exception {
        Path export = directory.resolve("export");
        Files.createDirectories(export.resolve("here"));
        try (Running serve = Running.start("serve", "--listen", "tcp:127.0.0.1:0", "--export", export + "=x",
                "--read-write")) {
            String uri = serve.ready();
            Ran ran = Ran.of("check", "--scratch", "/here", "--only", "create", "--only", "scratch", uri);
            assertEquals(0, ran.status(), ran.out() + ran.err());
            assertTrue(ran.out().contains("ok       create.file\n"), ran.out());
            assertTrue(ran.out().contains("ok       scratch.removed\n"), ran.out());
            try (var left = Files.list(export.resolve("here"))) {
                assertEquals(0, left.count());
            }
            assertEquals(ExitStatus.FAILED, Ran.of("check", "--scratch", "/none", uri).status());
        }
    }

    @Test
    void aScratchDirectoryThatCannotBeMadeIsStatus4() throws IOException {
        try (Files9p files = Files9p.start()) {
            Ran ran = Ran.of("check", "--scratch", "/dir", files.uri("/"));
            assertEquals(ExitStatus.REFUSED, ran.status());
            assertTrue(ran.complaint().contains("/dir: cannot make a directory in it: "), ran.err());
        }
    }

    @Test
    void noServerIsStatus3() {
        Ran ran = Ran.of("check", "9p+unix:///?socket=" + directory.resolve("none"));
        assertEquals(ExitStatus.UNREACHABLE, ran.status());
        ran.complaint();
    }

    @Test
    void theDocumentationHasEveryCheckAsItIs() throws IOException {
        String document = Files.readString(Path.of(System.getProperty("ninep.root"), "docs", "check.md"));
        Conformance.checks().forEach(check -> assertTrue(
                document.contains("| `" + check.id() + "` | " + check.expected() + " | " + check.basis() + " |"),
                check.toString()));
    }

    @Test
    @Tag("peer")
    void findsWhatDiodIsKnownFor() throws Exception {
        Path export = directory.resolve("export");
        Files.createDirectories(export.resolve("dir"));
        Files.writeString(export.resolve("file"), "content");
        try (Diod diod = Diod.startOnTcp(export)) {
            Ran ran = Ran.of("check", "--only", "version", "--only", "walk", "--only", "getattr",
                    "9p://" + diod.address() + "/?aname=" + export);
            assertEquals(ExitStatus.FAILED, ran.status(), ran.err());
            assertTrue(ran.out().contains("differs  version.unknown"), ran.out());
            assertTrue(ran.out().contains("FAILED   walk.partial"), ran.out());
            assertTrue(ran.out().contains("ok       walk.clone\n"), ran.out());
        }
    }
}
