package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Year;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

    private byte[] cat(String address, String file) throws Exception {
        Process process = new ProcessBuilder(Peers.require("diodcat"), "-s", address, "-a", dir.toString(), file)
                .start();
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
    void diodloadCopiesZerosToNull() throws Exception {
        String printed = Tool.run("diodload", "-s", ours, "-n", "4", "-r", "1").output();
        assertTrue(printed.matches("(?s)diodload: [1-9]\\d* ops/s.*"), printed);
        printed = Tool.run("diodload", "-s", ours, "-n", "2", "-r", "1", "-g").output();
        assertTrue(printed.matches("(?s)diodload: [1-9]\\d* ops/s.*"), printed);
    }

    @Test
    void dioddateTellsTheTime() throws Exception {
        String printed = Tool.run("dioddate", "-s", ours).output();
        assertTrue(printed.contains(String.valueOf(Year.now(ZoneId.systemDefault()))), printed);
    }
}
