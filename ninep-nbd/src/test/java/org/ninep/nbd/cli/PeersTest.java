package org.ninep.nbd.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.peer.Diod;
import org.ninep.peer.Ganesha;
import org.ninep.peer.Peers;

/** The program beside those of others: diod, and what starts services. */
@Tag("peer")
class PeersTest {

    @TempDir
    Path directory;

    /** A socket made by perl becomes the program's standard input; what is printed by perl comes first. */
    private static List<String> perl(String script, String... arguments) {
        return java.util.stream.Stream.concat(
                java.util.stream.Stream.of(Peers.require("perl"), "-e", "use Socket; $| = 1; " + script),
                java.util.stream.Stream.of(arguments))
                .toList();
    }

    @Test
    void readsWhatDiodServes() throws Exception {
        Path export = export();
        try (Diod diod = Diod.startOnTcp(export)) {
            assertReads(diod.address(), export);
        }
    }

    @Test
    void readsWhatGaneshaServes() throws Exception {
        Path export = export();
        try (Ganesha ganesha = Ganesha.start(directory, export)) {
            assertReads(ganesha.address(), export);
        }
    }

    private Path export() throws IOException {
        Path export = Files.createDirectory(directory.resolve("export"));
        Files.write(export.resolve("image"), Files9p.IMAGE);
        Files.createSymbolicLink(export.resolve("link"), Path.of("image"));
        return export;
    }

    private void assertReads(String address, Path export) throws Exception {
        String root = "9p://" + address + "/";
        String aname = "?aname=" + export;
        try (Running nbd = Running.start("nbd", "--listen", "unix:" + directory.resolve("s"), "--max-backoff", "20ms",
                "--export", "x=" + root + "image" + aname)) {
            nbd.ready();
            assertEquals("image\nlink\n", Ran.output("ls", root + aname));
            List<String> lines = Ran.output("ls", "-l", root + aname).lines().toList();
            assertTrue(lines.get(0).contains(" 9000001 ") && lines.get(0).endsWith(" image"), lines.toString());
            assertTrue(lines.get(1).startsWith("l") && lines.get(1).endsWith(" link -> image"), lines.toString());
            assertTrue(Ran.output("stat", root + "image" + aname).contains("size:         9000001\n"));
            assertArrayEquals(Files9p.IMAGE, Ran.of("cat", root + "image" + aname).bytes());
            Ran.output("get", root + "image" + aname, directory.resolve("copy").toString());
            assertArrayEquals(Files9p.IMAGE, Files.readAllBytes(directory.resolve("copy")));
            assertEquals(ExitStatus.REFUSED, Ran.of("ls", root + "?aname=/wrong").status());
            assertEquals(ExitStatus.REFUSED, Ran.of("cat", root + "none" + aname).status());
        }
    }

    @Test
    void listensWithAnInheritedSocket() throws Exception {
        Path socket = directory.resolve("s");
        List<String> wrapper = perl(
                "socket(S, AF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un(shift)) or die $!; listen(S, 5);"
                        + " open(STDIN, '<&', \\*S) or die $!; exec @ARGV;",
                socket.toString());
        try (Files9p files = Files9p.start();
                ProgramProcess nbd = ProgramProcess.start(Map.of(), wrapper, "nbd", "--listen", "inherited", "--export",
                        "x=" + files.uri("/dir/image"))) {
            assertEquals("nbd+unix:///x?socket=" + socket, nbd.ready());
            try (var client = org.ninep.nbd.NbdClient.connect(java.net.UnixDomainSocketAddress.of(socket), "x")) {
                assertEquals(Files9p.IMAGE.length, client.size());
            }
            assertEquals(0, nbd.signal("TERM"));
        }
    }

    /** As inetd does: the client's socket is standard input, output and error, and the program ends with the client. */
    @Test
    void servesTheOneClientThatItInherits() throws Exception {
        String script = "socketpair(A, B, AF_UNIX, SOCK_STREAM, 0) or die $!; if (my $pid = fork) { close(B);"
                + " sysread(A, my $x, 18); print unpack('H*', substr($x, 0, 8)), qq(\\n); close(A); waitpid($pid, 0);"
                + " exit($? >> 8); } close(A); open(STDIN, '<&', \\*B); open(STDOUT, '>&', \\*B); open(STDERR, '>&', \\*B);"
                + " exec @ARGV;";
        try (Files9p files = Files9p.start();
                ProgramProcess nbd = ProgramProcess.start(Map.of(), perl(script), "nbd", "--listen", "inherited",
                        "--export",
                        "x=" + files.uri("/dir/image"))) {
            assertEquals("4e42444d41474943", nbd.line(), "NBDMAGIC, and no log before it");
            assertEquals(0, nbd.status());
        }
    }

    @Test
    void tellsTheServiceManagerAtAPath() throws Exception {
        notifies(directory.resolve("notify").toString());
    }

    @Test
    void tellsTheServiceManagerAtAnAbstractName() throws Exception {
        notifies("@ninep-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
    }

    private void notifies(String socket) throws Exception {
        Process manager = new ProcessBuilder(perl(
                "my $n = shift; $n =~ s/^@/\\0/; socket(S, AF_UNIX, SOCK_DGRAM, 0); bind(S, sockaddr_un($n)) or die $!;"
                        + " print qq(bound\\n); while (defined recv(S, my $m, 4096, 0)) { print qq($m\\n); }",
                socket))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var lines = manager.inputReader();
                ProgramProcess serve = started(lines.readLine(), socket)) {
            serve.ready();
            assertEquals("READY=1", lines.readLine());
            assertEquals(0, serve.signal("TERM"));
            assertEquals("STOPPING=1", lines.readLine());
        } finally {
            manager.destroyForcibly();
        }
    }

    private static ProgramProcess started(String bound, String socket) throws IOException {
        assertEquals("bound", bound);
        return ProgramProcess.start(
                Map.of("NOTIFY_SOCKET", socket), List.of(), "serve", "--listen", "tcp:127.0.0.1:0", "--export", "/tmp");
    }
}
