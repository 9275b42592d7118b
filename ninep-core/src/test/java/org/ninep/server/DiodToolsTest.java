package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Year;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.peer.Diod;
import org.ninep.peer.Peers;
import org.ninep.peer.Tool;

/** diod's own tools as clients, and diod beside us on the same directory. */
@Tag("peer")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DiodToolsTest {
    @TempDir
    Path dir;

    private Server server;
    private String ours;

    @BeforeEach
    void serve() throws Exception {
        Files.writeString(dir.resolve("hello.txt"), "hello, world\n");
        Files.createDirectories(dir.resolve("sub/deep"));
        Files.createSymbolicLink(dir.resolve("link"), Path.of("hello.txt"));
        byte[] big = new byte[3_000_000];
        for (int i = 0; i < big.length; i++) {
            big[i] = (byte) (i * 31 + i / 65_521);
        }
        Files.write(dir.resolve("big"), big);
        for (int i = 0; i < 500; i++) {
            Files.createFile(dir.resolve("sub/a file with quite a long name, number " + i));
        }
        Tool.run("mkfifo", dir.resolve("fifo").toString());
        server = Server.builder().export(dir.toString(), DirectoryTree.of(dir)).build();
        ours = "127.0.0.1:"
                + ((InetSocketAddress) server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                        .getPort();
    }

    @AfterEach
    void close() {
        server.close();
    }

    private String list(String address, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of("diodls", "-s", address, "-a", dir.toString()));
        command.addAll(List.of(more));
        return Tool.run(command.toArray(String[]::new)).output();
    }

    /** The lines in one order, and without what diod tells of the directory above its export. */
    private static List<String> sorted(String listing) {
        return Arrays.stream(listing.split("\n")).filter(line -> !line.endsWith(" ..")).sorted().toList();
    }

    private byte[] cat(String address, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Peers.require("diodcat"), "-s", address, "-a", dir.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).start();
        byte[] content = process.getInputStream().readAllBytes();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), () -> errors(process));
        return content;
    }

    private static String errors(Process process) {
        try {
            return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void diodlsListsTheSameFromUsAsFromDiod() throws Exception {
        try (Diod diod = Diod.startOnTcp(dir)) {
            for (String[] arguments : new String[][]{{}, {"-l"}, {"-l", "sub"}, {"sub/deep"}}) {
                List<String> theirs = sorted(list(diod.address(), arguments));
                assertTrue(theirs.size() >= 1);
                assertEquals(theirs, sorted(list(ours, arguments)));
            }
        }
    }

    @Test
    void diodcatReadsTheBytesThatAreThere() throws Exception {
        for (String file : List.of("hello.txt", "big", "sub/../hello.txt")) {
            assertArrayEquals(Files.readAllBytes(dir.resolve(file)), cat(ours, file));
        }
    }

    @Test
    void diodcatIsRefusedAsByDiod() throws Exception {
        try (Diod diod = Diod.startOnTcp(dir)) {
            for (String address : List.of(ours, diod.address())) {
                assertTrue(Tool.attempt("diodcat", "-s", address, "-a", dir.toString(), "nothing").output()
                        .contains("No such file or directory"));
                assertTrue(Tool.attempt("diodcat", "-s", address, "-a", "/nowhere", "x").status() != 0);
            }
        }
    }

    @Test
    void diodcatReadsSeveralFilesWithFramesOfAnySize() throws Exception {
        for (String msize : List.of("4096", "65536", "1048576", "16777216")) {
            Tool cat = Tool.run("diodcat", "-s", ours, "-a", dir.toString(), "-m", msize, "-u", "0", "-t", "60",
                    "hello.txt", "hello.txt");
            assertEquals("hello, world\nhello, world\n", cat.output());
            assertEquals(Files.size(dir.resolve("big")), cat(ours, "-m", msize, "big").length);
        }
    }

    @Test
    void diodlsTakesAllItsOptions() throws Exception {
        for (String msize : List.of("4096", "65536", "1048576")) {
            String listed = list(ours, "-m", msize, "-u", "65534", "-t", "60", "-l", "sub", "hello.txt");
            assertEquals(500, listed.lines().filter(line -> line.contains(" a file with")).count(), listed);
            assertTrue(listed.contains(" hello.txt\n"), listed);
        }
        Tool tooSmall = Tool.attempt("diodls", "-s", ours, "-a", dir.toString(), "-m", "500");
        assertTrue(tooSmall.status() != 0 && tooSmall.output().contains("Message too long"), tooSmall.toString());
    }

    @Test
    void itsStateIsThereForDiodcatAndDiodls() throws Exception {
        String listed = Tool.run("diodls", "-s", ours, "-l").output();
        for (String file : List.of("version", "date", "connections", "clients", "tpools", "meminfo", "zero", "null")) {
            assertTrue(listed.contains(" " + file + "\n"), listed);
        }
        String printed = Tool.run("diodcat", "-s", ours, "version", "connections").output();
        assertEquals("ninep 9P2000.L\n127.0.0.1 2\n", printed);
    }

    @Test
    void diodshowmountListsTheHostsThatAreConnected() throws Exception {
        assertEquals("127.0.0.1\n", Tool.run("diodshowmount", "-s", ours, "-l", "-t", "60").output());
        // without -l it cuts off what follows the first dot, even of an address
        assertEquals("127\n", Tool.run("diodshowmount", "-s", ours, "-m", "8192", "-u", "65534").output());
        server.listen(UnixDomainSocketAddress.of(dir.resolve("sock")));
        String local = Tool.run("diodshowmount", "-s", dir.resolve("sock").toString(), "-l").output();
        assertTrue(local.startsWith(dir.resolve("sock").toString()), local);
    }

    @Test
    void diodloadCopiesZerosToNull() throws Exception {
        for (List<String> options : List.of(List.of("-n", "4"), List.of("-n", "2", "-g"), List.of("-m", "1048576"))) {
            List<String> command = new ArrayList<>(List.of("diodload", "-s", ours, "-r", "1"));
            command.addAll(options);
            String printed = Tool.run(command.toArray(String[]::new)).output();
            assertTrue(printed.matches("(?s)diodload: [1-9]\\d* ops/s.*"), printed);
        }
    }

    /** It draws its screen on a terminal, again and again. The rates that it shows are 0 of diod itself, too, however busy that is. */
    @Test
    void dtopSeesAServerThatIsAlive() throws Exception {
        String port = ours.substring(ours.indexOf(':') + 1);
        String top = "TERM=xterm exec " + Peers.require("dtop") + " -h 127.0.0.1 -P 0.2 -p " + port;
        Process drawing = new ProcessBuilder(Peers.require("script"), "-qec", top, "/dev/null").start();
        try (Scanner screens = new Scanner(drawing.getInputStream(), StandardCharsets.US_ASCII)) {
            // some seven hundred screens, more than a minute of them
            assertEquals("Live servers: 1/1", screens.findWithinHorizon("Live servers: 1/1", 1 << 20));
        } finally {
            drawing.destroy();
            assertTrue(Tool.ended(drawing, Duration.ofMinutes(1)));
        }
    }

    /** All but the mount itself, for which a kernel is needed that knows 9P; {@link V9fsTest} has one. */
    @Test
    void diodmountConnectsAndAttaches() throws Exception {
        String port = "port=" + ours.substring(ours.indexOf(':') + 1);
        String mounted = Tool.attempt("mount.diod", "-f", "-n", "-v", "127.0.0.1:" + dir, dir.toString(), "-o", port)
                .output();
        assertTrue(mounted.contains("mount -t 9p") && mounted.contains("aname=" + dir), mounted);
        Tool refused = Tool.attempt("mount.diod", "-f", "-n", "-v", "127.0.0.1:/none", dir.toString(), "-o", port);
        assertTrue(refused.output().contains("attach: No such file or directory"), refused.toString());
    }

    @Test
    void dioddateTellsTheTime() throws Exception {
        String printed = Tool.run("dioddate", "-s", ours).output();
        assertTrue(printed.contains(String.valueOf(Year.now(ZoneId.systemDefault()))), printed);
    }
}
