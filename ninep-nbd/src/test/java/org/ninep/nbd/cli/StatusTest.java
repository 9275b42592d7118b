package org.ninep.nbd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.peer.Peers;

/** What an administrator sees of a running {@code ninep nbd}. */
@Timeout(120)
class StatusTest {
    @TempDir
    Path directory;

    private Path socket() {
        return directory.resolve("c");
    }

    private Running nbd(String export) {
        return Running.start("nbd", "--listen", "tcp:127.0.0.1:0", "--control", socket().toString(), "--export",
                export);
    }

    private String status(String... more) {
        String[] arguments = new String[3 + more.length];
        System.arraycopy(new String[]{"status", "--control", socket().toString()}, 0, arguments, 0, 3);
        System.arraycopy(more, 0, arguments, 3, more.length);
        return Ran.output(arguments);
    }

    private JsonObject export() {
        return JsonParser.parseString(status("--json")).getAsJsonObject().getAsJsonArray("exports").get(0)
                .getAsJsonObject();
    }

    @Test
    void showsTheExportsAndTheirReplicas() throws Exception {
        try (Files9p files = Files9p.start();
                Running nbd = nbd("x=" + files.uri("/dir/image") + " 9p://127.0.0.1:" + Peers.freePort() + "/a")) {
            nbd.ready();
            String table = status();
            assertTrue(table.startsWith("export \"x\": serving, " + Files9p.IMAGE.length + " bytes"), table);
            assertTrue(table.lines().anyMatch(line -> line.contains(files.uri("/dir/image")) && line.contains(" up ")),
                    table);
            assertEquals("SERVING", export().get("state").getAsString());
            assertEquals(files.uri("/dir/image"), export().get("active").getAsString());
            assertEquals(2, export().getAsJsonArray("replicas").size());
        }
    }

    @Test
    void answersWhileTheExportsAreWaitedFor() throws Exception {
        try (Running _ = nbd("x=9p://127.0.0.1:" + Peers.freePort() + "/a")) {
            awaitSocket();
            JsonObject export = export();
            assertEquals("OPENING", export.get("state").getAsString());
            assertEquals(-1, export.get("size").getAsLong());
        }
    }

    private void awaitSocket() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.exists(socket())) {
            assertTrue(System.nanoTime() < end);
            Thread.onSpinWait();
        }
    }

    @Test
    void replicasAreAddedAndRemovedWhileItServes() throws Exception {
        try (Files9p first = Files9p.start();
                Files9p second = Files9p.start();
                Running nbd = nbd("x=" + first.uri("/dir/image"))) {
            nbd.ready();
            String control = socket().toString();
            Ran.output("replicas", "--control", control, "add", "x", second.uri("/dir/image"));
            assertEquals(second.uri("/dir/image") + "\n",
                    Ran.output("replicas", "--control", control, "remove", "x", first.uri("/dir/image")));
            assertEquals(second.uri("/dir/image") + "\n", Ran.output("replicas", "--control", control, "list", "x"));
            Ran again = Ran.of("replicas", "--control", control, "remove", "x", second.uri("/dir/image"));
            assertEquals(ExitStatus.FAILED, again.status());
            assertTrue(again.complaint().contains("is the only replica"), again.err());
            assertEquals(ExitStatus.FAILED, Ran.of("replicas", "--control", control, "list", "y").status());
        }
    }

    @Test
    void aReplicaThatAsksForAuthenticationIsRefusedWhereThereIsNone() throws Exception {
        try (Files9p files = Files9p.start(); Running nbd = nbd("x=" + files.uri("/dir/image"))) {
            nbd.ready();
            Ran add = Ran.of("replicas", "--control", socket().toString(), "add", "x",
                    files.uri("/dir/image") + "&auth=munge");
            assertEquals(ExitStatus.FAILED, add.status(), add.err());
            assertTrue(add.complaint().contains("asks for authentication"), add.err());
            assertTrue(add.complaint().contains("ninep nbd: --auth munge"), add.err());
            assertEquals(files.uri("/dir/image") + "\n",
                    Ran.output("replicas", "--control", socket().toString(), "list", "x"));
        }
    }

    @Test
    void theSocketIsItsOwnersAndGoesWithTheProcess() throws Exception {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket()));
        }
        try (Files9p files = Files9p.start(); Running nbd = nbd("x=" + files.uri("/dir/image"))) {
            nbd.ready();
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())));
            Ran second = Ran.of("nbd", "--listen", "tcp:127.0.0.1:0", "--control", socket().toString(), "--export",
                    "x=" + files.uri("/dir/image"));
            assertEquals(ExitStatus.CANNOT_LISTEN, second.status());
            assertTrue(second.complaint().contains("another process does"), second.err());
        }
        assertFalse(Files.exists(socket()));
        assertEquals(0, directory.toFile().list().length, "nothing is left");
        Ran nobody = Ran.of("status", "--control", socket().toString());
        assertEquals(ExitStatus.UNREACHABLE, nobody.status(), nobody.err());
    }

    @Test
    void metricsAreServedToPrometheus() throws Exception {
        try (Files9p files = Files9p.start();
                ProgramProcess nbd = ProgramProcess.start("nbd", "--listen", "tcp:127.0.0.1:0", "--metrics",
                        "tcp:127.0.0.1:0",
                        "--export", "x=" + files.uri("/dir/image"))) {
            nbd.ready();
            String line = nbd.complaint();
            while (!line.contains("metrics at ")) {
                line = nbd.complaint();
            }
            URI uri = URI.create(line.substring(line.indexOf("http://")));
            String text;
            try (var in = uri.toURL().openStream()) {
                text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
            assertTrue(text.contains("# TYPE ninep_reads_total counter"), text);
            assertTrue(text.contains("ninep_serving{export=\"x\"} 1.0"), text);
            assertTrue(text.contains("ninep_replica_state{export=\"x\",replica=\"" + files.uri("/dir/image")
                    + "\",state=\"UP\"} 1.0"), text);
            assertTrue(text.contains("quantile=\"0.99\""), text);
        }
    }

    @Test
    void nonsenseIsAnsweredWithWhatIsWrong() throws Exception {
        try (Files9p files = Files9p.start(); Running nbd = nbd("x=" + files.uri("/dir/image"))) {
            nbd.ready();
            for (String line : new String[]{"nonsense", "{}", "{\"command\":\"frob\"}", "[1]", "",
                    "{\"command\":\"add\",\"export\":\"x\",\"uri\":\"ftp://h/\"}"}) {
                assertTrue(ask(line).contains("\"error\""), line);
            }
            assertTrue(ask("x".repeat(60_000)).contains("\"error\""));
            assertEquals("SERVING", export().get("state").getAsString());
        }
    }

    private String ask(String line) throws Exception {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
            channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
            ByteBuffer answer = ByteBuffer.allocate(100_000);
            while (channel.read(answer) >= 0) {
                // until it is closed
            }
            return StandardCharsets.UTF_8.decode(answer.flip()).toString();
        }
    }
}
