package org.ninep.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.ConnectionLostException;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.client.NinepUri;
import org.ninep.server.DirectoryTree;
import org.ninep.server.FileTree;
import org.ninep.server.MemoryTree;
import org.ninep.server.Server;

/** Our own server is what we ask of others. */
class OwnServerTest {
    @TempDir
    Path directory;

    private void fill() throws IOException {
        Files.createDirectories(directory.resolve("dir/sub"));
        Files.write(directory.resolve("file"), new byte[100_000]);
        Files.writeString(directory.resolve("dir/a"), "a");
        Files.createSymbolicLink(directory.resolve("link"), Path.of("file"));
    }

    private static MemoryTree memory() {
        return MemoryTree.builder().file("file", "content ".repeat(10_000)).file("dir/a", "a").file("dir/b", "b")
                .symlink("link", "file").build();
    }

    private static void assertClean(Report report) {
        assertTrue(report.passed(), report::toString);
        assertEquals(List.of(), report.with(Verdict.DIFFERS), report::toString);
    }

    private static Conformance.Builder of(Server server) {
        return Conformance.of(NinepUri.parse("9p://own/?aname=x"), server.transport("checked"))
                .timeout(Duration.ofSeconds(30));
    }

    private static Server serving(FileTree tree) {
        return Server.builder().export("x", tree).build();
    }

    @Test
    void aDirectoryThatIsReadOnlyIsServedAsExpectedAndSurvives() throws IOException {
        fill();
        try (Server server = serving(DirectoryTree.of(directory))) {
            Report report = of(server).destructive(true).run();
            assertClean(report);
            assertEquals(List.of("auth.needed"), report.with(Verdict.SKIPPED).stream()
                    .filter(finding -> finding.check().needs() == Needs.NOTHING).map(f -> f.check().id()).toList());
        }
    }

    @Test
    void aFileThatIsExportedAloneIsLookedAt() throws IOException {
        fill();
        try (Server server = serving(DirectoryTree.of(directory.resolve("file")))) {
            Report report = of(server).only(List.of("version", "attach", "read", "walk")).run();
            assertTrue(report.passed(), report::toString);
            assertTrue(report.with(Verdict.OK).stream().anyMatch(f -> f.check().id().equals("read.whole")));
        }
    }

    @Test
    void filesInMemoryAreServedAsExpectedOverTcp() throws IOException {
        try (Server server = serving(memory())) {
            var address = (InetSocketAddress) server
                    .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            assertClean(Conformance.of(NinepUri.parse("9p://127.0.0.1:" + address.getPort() + "/?aname=x"))
                    .timeout(Duration.ofSeconds(30)).destructive(true).run());
        }
    }

    @Test
    void onlyWhatIsChosenIsDone() throws IOException {
        try (Server server = serving(memory())) {
            Report report = of(server).only(List.of("walk", "read.whole")).run();
            assertTrue(report.findings().stream().map(finding -> finding.check().id())
                    .allMatch(id -> id.startsWith("walk.") || id.equals("read.whole")));
            assertThrows(IllegalArgumentException.class, () -> of(server).only(List.of("wal")));
        }
    }

    @Test
    void aPathThatIsNotThereIsAFailureOfItsOwn() throws IOException {
        try (Server server = serving(memory())) {
            Report report = Conformance
                    .of(NinepUri.parse("9p://own/no/such?aname=x"), server.transport("checked"))
                    .only(List.of("attach.path")).run();
            assertTrue(report.findings().getFirst().seen().contains("ENOENT"), report::toString);
        }
    }

    @Test
    void noServerIsNoReport() {
        assertThrows(ConnectionLostException.class,
                () -> Conformance.of(NinepUri.parse("9p+unix:///?socket=/no/such/socket")).run());
    }

    @Test
    void aDirectoryThatCanBeWrittenIsServedAsExpectedAndLeftAsItWas() throws IOException {
        try (Server server = serving(DirectoryTree.builder(directory).readWrite().build())) {
            Report report = of(server).scratch("/").destructive(true).run();
            assertClean(report);
            // not every file system has attributes for users
            assertEquals(List.of("auth.needed"), report.with(Verdict.SKIPPED).stream()
                    .map(finding -> finding.check().id()).filter(id -> !id.startsWith("xattr.")).toList());
        }
        try (var left = Files.list(directory)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void whereNothingCanBeWrittenThereIsNoReport() throws IOException {
        try (Server server = serving(memory())) {
            RemoteException e = assertThrows(RemoteException.class, () -> of(server).scratch("/dir").run());
            assertEquals(Errno.EROFS, e.errno());
        }
    }
}
