package org.ninep.nbd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ninep.nbd.cli.ProgramProcess;
import org.ninep.peer.Diod;
import org.ninep.peer.Peers;
import org.ninep.peer.Tool;

/**
 * Two diods with the same image, {@code ninep nbd} in front, and readers who never stop, while something is done to the
 * diods. Each time: no reader sees an error, every byte is right, and how long a read took at most is noted in
 * {@code target/stalls.txt}.
 */
@Tag("peer")
@Timeout(600)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("processes")
class FaultsTest {
    private static final Duration TIMEOUT = Duration.ofMillis(500);
    /** So long may any read take; less than the timeout that the program has by itself. */
    private static final Duration SLOW_MACHINE = Duration.ofSeconds(5);
    private static final Duration RESET_GOAL = Duration.ofMillis(100);
    private static final Duration HANG_GOAL = TIMEOUT.plusMillis(250);
    private static final Duration CHECK_EVERY = Duration.ofMillis(300);
    private static final boolean FULL = !System.getProperty("ninep.tests", "everyday").equals("everyday");
    private static final int SIZE = (FULL ? 48 : 16) << 20;

    @TempDir
    static Path work;
    static Path image;
    static Path other;

    private Diod first;
    private Diod second;
    private FaultProxy proxy;
    private ProgramProcess nbd;
    private Load load;

    @BeforeAll
    static void makeImages() throws IOException {
        Peers.require("diod");
        Peers.require("nbdcopy");
        image = random("image", 1);
        other = random("other", 2);
    }

    private static Path random(String name, int seed) throws IOException {
        byte[] bytes = new byte[SIZE];
        new Random(seed).nextBytes(bytes);
        return Files.write(work.resolve(name), bytes);
    }

    @BeforeEach
    void start() throws Exception {
        first = Diod.startOnTcp(export("first"));
        second = Diod.startOnTcp(export("second"));
        proxy = new FaultProxy(first.port());
        nbd = ProgramProcess.start("nbd", "--listen", "tcp:127.0.0.1:0", "--timeout", "500ms", "--max-backoff",
                "200ms", "--check-every", CHECK_EVERY.toMillis() + "ms", "--export",
                "x=" + uri("127.0.0.1:" + proxy.port(), "first") + " " + uri(second.address(), "second"));
        load = Load.start(nbd.ready(), image, work.resolve("copy"));
        awaitLog("replica " + uri(second.address(), "second") + " is up");
    }

    private static Path export(String name) throws IOException {
        Path directory = work.resolve(name);
        Files.createDirectories(directory);
        Files.copy(image, directory.resolve("image"), StandardCopyOption.REPLACE_EXISTING);
        return directory;
    }

    private static String uri(String address, String export) {
        return uri(address, export, "image");
    }

    private static String uri(String address, String export, String file) {
        return "9p://" + address + "/" + file + "?aname=" + work.resolve(export);
    }

    /** One more {@code ninep nbd}, straight to both diods, for another file that they have. */
    private ProgramProcess serve(String file) throws IOException {
        return ProgramProcess.start("nbd", "--listen", "tcp:127.0.0.1:0", "--timeout", "500ms", "--max-backoff",
                "200ms", "--export",
                "x=" + uri(first.address(), "first", file) + " " + uri(second.address(), "second", file));
    }

    @AfterEach
    void stop() throws IOException {
        try (Diod _ = first; Diod _ = second; FaultProxy _ = proxy; ProgramProcess _ = nbd) {
            load.close();
            nbd.stop();
        }
    }

    private void awaitLog(String part) throws Exception {
        nbd.awaitComplaint(part);
    }

    /** Notes the longest read since the last time, and holds it against what is to be reached, times ten. */
    private void stalled(String what, Duration goal) throws IOException {
        load.awaitReads(200);
        noted(what, load.stall(), goal);
    }

    private static void noted(String what, Duration stall, Duration goal) throws IOException {
        String line = String.format(Locale.ROOT, "%-52s %8.1f ms (goal %d ms)%n", what, stall.toNanos() / 1e6,
                goal.toMillis());
        System.out.print(line);
        Files.writeString(Path.of("target", "stalls.txt"), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        Duration most = Collections.max(List.of(goal.multipliedBy(10), SLOW_MACHINE));
        assertTrue(stall.compareTo(most) <= 0, line);
    }

    /** Time passes while a fault lasts, and the readers read. */
    static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    @Test
    void eachIsKilledInTurnAndRestarted() throws Exception {
        for (int i = 0; i < (FULL ? 50 : 2); i++) {
            Diod victim = i % 2 == 0 ? first : second;
            String uri = victim == first ? uri("127.0.0.1:" + proxy.port(), "first") : uri(second.address(), "second");
            victim.kill();
            stalled("kill -9 of " + (victim == first ? "the one that is read" : "the other"), RESET_GOAL);
            victim.restart();
            awaitLog("replica " + uri + " is up again");
        }
        load.awaitCopy();
    }

    @Test
    void oneHangsForLongerThanTheTimeout() throws Exception {
        first.hang();
        pass(TIMEOUT.multipliedBy(3));
        stalled("SIGSTOP", HANG_GOAL);
        String replica = "replica " + uri("127.0.0.1:" + proxy.port(), "first");
        awaitLog(replica + " is down");
        first.goOn();
        awaitLog(replica + " is up again");
        load.awaitCopy();
    }

    @Test
    void bothAreDownForAWhile() throws Exception {
        Duration outage = Duration.ofSeconds(FULL ? 60 : 3);
        first.kill();
        second.kill();
        pass(outage);
        second.restart();
        stalled("both down for " + outage.toSeconds() + " s, then one back", outage.plusSeconds(1));
        first.restart();
        load.awaitCopy();
    }

    /** One of each kind: the connection ends, and nothing comes. */
    @ParameterizedTest
    @EnumSource(value = FaultProxy.Mode.class, names = {"CUT", "SILENT"})
    void theWayToOneIsBroken(FaultProxy.Mode mode) throws Exception {
        breakTheWay(mode);
    }

    @ParameterizedTest
    @EnumSource(value = FaultProxy.Mode.class, mode = EnumSource.Mode.EXCLUDE, names = {"PASS", "CUT", "SILENT"})
    @Tag("full")
    void theWayToOneIsBrokenInOtherWays(FaultProxy.Mode mode) throws Exception {
        breakTheWay(mode);
    }

    private void breakTheWay(FaultProxy.Mode mode) throws Exception {
        proxy.mode(mode);
        pass(TIMEOUT.multipliedBy(3));
        boolean immediate = mode == FaultProxy.Mode.CUT || mode == FaultProxy.Mode.RESET
                || mode == FaultProxy.Mode.REFUSE;
        stalled("proxy: " + mode.name().toLowerCase(Locale.ROOT), immediate ? RESET_GOAL : HANG_GOAL);
        proxy.mode(FaultProxy.Mode.PASS);
        load.awaitCopy();
    }

    /** What a server may come back with instead of the image. */
    enum Instead {
        OTHER, TRUNCATED, DIRECTORY
    }

    @ParameterizedTest
    @EnumSource
    void oneComesBackWithSomethingElse(Instead instead) throws Exception {
        Path file = work.resolve("first/image");
        first.kill();
        Files.delete(file);
        switch (instead) {
            case OTHER -> Files.copy(other, file);
            case TRUNCATED -> Files.write(file, Arrays.copyOf(Files.readAllBytes(image), SIZE / 2));
            case DIRECTORY -> Files.createDirectory(file);
        }
        first.restart();
        awaitLog("ERROR");
        stalled("came back with " + instead.name().toLowerCase(Locale.ROOT) + ", quarantined", RESET_GOAL);
        load.awaitCopy();
        first.kill();
        Files.delete(file);
        Files.copy(image, file);
        first.restart();
        awaitLog("/first is up again");
        load.awaitReads(100);
    }

    private static void overwrite(Path file, Path with) throws IOException {
        try (FileChannel from = FileChannel.open(with);
                FileChannel to = FileChannel.open(file, StandardOpenOption.WRITE)) {
            from.transferTo(0, SIZE, to);
        }
    }

    @Test
    void theOneThatStandsByIsOverwrittenInPlace() throws Exception {
        overwrite(work.resolve("second/image"), other);
        first.kill();
        awaitLog("ERROR");
        pass(Duration.ofSeconds(1));
        first.restart();
        stalled("other overwritten in place, then kill -9", Duration.ofSeconds(2));
        load.awaitCopy();
    }

    /**
     * What is read between the overwriting and the next look at the file's times cannot be known to be wrong: so nobody reads
     * then, and all that is read afterwards has to be right.
     */
    @Test
    void theOneThatIsReadIsOverwrittenInPlace() throws Exception {
        load.pausedWhile(() -> {
            overwrite(work.resolve("first/image"), other);
            long start = System.nanoTime();
            awaitLog("ERROR");
            long took = System.nanoTime() - start;
            noted("the one that is read overwritten in place: noticed", Duration.ofNanos(took), CHECK_EVERY);
        });
        stalled("the one that is read overwritten in place: reads", RESET_GOAL);
        load.awaitCopy();
    }

    @Test
    void fioVerifiesWhatItReadsMeanwhile() throws Exception {
        Peers.require("fio");
        for (String export : new String[]{"first", "second"}) {
            Path file = work.resolve(export + "/fio");
            Tool.run("fio", "--name=write", "--filename=" + file, "--rw=write", "--bs=4k", "--size=16m",
                    "--verify=crc32c", "--verify_state_save=0", "--do_verify=0", "--ioengine=psync", "--randseed=9");
        }
        try (ProgramProcess served = serve("fio")) {
            Path job = Files.writeString(work.resolve("verify.fio"), """
                    [verify]
                    ioengine=nbd
                    uri=%s
                    rw=randread
                    bs=4k
                    size=16m
                    iodepth=16
                    loops=4
                    verify=crc32c
                    verify_fatal=1
                    verify_state_save=0
                    randseed=9
                    """.formatted(served.ready()));
            Thread faults = Thread.ofPlatform().start(() -> {
                try {
                    first.kill();
                    pass(Duration.ofMillis(200));
                    first.restart();
                    second.hang();
                    pass(TIMEOUT.multipliedBy(2));
                    second.goOn();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            String output = Tool.run("fio", job.toString()).output();
            assertTrue(output.contains("err= 0"), output);
            faults.join();
            served.stop();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("full")
    void fileSystemsMountedOverItSeeNoFault(FileSystemImages.Kind kind) throws Exception {
        Peers.require("nbdfuse");
        Peers.require("losetup");
        Path made = Files.createDirectory(work.resolve("made-" + kind));
        FileSystemImages images = FileSystemImages.make(made);
        images.copyTo(work.resolve("first"));
        images.copyTo(work.resolve("second"));
        List<String> before = KernelLog.errors(Tool.run("dmesg").output());
        try (ProgramProcess served = serve(kind.type());
                Mounted device = Mounted.nbdfuse(Files.createDirectory(made.resolve("fuse")), served.ready())) {
            Path where = Files.createDirectory(made.resolve("mnt"));
            List<Fault> faults = List.of(first::kill, first::restart, second::hang, second::goOn, second::kill,
                    second::restart, first::hang, first::goOn);
            for (Fault fault : faults) {
                try (Mounted mounted = Mounted.image(kind, where, device.where().resolve("nbd"))) {
                    fault.happen();
                    // each mount has empty caches, so that every file is read from the device again
                    assertEquals(images.digests(), Images.digests(mounted.where()),
                            "after fault " + faults.indexOf(fault));
                }
            }
        }
        List<String> errors = KernelLog.errors(Tool.run("dmesg").output());
        assertEquals(List.of(), errors.stream().filter(line -> !before.contains(line)).toList());
    }

    /** Something that is done to a server. */
    private interface Fault {
        void happen() throws IOException;
    }
}
