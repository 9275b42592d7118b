package org.ninep.nbd.cli.copy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.nbd.cli.ProgramProcess;
import org.ninep.nbd.cli.Ran;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.peer.Peers;
import org.ninep.server.DirectoryTree;
import org.ninep.server.Server;

/** What {@code put} leaves where something goes wrong, and what it takes of a machine. */
class PutFaultsTest {

    @TempDir
    Path work;

    private Path export;
    private Server server;
    private int port;

    @BeforeEach
    void start() throws IOException {
        export = Files.createDirectory(work.resolve("export"));
        server = Server.builder().export("rw", DirectoryTree.builder(export).readWrite().build())
                .export("ro", DirectoryTree.of(export)).build();
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        port = ((InetSocketAddress) server.listen(loopback)).getPort();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String uri(String path, String aname) {
        return "9p://127.0.0.1:" + port + path + "?aname=" + aname;
    }

    private List<String> exported() throws IOException {
        try (Stream<Path> all = Files.list(export)) {
            return all.map(path -> path.getFileName().toString()).toList();
        }
    }

    @Test
    void takesLittleMemoryForALargeFile() throws Exception {
        Path source = work.resolve("large");
        try (RandomAccessFile large = new RandomAccessFile(source.toFile(), "rw")) {
            large.setLength(64 << 20);
            large.seek(45_678_901);
            large.write("somewhere".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
        var little = Map.of("JAVA_TOOL_OPTIONS", "-Xmx24m -XX:MaxDirectMemorySize=12m");
        try (ProgramProcess put = ProgramProcess.start(little, List.of(), "put", source.toString(),
                uri("/copy", "rw"))) {
            assertEquals(0, put.status(), "see its standard error");
        }
        assertEquals(-1, Files.mismatch(source, export.resolve("copy")));
    }

    @Test
    void leavesNoHalfFileWhenItIsInterrupted() throws Exception {
        Files.writeString(export.resolve("kept"), "old");
        try (ProgramProcess put = ProgramProcess.start("put", "--trace", "-", uri("/kept", "rw"))) {
            put.awaitComplaint("Rlcreate");
            assertTrue(exported().stream().anyMatch(name -> name.endsWith(".part")), exported().toString());
            assertEquals(ExitStatus.FAILED, put.signal("INT"));
            put.awaitComplaint("ninep put: interrupted");
        }
        assertEquals(List.of("kept"), exported());
        assertEquals("old", Files.readString(export.resolve("kept")));
    }

    @Test
    void namesWhatMayBeLeftWhenTheServerIsGone() throws Exception {
        try (ProgramProcess put = ProgramProcess.start("put", "--trace", "-", uri("/new", "rw"))) {
            put.awaitComplaint("Rlcreate");
            server.close();
            assertEquals(ExitStatus.FAILED, put.signal("INT"));
            put.awaitComplaint("what there is of it may be left as /" + exported().getFirst());
        }
        assertFalse(Files.exists(export.resolve("new")));
    }

    @Test
    void saysThatTheServerIsReadOnly() throws IOException {
        Path source = Files.writeString(work.resolve("file"), "x");
        Path tree = Files.createDirectory(work.resolve("tree"));
        Files.createSymbolicLink(tree.resolve("link"), Path.of("x"));
        Files.writeString(export.resolve("old"), "old");
        for (List<String> line : List.of(List.of("put", source.toString(), uri("/new", "ro")),
                List.of("put", "-r", tree.toString(), uri("/", "ro")),
                List.of("mkdir", uri("/new", "ro")), List.of("rm", uri("/old", "ro")),
                List.of("mv", uri("/old", "ro"), "/new"), List.of("ln", "/old", uri("/new", "ro")),
                List.of("ln", "-s", "x", uri("/new", "ro")), List.of("chmod", "0", uri("/old", "ro")))) {
            Ran ran = Ran.of(line.toArray(String[]::new));
            assertEquals(ExitStatus.REFUSED, ran.status(), ran.err());
            assertTrue(ran.complaint().contains("read-only file system (EROFS)"), ran.err());
            assertFalse(ran.err().contains("may be left"), ran.err());
        }
        assertEquals(List.of("old"), exported());
    }

    @Test
    @Tag("peer")
    void saysThatThereIsNoSpaceAndLeavesNothing() throws Exception {
        Path small = Files.createDirectory(work.resolve("small"));
        Path source = Files.write(work.resolve("file"), new byte[8 << 20]);
        List<String> wrapper = List.of(Peers.require("unshare"), "-rm", "sh", "-c",
                "mount -t tmpfs -o size=1m none \"$0\" && exec \"$@\"", small.toString());
        try (ProgramProcess serve = ProgramProcess.start(Map.of(), wrapper, "serve", "--listen", "tcp:127.0.0.1:0",
                "--read-write", "--export", small + "=small")) {
            String root = serve.ready();
            Ran ran = Ran.of("put", source.toString(), root);
            assertEquals(ExitStatus.REFUSED, ran.status(), ran.err());
            assertTrue(ran.complaint().contains("cannot put " + source + " to /file: "), ran.err());
            assertTrue(ran.complaint().endsWith("no space left on device (ENOSPC)"), ran.err());
            assertEquals("", Ran.output("ls", root));
            assertEquals(0, serve.signal("TERM"));
        }
    }

    @Test
    void isTheSameForATreeThatIsCopiedIntoItself() throws IOException {
        Files.writeString(Files.createDirectory(export.resolve("tree")).resolve("file"), "x");
        Ran.output("put", "-r", export.toString(), uri("/copy", "rw"));
        Ran.output("put", "-r", export + "/.", uri("/copy", "rw"));
        assertEquals("x", Files.readString(export.resolve("copy/copy/tree/file")));
        assertFalse(Files.exists(export.resolve("copy/copy/copy")));
    }
}
