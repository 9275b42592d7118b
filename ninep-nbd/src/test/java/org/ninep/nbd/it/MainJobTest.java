package org.ninep.nbd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ninep.nbd.cli.ProgramProcess;
import org.ninep.peer.Peers;
import org.ninep.peer.Tool;

/** An image on a 9P server becomes a block device, and every byte of it is right. */
@Tag("peer")
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("processes")
class MainJobTest {
    /** What {@link Files#mismatch} says of files that are the same. */
    private static final long SAME = -1;

    @TempDir
    static Path work;
    static Path export;
    static Path image;
    static Map<String, String> tree;

    @BeforeAll
    static void makeImages() throws Exception {
        for (String peer : List.of("diod", "mksquashfs", "fio", "nbdcopy", "nbdinfo", "qemu-img", "nbdfuse",
                "losetup")) {
            Peers.require(peer);
        }
        export = Files.createDirectory(work.resolve("export"));
        Images.make(export);
        image = export.resolve(Images.SQUASHFS);
        tree = Images.digests(Images.tree());
    }

    /** Every day the stranger, our own server too when there is time. */
    static List<NinePServer.Kind> strangersFirst() {
        boolean everyday = System.getProperty("ninep.tests", "everyday").equals("everyday");
        return everyday ? List.of(NinePServer.Kind.DIOD) : List.of(NinePServer.Kind.values());
    }

    @ParameterizedTest
    @EnumSource
    void everyByteIsTheImages(NinePServer.Kind kind) throws Exception {
        try (Job job = Job.start(kind, export)) {
            String device = job.device("root");
            Path copy = work.resolve("copy-" + kind);
            Tool.run("nbdcopy", device, copy.toString());
            assertEquals(SAME, Files.mismatch(image, copy), "nbdcopy with its default of 4 connections");
            Files.delete(copy);
            Tool.run("qemu-img", "convert", "-f", "raw", "-O", "raw", device, copy.toString());
            assertEquals(SAME, Files.mismatch(image, copy), "qemu-img convert");
            Files.delete(copy);
        }
    }

    @ParameterizedTest
    @MethodSource("strangersFirst")
    void saysTheExactSizeAndItsBlockSizes(NinePServer.Kind kind) throws Exception {
        try (Job job = Job.start(kind, export)) {
            long size = Files.size(image);
            String info = Tool.run("nbdinfo", job.device("root")).output();
            assertTrue(info.contains("export-size: " + size), info);
            assertTrue(info.contains("block_size_minimum: 1"), info);
            assertTrue(info.contains("block_size_preferred: 4096"), info);
            assertTrue(info.contains("block_size_maximum: 33554432"), info);
            assertTrue(info.contains("is_read_only: true"), info);
            assertTrue(info.contains("can_multi_conn: true"), info);
        }
    }

    @ParameterizedTest
    @MethodSource("strangersFirst")
    void randomReadsAreVerifiedByFio(NinePServer.Kind kind) throws Exception {
        try (Job job = Job.start(kind, export)) {
            Path jobFile = Files.writeString(work.resolve("verify-" + kind + ".fio"), """
                    [verify]
                    ioengine=nbd
                    uri=%s
                    rw=randread
                    bs=4k
                    size=32m
                    iodepth=16
                    verify=crc32c
                    verify_fatal=1
                    verify_state_save=0
                    randseed=9
                    """.formatted(job.device("fio")));
            String output = Tool.run("fio", jobFile.toString()).output();
            assertTrue(output.contains("err= 0"), output);
        }
    }

    @ParameterizedTest
    @MethodSource("strangersFirst")
    void everyFileInTheMountedImageIsRight(NinePServer.Kind kind) throws Exception {
        Path fuse = Files.createDirectory(work.resolve("fuse-" + kind));
        Path mount = Files.createDirectory(work.resolve("mount-" + kind));
        try (Job job = Job.start(kind, export);
                Mounted device = Mounted.nbdfuse(fuse, job.device("root"));
                Mounted files = Mounted.image(FileSystemImages.Kind.SQUASHFS, mount, fuse.resolve("nbd"))) {
            assertEquals(tree, Images.digests(files.where()));
            assertTrue(device.isAlive());
        }
    }

    /** The program between a 9P server and whoever wants a block device. */
    private record Job(NinePServer server, ProgramProcess nbd, List<String> devices) implements AutoCloseable {
        static Job start(NinePServer.Kind kind, Path export) throws IOException, InterruptedException {
            NinePServer server = NinePServer.start(kind, export);
            boolean done = false;
            try {
                ProgramProcess nbd = ProgramProcess.start("nbd", "--listen", "tcp:127.0.0.1:0", "--fail-fast",
                        "--export",
                        "root=" + server.uri(Images.SQUASHFS), "--export", "fio=" + server.uri(Images.FIO));
                Job job = new Job(server, nbd, List.of(nbd.ready(), nbd.ready()));
                done = true;
                return job;
            } finally {
                if (!done) {
                    server.close();
                }
            }
        }

        String device(String name) {
            return devices.stream().filter(uri -> uri.endsWith("/" + name)).findFirst().orElseThrow();
        }

        @Override
        public void close() throws IOException {
            try {
                nbd.stop();
            } finally {
                server.close();
            }
        }
    }
}
