package org.ninep.nbd.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.nbd.cli.common.ExitStatus;

class ReadingCommandsTest {

    static Files9p files;

    @TempDir
    Path directory;

    @BeforeAll
    static void start() throws IOException {
        files = Files9p.start();
    }

    @AfterAll
    static void stop() {
        files.close();
    }

    @Test
    void lsPrintsTheNamesInOrder() {
        assertEquals("dir\nempty\nhello.txt\nlink\nstuck\n", Ran.output("ls", files.uri("/")));
    }

    @Test
    void lsPrintsNothingThatMovesTheCursor() {
        assertEquals("image\nodd?name\n", Ran.output("ls", files.uri("/dir")));
    }

    @Test
    void lsShowsTheDirectoryItselfWithAll() {
        Set<String> names = Set.of(Ran.output("ls", "-a", files.uri("/")).split("\n"));
        assertTrue(names.containsAll(Set.of("dir", "link")), names.toString());
        assertTrue(Set.of("dir", "empty", "hello.txt", "link", "stuck", ".", "..").containsAll(names),
                names.toString());
    }

    @Test
    void lsLongHasACellForEachAttribute() {
        List<String> lines = Ran.output("ls", "-l", files.uri("/")).lines().toList();
        assertTrue(lines.get(0).matches("dr-xr-xr-x +\\d+ 0 0 +\\d+ 2026-02-03 \\d\\d:\\d\\d dir"), lines.get(0));
        assertTrue(lines.get(2).matches("-r--r--r-- +1 0 0 +6 2026-02-03 \\d\\d:\\d\\d hello.txt"), lines.get(2));
        assertTrue(lines.get(3).matches("l\\S{9} +1 0 0 +9 2026-02-03 \\d\\d:\\d\\d link -> hello.txt"), lines.get(3));
        assertEquals(1, lines.stream().map(line -> line.indexOf("2026-02-03")).distinct().count(), "in columns");
    }

    @Test
    void lsOfAFileShowsItsLine() {
        assertEquals("hello.txt\n", Ran.output("ls", files.uri("/hello.txt")));
        assertTrue(Ran.output("ls", "-l", files.uri("/hello.txt")).endsWith(" hello.txt\n"));
    }

    @Test
    void statShowsEveryAttribute() {
        String text = Ran.output("stat", files.uri("/dir/image"));
        assertTrue(text.contains("path:         /dir/image\n"), text);
        assertTrue(text.contains("type:         regular file\n"), text);
        assertTrue(text.contains("mode:         0444 -r--r--r--\n"), text);
        assertTrue(text.contains("size:         9000001\n"), text);
        assertTrue(text.contains("modified:     2026-02-03 "), text);
        for (String name : List.of("qid", "links", "uid", "gid", "blocks", "block size", "accessed", "changed")) {
            assertTrue(text.contains("\n" + name + ": "), name);
        }
    }

    @Test
    void statShowsWhereALinkPoints() {
        assertTrue(Ran.output("stat", files.uri("/link")).contains("target:       hello.txt\n"));
    }

    @Test
    void catWritesTheWholeFile() {
        Ran ran = Ran.of("cat", files.uri("/dir/image"));
        assertEquals(0, ran.status(), ran.err());
        assertArrayEquals(Files9p.IMAGE, ran.bytes());
        assertEquals("", Ran.output("cat", files.uri("/empty")));
    }

    @Test
    void catReadsFilesThatDoNotTellTheirSize() {
        assertTrue(Ran.output("cat", files.uri("/version", "ctl")).startsWith("ninep 9P2000.L"));
    }

    @Test
    void getWritesTheFileAndLeavesNothingBeside() throws IOException {
        Path file = directory.resolve("copy");
        Files.writeString(file, "replaced");
        assertEquals("", Ran.output("get", files.uri("/dir/image"), file.toString()));
        assertArrayEquals(Files9p.IMAGE, Files.readAllBytes(file));
        Ran.output("get", "-q", files.uri("/hello.txt"), directory.toString());
        try (Stream<Path> all = Files.list(directory)) {
            assertEquals(Set.of("copy", "hello.txt"), Set.of(all.map(path -> path.getFileName().toString()).toArray()));
        }
    }

    @Test
    void getThatFailsLeavesWhatWasThere() throws IOException {
        Path file = Files.writeString(directory.resolve("kept"), "kept");
        Ran ran = Ran.of("get", files.uri("/dir"), file.toString());
        assertEquals(ExitStatus.UNUSABLE, ran.status());
        assertTrue(ran.complaint().contains("is a directory"), ran.err());
        try (Stream<Path> all = Files.list(directory)) {
            assertEquals(List.of(file), all.toList());
        }
        assertEquals("kept", Files.readString(file));
    }

    @Test
    void getThatIsInterruptedLeavesNothing() throws Exception {
        try (ProgramProcess get = ProgramProcess.start("get", "--trace", "--timeout", "60s",
                files.uri("/stuck"), directory.resolve("copy").toString())) {
            String line = get.complaint();
            while (!line.contains("Tread ")) {
                line = get.complaint();
            }
            assertEquals(ExitStatus.FAILED, get.signal("INT"));
        }
        try (Stream<Path> all = Files.list(directory)) {
            assertEquals(List.of(), all.toList());
        }
    }

    @Test
    void getSaysWhatItCannotWrite() {
        Ran ran = Ran.of("get", files.uri("/hello.txt"), directory.resolve("none/copy").toString());
        assertEquals(ExitStatus.FAILED, ran.status());
        assertTrue(ran.complaint().contains("cannot write " + directory.resolve("none/copy")), ran.err());
    }

    @Test
    void traceShowsEachMessage() {
        Ran ran = Ran.of("cat", "--trace", files.uri("/hello.txt"));
        assertEquals("hello\n", ran.out());
        List<String> lines = ran.err().lines().toList();
        assertEquals("> tag NOTAG Tversion msize 1048576 version \"9P2000.L\"", lines.getFirst());
        assertTrue(lines.stream().anyMatch(line -> line.matches("> tag \\d+ Tread fid \\d+ offset 0 count 6")),
                ran.err());
        assertTrue(lines.stream().anyMatch(line -> line.matches("< tag \\d+ Rread data 6 bytes")), ran.err());
    }
}
