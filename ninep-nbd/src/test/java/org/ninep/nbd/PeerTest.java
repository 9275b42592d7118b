package org.ninep.nbd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ninep.peer.Tool;

/** The clients that people use: libnbd's tools, QEMU and fio, over TCP and over a Unix socket. */
@Tag("peer")
@Timeout(120)
class PeerTest {

    private static final int SIZE = 64 << 20;
    private static final int ODD_SIZE = 1_000_003;

    enum Over {
        TCP, UNIX
    }

    private final MemoryDevice image = new MemoryDevice(SIZE);
    private final MemoryDevice odd = new MemoryDevice(ODD_SIZE);
    private NbdServer server;

    @TempDir
    Path directory;

    @BeforeEach
    void start() throws IOException {
        server = NbdServer.builder().listen(RawClient.loopback())
                .listen(UnixDomainSocketAddress.of(directory.resolve("socket")))
                .export(new Export("image", "64 MiB of noise", image)).export(new Export("odd", odd))
                .export(new Export("rounded", odd.roundedUpTo(512))).start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String uri(Over over, String export) {
        int port = ((InetSocketAddress) server.addresses().getFirst()).getPort();
        return switch (over) {
            case TCP -> "nbd://127.0.0.1:" + port + "/" + export;
            case UNIX -> "nbd+unix:///" + export + "?socket=" + directory.resolve("socket");
        };
    }

    private static String run(String... command) throws IOException {
        return Tool.run(command).output();
    }

    private static void assertContains(String output, String... parts) {
        for (String part : parts) {
            assertTrue(output.contains(part), () -> "no " + part + " in: " + output);
        }
    }

    @ParameterizedTest
    @EnumSource
    void nbdinfoShowsSizesFlagsAndTheList(Over over) throws Exception {
        assertEquals(String.valueOf(ODD_SIZE), run("nbdinfo", "--size", uri(over, "odd")).strip());
        assertContains(run("nbdinfo", "--json", uri(over, "image")), "\"protocol\": \"newstyle-fixed\"",
                "\"export-name\": \"image\"", "\"description\": \"64 MiB of noise\"", "\"export-size\": " + SIZE,
                "\"is_read_only\": true", "\"can_multi_conn\": true", "\"block_size_minimum\": 1",
                "\"block_size_preferred\": 4096", "\"block_size_maximum\": " + (32 << 20));
        assertContains(run("nbdinfo", "--list", uri(over, "")), "export=\"image\"", "export=\"odd\"",
                "export=\"rounded\"", "description: 64 MiB of noise");
    }

    @ParameterizedTest
    @EnumSource
    void nbdcopyCopiesTheWholeDevice(Over over) throws Exception {
        for (String export : List.of("image", "odd")) {
            Path copy = directory.resolve(export + ".copy");
            run("nbdcopy", uri(over, export), copy.toString());
            assertArrayEquals((export.equals("odd") ? odd : image).content(), Files.readAllBytes(copy));
        }
    }

    @ParameterizedTest
    @EnumSource
    void qemuConvertsAndReads(Over over) throws Exception {
        assertContains(run("qemu-img", "info", "--output=json", uri(over, "image")), "\"virtual-size\": " + SIZE);
        Path copy = directory.resolve("image.raw");
        run("qemu-img", "convert", "-f", "raw", "-O", "raw", uri(over, "image"), copy.toString());
        assertArrayEquals(image.content(), Files.readAllBytes(copy));
        assertContains(run("qemu-io", "-r", "-f", "raw", "-c", "read 12345 1000000", "-c", "read 0 32M",
                uri(over, "image")), "read 1000000/1000000 bytes at offset 12345", "read 33554432/33554432 bytes");
    }

    /** On the odd size itself qemu-img 7.2 never ends, with any server that has no structured replies. */
    @ParameterizedTest
    @EnumSource
    void qemuConvertsAnOddSizeThatWasRoundedUp(Over over) throws Exception {
        Path copy = directory.resolve("odd.raw");
        run("qemu-img", "convert", "-f", "raw", "-O", "raw", uri(over, "rounded"), copy.toString());
        byte[] expected = Arrays.copyOf(odd.content(), (ODD_SIZE + 511) / 512 * 512);
        assertArrayEquals(expected, Files.readAllBytes(copy));
    }

    @ParameterizedTest
    @EnumSource
    void fioFindsWhatItWroteWithManyReadsInFlight(Over over) throws Exception {
        Path written = directory.resolve("written");
        String layout = "rw=randwrite\nbs=4k\nsize=16m\nverify=crc32c\nverify_state_save=0\nrandseed=7\n";
        Path write = Files.writeString(directory.resolve("write.fio"),
                "[job]\n" + layout + "ioengine=psync\ndo_verify=0\nfilename=" + written + "\n");
        run("fio", write.toString());
        server.close();
        server = NbdServer.builder().listen(RawClient.loopback())
                .listen(UnixDomainSocketAddress.of(directory.resolve("socket")))
                .export(new Export("written", new MemoryDevice(Files.readAllBytes(written)))).start();
        Path read = Files.writeString(directory.resolve("read.fio"), "[job]\n" + layout.replace("randwrite", "randread")
                + "ioengine=nbd\niodepth=64\nverify_fatal=1\nuri=" + uri(over, "written") + "\n");
        assertContains(run("fio", "--output-format=json", read.toString()), "\"error\" : 0",
                "\"total_ios\" : 4096");
    }
}
