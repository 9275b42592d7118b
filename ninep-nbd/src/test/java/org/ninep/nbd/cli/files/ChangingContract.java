package org.ninep.nbd.cli.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.nbd.cli.Ran;
import org.ninep.nbd.cli.common.ExitStatus;

/** What the commands do that change a tree, whatever server it is on. */
abstract class ChangingContract {

    @TempDir
    Path work;

    /** The directory that the server exports. */
    abstract Path export();

    abstract String uri(String path);

    Path file(String name) {
        return export().resolve(name);
    }

    private static String mode(Path path) throws IOException {
        int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return Integer.toOctalString(mode & 07777);
    }

    private static void chmod(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    /** All that is below, hidden and temporary names too. */
    private static Set<String> names(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return new TreeSet<>(all.map(path -> directory.relativize(path).toString()).filter(name -> !name.isEmpty())
                    .toList());
        }
    }

    private static String shell(String script, Path directory) throws IOException {
        Process process = new ProcessBuilder("bash", "-ec", script).directory(directory.toFile())
                .redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.onExit().join().exitValue(), out);
        return out;
    }

    private static void fails(int status, String complaint, String... arguments) {
        Ran ran = Ran.of(arguments);
        assertEquals(status, ran.status(), ran.err());
        assertTrue(ran.complaint().startsWith("ninep " + arguments[0] + ": "), ran.err());
        assertTrue(ran.complaint().contains(complaint), ran.err());
    }

    // put

    @Test
    void putCopiesAFileIntoADirectoryAndToAName() throws IOException {
        byte[] content = new byte[9_000_001];
        new Random(4).nextBytes(content);
        Path source = Files.write(work.resolve("image"), content);
        assertEquals("", Ran.output("put", source.toString(), uri("/")));
        assertArrayEquals(content, Files.readAllBytes(file("image")));
        Files.writeString(source, "new");
        Ran.output("put", source.toString(), uri("/other"));
        assertEquals("new", Files.readString(file("other")));
        Ran.output("put", source.toString(), uri("/image"));
        assertEquals("new", Files.readString(file("image")), "replaced");
        assertEquals(List.of("image", "other"), List.copyOf(names(export())));
    }

    @Test
    void putReadsStandardInput() throws IOException {
        Ran ran = Ran.of("from a pipe".getBytes(StandardCharsets.UTF_8), "put", "-", uri("/piped"));
        assertEquals(0, ran.status(), ran.err());
        assertEquals("from a pipe", Files.readString(file("piped")));
        fails(ExitStatus.UNUSABLE, "standard input has no name", "put", "-", uri("/"));
    }

    @Test
    void putCopiesATreeAndLeavesLinksAsTheyAre() throws IOException {
        Path source = Files.createDirectories(work.resolve("tree"));
        Files.createDirectories(source.resolve("a/empty"));
        Files.writeString(source.resolve("a/file"), "content");
        Files.writeString(source.resolve("caf\u00e9"), "accent");
        Files.createSymbolicLink(source.resolve("out"), Path.of("/etc"));
        shell("ln -s ../nowhere//x/ dangling && echo x >$'caf\\xe9' && ln -s $'caf\\xe9' latin", source);
        chmod(source.resolve("a/file"), "rw-r-x---");
        chmod(source.resolve("a"), "r-xr-x---");
        Files.setLastModifiedTime(source.resolve("a/file"), FileTime.from(Instant.parse("2020-01-02T03:04:05Z")));
        Files.setLastModifiedTime(source.resolve("a"), FileTime.from(Instant.parse("2021-01-02T03:04:05Z")));
        Ran.output("put", "-rp", source.toString(), uri("/copy"));
        assertEquals(shell("find . | LC_ALL=C sort | od -c", source),
                shell("find . | LC_ALL=C sort | od -c", file("copy")));
        assertEquals("content", Files.readString(file("copy/a/file")));
        assertEquals(Path.of("/etc"), Files.readSymbolicLink(file("copy/out")));
        String links = "readlink dangling latin | od -An -c; cat $'caf\\xe9'";
        assertEquals(shell(links, source), shell(links, file("copy")), "as bytes");
        assertEquals("650", mode(file("copy/a/file")));
        assertEquals("550", mode(file("copy/a")));
        for (String name : List.of("a", "a/file")) {
            assertEquals(Files.getLastModifiedTime(source.resolve(name)),
                    Files.getLastModifiedTime(file("copy/" + name)));
        }
        // again, into what is there; and under its own name
        Files.writeString(source.resolve("caf\u00e9"), "changed");
        Ran.output("put", "-r", source + "/.", uri("/copy"));
        assertEquals(names(source), names(file("copy")));
        assertEquals("changed", Files.readString(file("copy/caf\u00e9")));
        Ran.output("put", "-r", source.toString(), uri("/copy/"));
        assertEquals("content", Files.readString(file("copy/tree/a/file")));
    }

    @Test
    void putFollowsLinksWhenAsked() throws IOException {
        Path source = Files.createDirectories(work.resolve("tree"));
        Files.writeString(Files.createDirectory(work.resolve("outside")).resolve("file"), "x");
        Files.createSymbolicLink(source.resolve("link"), Path.of("../outside"));
        Files.createSymbolicLink(source.resolve("loop"), Path.of("."));
        fails(ExitStatus.UNUSABLE, "loop: a link leads to a directory that it is in", "put", "-rL", source.toString(),
                uri("/"));
        assertEquals("x", Files.readString(file("tree/link/file")));
        assertFalse(Files.isSymbolicLink(file("tree/link")));
    }

    @Test
    void putGoesOnWithWhatCanBeCopied() throws IOException {
        Path source = Files.writeString(work.resolve("good"), "good");
        Path directory = Files.createDirectory(work.resolve("directory"));
        Ran ran = Ran.of("put", work + "/none", directory.toString(), source.toString(), uri("/"));
        assertEquals(ExitStatus.FAILED, ran.status(), "that of the first");
        assertEquals(2, ran.err().lines().count(), ran.err());
        assertTrue(ran.err().contains("ninep put: cannot read " + work + "/none: no such file or directory"),
                ran.err());
        assertTrue(ran.err().contains("directory: is a directory; --recursive copies it"), ran.err());
        assertEquals(List.of("good"), List.copyOf(names(export())));
    }

    @Test
    void putDoesNotGuessWhereALinkLeads() throws IOException {
        Path source = Files.writeString(work.resolve("file"), "new");
        Files.createDirectory(file("directory"));
        Files.createSymbolicLink(file("link"), Path.of("directory"));
        fails(ExitStatus.UNUSABLE, "/link: is a symbolic link", "put", source.toString(), uri("/link"));
        Ran.output("put", "-T", source.toString(), uri("/link"));
        assertEquals("new", Files.readString(file("link")));
        assertFalse(Files.isSymbolicLink(file("link")));
        fails(ExitStatus.REFUSED, "cannot put " + source + " to /directory", "put", "-T", source.toString(),
                uri("/directory"));
        fails(ExitStatus.REFUSED, "/none", "put", source.toString(), uri("/none/"));
        fails(ExitStatus.UNUSABLE, "/link: is not a directory", "put", source.toString(), uri("/link/"));
        assertEquals(List.of("directory", "link"), List.copyOf(names(export())), "no half file");
    }

    // mkdir

    @Test
    void mkdirMakesDirectories() throws IOException {
        Ran.output("mkdir", uri("/a"), uri("/b"));
        Ran.output("mkdir", "-p", "-m", "u=rwx,g=rxs,o=", uri("/c/d/e"));
        assertEquals("2750", mode(file("c/d/e")));
        Ran.output("mkdir", "-p", uri("/c/d/e"), uri("/"));
        assertEquals("2750", mode(file("c/d/e")), "as it was");
        assertEquals(List.of("a", "b", "c", "c/d", "c/d/e"), List.copyOf(names(export())));
    }

    @Test
    void mkdirNamesWhatIsThere() throws IOException {
        Files.createFile(file("file"));
        fails(ExitStatus.REFUSED, "/file: file exists (EEXIST)", "mkdir", uri("/file"));
        fails(ExitStatus.UNUSABLE, "/file: exists already, and is not a directory", "mkdir", "-p", uri("/file/x"));
        fails(ExitStatus.REFUSED, "(ENOENT)", "mkdir", uri("/none/x"));
        fails(ExitStatus.UNUSABLE, "the root of an export cannot be made", "mkdir", uri("/"));
        Ran ran = Ran.of("mkdir", uri("/file"), uri("/new"));
        assertEquals(ExitStatus.REFUSED, ran.status());
        assertTrue(Files.isDirectory(file("new")), "goes on");
    }

    // rm

    @Test
    void rmRemovesATreeAndNothingThatLinksLeadTo() throws IOException {
        Path outside = Files.createDirectory(file("outside"));
        Files.createFile(outside.resolve("kept"));
        Files.createDirectories(file("tree/a/b/c"));
        Files.createFile(file("tree/a/file\nwith\u001b[2J"));
        Files.createSymbolicLink(file("tree/a/link"), Path.of("../../outside"));
        Files.createSymbolicLink(file("tree/abs"), outside);
        shell("touch $'caf\\xe9' && mkdir $'\\xff'", file("tree"));
        Ran.output("rm", "-r", uri("/tree"));
        assertEquals(List.of("outside", "outside/kept"), List.copyOf(names(export())));
        Files.createSymbolicLink(file("link"), Path.of("outside"));
        Ran.output("rm", "-r", uri("/link"));
        assertEquals(List.of("outside", "outside/kept"), List.copyOf(names(export())));
    }

    @Test
    void rmRefusesTheRootAndWhatIsNotThere() throws IOException {
        Files.createDirectories(file("a/b"));
        for (String root : List.of("/", "", "//", "/.", "/./")) {
            fails(ExitStatus.UNUSABLE, "the root of an export cannot be removed", "rm", "-rf", uri(root));
        }
        for (String dots : List.of("/a/..", "/a/../", "/a/.", "/..")) {
            fails(ExitStatus.UNUSABLE, "what a path calls . or .. cannot be removed", "rm", "-rf", uri(dots));
        }
        fails(ExitStatus.UNUSABLE, "/a: is a directory; --recursive removes it", "rm", "-f", uri("/a"));
        fails(ExitStatus.REFUSED, "no such file or directory (ENOENT)", "rm", uri("/none"));
        Ran.output("rm", "-f", uri("/none"), uri("/none/x"));
        Ran ran = Ran.of("rm", "-r", uri("/none"), uri("/a"));
        assertEquals(ExitStatus.REFUSED, ran.status());
        assertEquals(List.of(), List.copyOf(names(export())), "went on");
    }

    // mv

    @Test
    void mvRenamesReplacesAndMovesIntoDirectories() throws IOException {
        Files.writeString(file("a"), "a");
        Files.writeString(file("b"), "b");
        Files.createDirectory(file("d"));
        Ran.output("mv", uri("/a"), uri("/b"));
        assertEquals("a", Files.readString(file("b")));
        Ran.output("mv", uri("/b"), "/d");
        Files.writeString(file("d/c%20"), "c");
        Ran.output("mv", uri("/d/c%2520"), uri("/d/b"), "/");
        fails(ExitStatus.UNUSABLE, "/b: is the same file as /b already", "mv", uri("/b"), uri("/b"));
        Ran.output("mv", "-T", uri("/b"), "/x");
        Ran.output("mv", uri("/d"), uri("/e"));
        assertEquals(List.of("c%20", "e", "x"), List.copyOf(names(export())));
    }

    @Test
    void mvKeepsWhatIsThereIfAsked() throws IOException {
        Files.writeString(file("a"), "a");
        Files.writeString(file("b"), "b");
        fails(ExitStatus.UNUSABLE, "/b: exists already; it is kept, and /a is not moved", "mv", "-n", uri("/a"), "/b");
        assertEquals("b", Files.readString(file("b")));
        fails(ExitStatus.REFUSED, "/none", "mv", uri("/none"), "/b");
        fails(ExitStatus.UNUSABLE, "/b: is not a directory", "mv", uri("/a"), uri("/b"), "/b");
        fails(ExitStatus.UNUSABLE, "the root of an export cannot be moved", "mv", uri("/"), "/b");
        Ran.output("mv", "-nf", uri("/a"), "/b");
        assertEquals("a", Files.readString(file("b")));
    }

    // ln

    @Test
    void lnMakesLinks() throws IOException {
        Files.writeString(file("a"), "a");
        Files.createDirectory(file("d"));
        Ran.output("ln", "/a", uri("/hard"));
        assertEquals(Files.getAttribute(file("a"), "unix:ino"), Files.getAttribute(file("hard"), "unix:ino"));
        Ran.output("ln", uri("/a"), uri("/d"));
        assertTrue(Files.exists(file("d/a")));
        Ran.output("ln", "-s", "../a", uri("/d/soft"));
        assertEquals(Path.of("../a"), Files.readSymbolicLink(file("d/soft")));
        fails(ExitStatus.REFUSED, "(EEXIST)", "ln", "-sT", "b", uri("/d/soft"));
        Ran.output("ln", "-sfT", "b", uri("/d/soft"));
        assertEquals(Path.of("b"), Files.readSymbolicLink(file("d/soft")));
        Ran.output("ln", "-f", "/a", uri("/hard"));
        Files.writeString(file("b"), "b");
        Ran.output("ln", "-f", "/a", uri("/b"));
        assertEquals("a", Files.readString(file("b")));
        fails(ExitStatus.UNUSABLE, "/d: is a directory, which has one name", "ln", "/d", uri("/e"));
        assertEquals(List.of("a", "b", "d", "d/a", "d/soft", "hard"), List.copyOf(names(export())), "nothing beside");
    }

    // chmod

    @Test
    void chmodChangesFilesAndTrees() throws IOException {
        Files.createDirectories(file("d/e"));
        Files.createFile(file("d/f"));
        Files.createFile(file("outside"));
        Files.createSymbolicLink(file("d/link"), Path.of("../outside"));
        chmod(file("outside"), "rw-------");
        Ran.output("chmod", "0640", uri("/d/f"));
        assertEquals("640", mode(file("d/f")));
        Ran.output("chmod", "-R", "a=rX,u+w", uri("/d"));
        assertEquals(List.of("755", "755", "644"), List.of(mode(file("d")), mode(file("d/e")), mode(file("d/f"))));
        Ran.output("chmod", "-w", uri("/d/f"));
        assertEquals("444", mode(file("d/f")));
        assertEquals("600", mode(file("outside")));
        fails(ExitStatus.UNUSABLE, "/d/link: is a symbolic link", "chmod", "777", uri("/d/link"));
        fails(ExitStatus.REFUSED, "/none", "chmod", "777", uri("/none"));
    }

    @Test
    void allGoThroughADeepTree() throws IOException {
        Path source = Files.createDirectory(work.resolve("deep"));
        Files.createDirectories(source.resolve(String.join("/", Collections.nCopies(600, "d"))));
        Ran.output("put", "-r", source.toString(), uri("/"));
        assertTrue(Ran.output("tree", uri("/")).endsWith("\n601 directories, 0 files\n"));
        Ran.output("chmod", "-R", "go-rwx", uri("/deep"));
        assertEquals("700", mode(file("deep/d/d/d")));
        Ran.output("rm", "-r", uri("/deep"));
        assertEquals(Set.of(), names(export()));
    }

    // tree

    @Test
    void treeDrawsAndCounts() throws IOException {
        Files.createDirectories(file("a/b"));
        Files.writeString(file("a/b/file"), "12345");
        Files.writeString(file("a/\u001b[2Jx\u009b"), "");
        Files.createSymbolicLink(file("link"), Path.of("a"));
        Files.createDirectory(file("z"));
        assertEquals("""
                /
                ├── a/
                │   ├── ?[2Jx?
                │   └── b/
                │       └── file
                ├── link -> a
                └── z/

                3 directories, 3 files
                """, Ran.output("tree", uri("/")));
        assertEquals("""
                /a
                ├── [          0]  ?[2Jx?
                └── b/

                1 directory, 1 file, 0 bytes
                """, Ran.output("tree", "-sL", "1", uri("/a")));
        JsonObject json = JsonParser.parseString(Ran.output("tree", "--json", uri("/"))).getAsJsonObject();
        assertEquals(3, json.get("directories").getAsInt());
        assertEquals(5, json.get("bytes").getAsInt());
        var contents = json.getAsJsonObject("tree").getAsJsonArray("contents");
        assertEquals("a", contents.get(1).getAsJsonObject().get("target").getAsString());
        assertEquals("\u001b[2Jx\u009b", contents.get(0).getAsJsonObject().getAsJsonArray("contents").get(0)
                .getAsJsonObject().get("name").getAsString());
        fails(ExitStatus.UNUSABLE, "/link: is not a directory", "tree", uri("/link"));
    }
}
