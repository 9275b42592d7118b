package org.ninep.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.ninep.peer.Diod;
import org.ninep.peer.Peers;
import org.ninep.peer.Tool;
import org.ninep.peer.Vm;

/** The program behind {@code benchmarks/pathsearch}: looking for files in a tree of small ones, over 9P and over NBD. */
final class PathSearch {
    private static final int FILES_OF_A_DIRECTORY = 50;
    private static final int PARTS_OF_A_PACKAGE = 5;
    private static final int READERS = 4;
    private static final String NINEP = "squashfs, nbd, ninep, diod";
    private static final String TIMER = """
            import os, sys, time
            begin = time.monotonic()
            status = os.spawnv(os.P_WAIT, "/bin/sh", ["sh", "-c", sys.argv[1]])
            print(time.monotonic() - begin)
            sys.exit(status)
            """;

    /**
     * A way to the tree.
     *
     * @param mount the command that mounts it at {@code /mnt}
     */
    private record Way(String name, String mount) {}

    /**
     * What is done with the tree.
     *
     * @param command run in the tree's root
     * @param unit an option of {@code wc}, which must find so much in what the command prints
     */
    private record Work(String name, String command, String unit, long expected) {
        /** Sees that the command finds all of it, untimed: in a timed pass nobody takes what it prints. */
        void verify(Vm vm) throws IOException {
            String found = vm.run("(cd /mnt && { " + command + "; } | wc " + unit + ")").strip();
            if (!found.equals(String.valueOf(expected))) {
                throw new IOException(name + " found " + found + ", not " + expected);
            }
        }
    }

    private record Measured(Way way, Work work, int pass, int round, double seconds) {}

    private record Counted(Way way, Work work, int pass, long messages, long bytes) {}

    private final Path directory;
    private final Path export;
    private final int rounds;
    private final List<Path> files = new ArrayList<>();
    private final List<AutoCloseable> started = new ArrayList<>();
    private final List<Measured> measured = new ArrayList<>();
    private final List<Counted> counted = new ArrayList<>();

    private PathSearch(Path directory, int rounds) throws IOException {
        this.directory = directory;
        this.export = Files.createDirectory(directory.resolve("export"));
        this.rounds = rounds;
    }

    /**
     * Measures.
     *
     * @param arguments files, bytes of the largest, rounds, and where the figures go as JSON
     */
    public static void main(String... arguments) throws Exception {
        try (TemporaryDirectory directory = TemporaryDirectory.make("ninep-pathsearch");
                PrintStream json = new PrintStream(arguments[3])) {
            PathSearch search = new PathSearch(directory.path(), Integer.parseInt(arguments[2]));
            search.makeTree(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
            search.run();
            search.print(json);
        }
    }

    /**
     * As packages of Python lie in a node's root file system, the same each time: bytes that no compression makes smaller,
     * from a fortieth of the largest on.
     */
    private void makeTree(int count, int largest) throws IOException {
        int smallest = Math.ceilDiv(largest, 40);
        Random random = new Random(1);
        for (int i = 0; i < count; i++) {
            int part = i / FILES_OF_A_DIRECTORY;
            Path file = export.resolve("tree/usr/lib/python3/dist-packages/package%04d/part%05d/module%06d"
                    .formatted(part / PARTS_OF_A_PACKAGE, part, i));
            Files.createDirectories(file.getParent());
            byte[] content = new byte[smallest + random.nextInt(largest - smallest + 1)];
            random.nextBytes(content);
            files.add(Files.write(file, content));
        }
        Tool.run("mksquashfs", export.resolve("tree").toString(), export.resolve("image").toString(), "-noappend",
                "-quiet", "-no-progress");
    }

    private List<Work> works() throws IOException {
        long entries;
        try (var all = Files.walk(export.resolve("tree"))) {
            entries = all.count();
        }
        return List.of(new Work("find", "/usr/bin/find .", "-l", entries),
                new Work("find, stat", "/usr/bin/find . -size -1000000k", "-l", entries),
                reading(2000), reading(1000));
    }

    private Work reading(int count) throws IOException {
        long bytes = 0;
        for (Path file : files.subList(0, count)) {
            bytes += Files.size(file);
        }
        return new Work("read " + count, "for list in /tmp/files." + count + ".*; do xargs cat <$list & done; wait",
                "-c", bytes);
    }

    private void run() throws Exception {
        try {
            Diod diod = started(Diod.startOnTcp(export));
            CountingProxy proxy = started(new CountingProxy(diod.port()));
            Vm vm = started(Vm.boot(directory));
            vm.put("/tmp/timer.py", TIMER);
            listFiles(vm, 2000);
            listFiles(vm, 1000);
            List<Work> works = works();
            List<Way> turn = List.of(v9fs("none", diod.port()), v9fs("loose", diod.port()),
                    squashfs(vm, NINEP, 0, "image", startNinep(diod.port())),
                    squashfs(vm, "squashfs, nbd, nbdkit file", 1, "", startNbdkit()));
            for (int round = 1; round <= rounds; round++) {
                for (Work work : works) {
                    for (Way way : turn) {
                        time(vm, way, work, round);
                    }
                }
                // for what one leaves behind in the machine costs the next
                turn = turn.reversed();
            }
            for (Way way : List.of(v9fs("none", proxy.port()), v9fs("loose", proxy.port()),
                    squashfs(vm, NINEP, 2, "image", startNinep(proxy.port())))) {
                for (Work work : works) {
                    count(vm, proxy, way, work);
                }
            }
        } finally {
            for (AutoCloseable one : started.reversed()) {
                one.close();
            }
        }
    }

    /** For each reader what it reads: they go through the tree side by side, as if each took the next file of one list. */
    private void listFiles(Vm vm, int count) throws IOException {
        for (int reader = 0; reader < READERS; reader++) {
            StringBuilder list = new StringBuilder();
            for (int i = reader; i < count; i += READERS) {
                list.append(export.resolve("tree").relativize(files.get(i))).append('\n');
            }
            vm.put("/tmp/files." + count + "." + reader, list.toString());
        }
    }

    private <T extends AutoCloseable> T started(T one) {
        started.add(one);
        return one;
    }

    private Way v9fs(String cache, int port) {
        return new Way("v9fs, cache=" + cache, "mount -t 9p -o trans=tcp,port=" + port
                + ",version=9p2000.L,msize=65536,access=client,uname=root,dfltuid=0,ro,cache=" + cache + ",aname="
                + export.resolve("tree") + " " + Vm.HOST + " /mnt");
    }

    private static Way squashfs(Vm vm, String name, int device, String export, int port) throws IOException {
        vm.run("nbd-client -N '" + export + "' " + Vm.HOST + " " + port + " /dev/nbd" + device
                + " && until [ $(cat /sys/block/nbd" + device + "/size) -gt 0 ]; do usleep 20000; done");
        return new Way(name, "mount -t squashfs -o ro /dev/nbd" + device + " /mnt");
    }

    /** Gives its port. */
    private int startNinep(int diod) throws Exception {
        Process ninep = new ProcessBuilder(Path.of(System.getProperty("ninep.root"), "ninep").toString(), "nbd",
                "--listen", "tcp:127.0.0.1:0", "--export",
                "image=9p://127.0.0.1:" + diod + "/image?aname=" + export)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        started(() -> end(ninep));
        // longer than it takes: where it was never started, it builds itself
        String line = Tool.lines(ninep.inputReader()).poll(300, TimeUnit.SECONDS);
        if (line == null || !line.startsWith("ready: ")) {
            throw new IOException("ninep nbd is not ready: " + line);
        }
        return URI.create(line.substring(7)).getPort();
    }

    private int startNbdkit() throws Exception {
        int port = Peers.freePort();
        Process nbdkit = new ProcessBuilder(Peers.require("nbdkit"), "-f", "-v", "-r", "-i", "127.0.0.1", "-p",
                String.valueOf(port), "file", export.resolve("image").toString()).redirectErrorStream(true).start();
        started(() -> end(nbdkit));
        BlockingQueue<String> lines = Tool.lines(nbdkit.inputReader());
        for (String line = ""; !line.contains("bound to IP address");) {
            line = lines.poll(30, TimeUnit.SECONDS);
            if (line == null) {
                throw new IOException("nbdkit does not listen at port " + port);
            }
        }
        return port;
    }

    private static void end(Process process) throws IOException {
        process.destroy();
        if (!Tool.ended(process, Duration.ofSeconds(20))) {
            process.destroyForcibly();
        }
    }

    private void time(Vm vm, Way way, Work work, int round) throws IOException {
        mount(vm, way);
        for (int pass = 1; pass <= 2; pass++) {
            double seconds = perform(vm, work);
            measured.add(new Measured(way, work, pass, round, seconds));
            System.err.printf(Locale.ROOT, "pathsearch: round %d: %s: %s, pass %d: %.3f s%n", round, way.name(),
                    work.name(), pass, seconds);
        }
        if (round == 1) {
            work.verify(vm);
        }
        vm.run("umount /mnt");
    }

    private static void mount(Vm vm, Way way) throws IOException {
        vm.run(way.mount() + " && sync && echo 3 >/proc/sys/vm/drop_caches");
    }

    private void count(Vm vm, CountingProxy proxy, Way way, Work work) throws IOException {
        mount(vm, way);
        for (int pass = 1; pass <= 2; pass++) {
            long messages = proxy.messages();
            long bytes = proxy.bytes();
            perform(vm, work);
            counted.add(new Counted(way, work, pass, proxy.messages() - messages, proxy.bytes() - bytes));
        }
        vm.run("umount /mnt");
    }

    /** Does it, and gives the seconds that it took. */
    private static double perform(Vm vm, Work work) throws IOException {
        return Double
                .parseDouble(vm.run("(cd /mnt && python3 -I -S /tmp/timer.py '{ " + work.command() + "; } >/dev/null')")
                        .strip());
    }

    private void print(PrintStream json) {
        for (Measured m : measured) {
            json.printf(Locale.ROOT, "{\"way\":\"%s\",\"work\":\"%s\",\"pass\":%d,\"round\":%d,\"seconds\":%.4f}%n",
                    m.way().name(), m.work().name(), m.pass(), m.round(), m.seconds());
        }
        for (Counted c : counted) {
            json.printf(Locale.ROOT, "{\"way\":\"%s\",\"work\":\"%s\",\"pass\":%d,\"messages\":%d,\"bytes\":%d}%n",
                    c.way().name(), c.work().name(), c.pass(), c.messages(), c.bytes());
        }
        System.out.printf(Locale.ROOT, "%d files, %d rounds; seconds in an emulated machine, medians (smallest to"
                + " largest), and how many times as fast as v9fs with cache=none; 9P messages and KiB of both directions%n",
                files.size(), rounds);
        System.out.printf("%-12s %-5s %-28s %-26s %8s %10s %10s%n", "", "pass", "", "seconds", "", "messages", "KiB");
        List<Work> works = measured.stream().map(Measured::work).distinct().toList();
        List<Way> ways = measured.stream().map(Measured::way).distinct().toList();
        for (Work work : works) {
            for (int pass = 1; pass <= 2; pass++) {
                double base = seconds(ways.getFirst(), work, pass).median();
                for (Way way : ways) {
                    print(work, pass, way, base);
                }
            }
        }
    }

    private void print(Work work, int pass, Way way, double base) {
        Spread seconds = seconds(way, work, pass);
        String[] figures = counted.stream().filter(
                c -> c.way().name().equals(way.name()) && c.work().name().equals(work.name()) && c.pass() == pass)
                .map(c -> new String[]{String.valueOf(c.messages()), String.valueOf((c.bytes() + 512) / 1024)})
                .findFirst().orElse(new String[]{"-", "-"});
        System.out.printf(Locale.ROOT, "%-12s %-5d %-28s %-26s %7.1fx %10s %10s%n", work.name(), pass, way.name(),
                seconds.text(3), base / seconds.median(), figures[0], figures[1]);
    }

    private Spread seconds(Way way, Work work, int pass) {
        return Spread.of(measured.stream().filter(
                m -> m.way().equals(way) && m.work().equals(work) && m.pass() == pass)
                .mapToDouble(Measured::seconds).toArray());
    }
}
