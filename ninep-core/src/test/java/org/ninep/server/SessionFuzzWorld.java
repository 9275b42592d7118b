package org.ninep.server;

import static org.ninep.server.SessionFuzzReplies.check;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.ninep.posix.Posix;
import org.ninep.testkit.FakeClock;

/**
 * A server, the directories that it exports, what lies beside them and may not be touched, and what all of it costs.
 *
 * <p>
 * Confined to one thread.
 */
final class SessionFuzzWorld implements AutoCloseable {
    private static final Duration BOUND = Duration.ofSeconds(100);
    private static final String SECRET = "sentinel-" + UUID.randomUUID();
    private static final long SMALLEST_REAL_INODE = 1000;
    private static final long MOST_UNCOLLECTED = 16 << 20;
    private static final long SLACK = 1 << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final BufferPoolMXBean DIRECT = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct")).findFirst().orElseThrow();

    private final Path dir;
    private final Path export;
    private final FakeClock clock = new FakeClock();
    private final RecordedLog log = new RecordedLog();
    private final AtomicInteger threads = new AtomicInteger();
    private final AtomicLong allocated = new AtomicLong();
    private final Server server;
    private final Map<String, String> untouched;
    private final Set<Long> inodes = new HashSet<>();
    private final long direct;

    SessionFuzzWorld(Path dir) throws IOException {
        this.dir = dir;
        remove(dir);
        Path outside = Files.createDirectories(dir.resolve("outside"));
        Files.writeString(outside.resolve("secret"), SECRET);
        Files.writeString(outside.resolve("file"), SECRET);
        Files.createDirectory(outside.resolve("dir"));
        Files.writeString(outside.resolve("dir").resolve(SECRET), SECRET);
        Files.createSymbolicLink(outside.resolve("link"), Path.of(SECRET));
        export = Files.createDirectory(dir.resolve("export"));
        fill();
        server = serve();
        direct = DIRECT.getMemoryUsed();
        untouched = untouched();
        note(dir);
        note(outside);
        note(outside.resolve("secret"));
        note(outside.resolve("dir"));
    }

    private void note(Path path) throws IOException {
        long inode = (Long) Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
        if (inode >= SMALLEST_REAL_INODE) {
            inodes.add(inode);
        }
    }

    private Server serve() throws IOException {
        MemoryTree memory = MemoryTree.builder().file("file", "hello").file("hello", "hello").directory("a/b")
                .directory("dir").symlink("link", "a").build();
        FileTree rw = DirectoryTree.builder(export).readWrite().build();
        Verifier verifier = (_, credential) -> credential.getInt();
        return Server.builder().maxMsize(1 << 14).maxFids(6).maxOpenFiles(4).handshakeTimeout(Duration.ofDays(1))
                .timeSource(clock).log(log.logger()).threadFactory(this::thread).exportToAnyone("rw", rw)
                .exportToAnyone("places", DirectoryTree.builder(export).readWrite().maxHeldDescriptors(1).build())
                .exportToAnyone("ro", DirectoryTree.of(export)).exportToAnyone("memory", memory)
                .export("closed", memory, verifier).export("closed-rw", rw, verifier).build();
    }

    /** The one that ends clients that are late, and the one that looks for requests that take long. */
    private static final int SERVER_THREADS = 2;

    private Thread thread(Runnable work) {
        return Thread.ofPlatform().daemon().unstarted(() -> {
            threads.incrementAndGet();
            try {
                work.run();
            } finally {
                allocated.addAndGet(THREADS.getCurrentThreadAllocatedBytes());
                threads.decrementAndGet();
            }
        });
    }

    Server server() {
        return server;
    }

    byte[] marker() {
        return SECRET.getBytes(StandardCharsets.US_ASCII);
    }

    Set<Long> inodes() {
        return inodes;
    }

    List<String> logged() {
        return log.lines();
    }

    private void fill() throws IOException {
        Path dirInside = Files.createDirectory(export.resolve("dir"));
        Files.writeString(Files.createDirectory(dirInside.resolve("deep")).resolve("file"), "deep");
        Files.writeString(export.resolve("file"), "inside");
        Files.createLink(export.resolve("hard"), export.resolve("file"));
        Files.createSymbolicLink(export.resolve("out-file"), Path.of("../outside/secret"));
        Files.createSymbolicLink(export.resolve("out-dir"), Path.of("../outside"));
        Files.createSymbolicLink(export.resolve("out-absolute"), dir.resolve("outside"));
        Files.createSymbolicLink(export.resolve("up"), Path.of(".."));
        Files.createSymbolicLink(export.resolve("loop"), Path.of("loop"));
        makeFifo();
    }

    private void makeFifo() throws IOException {
        Posix posix = Posix.create();
        int fd = posix.openPath(export.toString().getBytes(StandardCharsets.UTF_8), Posix.O_PATH);
        try {
            posix.mknodat(fd, "fifo".getBytes(StandardCharsets.UTF_8), 0010644, 0, 0);
        } finally {
            posix.close(fd);
        }
    }

    /** What one client found before it came: {@link #hasLeft} is to find the same. */
    record Before(Set<String> descriptors) {}

    Before before() throws IOException {
        await("threads", () -> threads.get() == SERVER_THREADS);
        allocated.set(0);
        log.forget();
        return new Before(descriptors());
    }

    /** What the client's threads have taken of the heap. */
    long allocated() {
        return allocated.get();
    }

    /** Waits until nothing is left of the client, and looks whether that is so. */
    void hasLeft(Before before) throws IOException {
        await("a client is still there", () -> server.connections().isEmpty());
        await("a thread is still there", () -> threads.get() == SERVER_THREADS);
        checkDirectMemory();
        awaitDescriptors(before.descriptors());
        clock.advance(RateLimitedLog.WINDOW);
    }

    /** Buffers are given back at once; what a tree's calls are made through, by the collector. */
    private void checkDirectMemory() {
        if (DIRECT.getMemoryUsed() > direct + MOST_UNCOLLECTED) {
            System.gc();
            await("direct memory of the last clients was not given back",
                    () -> DIRECT.getMemoryUsed() <= direct + SLACK);
        }
    }

    /** A process that another test starts has pipes for a moment. */
    private void awaitDescriptors(Set<String> before) throws IOException {
        long end = System.nanoTime() + BOUND.toNanos();
        Set<String> more = descriptors();
        more.removeAll(before);
        while (!more.isEmpty()) {
            Set<String> left = more;
            check(System.nanoTime() < end, () -> "descriptors were not given back: " + left);
            Thread.onSpinWait();
            more = descriptors();
            more.removeAll(before);
        }
    }

    private static void await(String what, BooleanSupplier over) {
        long end = System.nanoTime() + BOUND.toNanos();
        while (!over.getAsBoolean()) {
            check(System.nanoTime() < end, () -> what);
            Thread.onSpinWait();
        }
    }

    /** Those that lead to the directories, and pipes: the JVM has others, as it likes. */
    private Set<String> descriptors() throws IOException {
        Set<String> all = new HashSet<>();
        try (Stream<Path> list = Files.list(Path.of("/proc/self/fd"))) {
            for (Path fd : list.toList()) {
                try {
                    String to = Files.readSymbolicLink(fd).toString();
                    if (to.startsWith(dir.toString()) || to.startsWith("pipe:")) {
                        all.add(fd.getFileName() + " " + to);
                    }
                } catch (IOException closed) {
                    // the one that lists them
                }
            }
        }
        return all;
    }

    /** What lies outside is as it was. */
    void checkOutside() throws IOException {
        Map<String, String> now = untouched();
        check(now.equals(untouched), () -> "outside was " + untouched + " and is " + now);
    }

    private Map<String, String> untouched() throws IOException {
        Map<String, String> all = new TreeMap<>();
        for (Path root : List.of(dir, dir.resolve("outside"))) {
            for (Path path : below(root)) {
                if (!path.startsWith(export)) {
                    Map<String, Object> a = Files.readAttributes(path,
                            "unix:mode,uid,gid,nlink,size,lastModifiedTime,ino",
                            LinkOption.NOFOLLOW_LINKS);
                    all.put(path.toString(), new TreeMap<>(a) + (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                            ? Files.readString(path)
                            : ""));
                }
            }
        }
        return all;
    }

    private static List<Path> below(Path root) throws IOException {
        List<Path> all = new ArrayList<>(List.of(root));
        try (Stream<Path> list = Files.list(root)) {
            for (Path path : list.sorted().toList()) {
                boolean deeper = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) && !path.endsWith("export");
                all.addAll(deeper ? below(path) : List.of(path));
            }
        }
        return all;
    }

    /** Makes the export as it was. */
    void restore() throws IOException {
        Files.setPosixFilePermissions(export, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Stream<Path> list = Files.list(export)) {
            for (Path path : list.toList()) {
                remove(path);
            }
        }
        fill();
    }

    private static void remove(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
            try (Stream<Path> list = Files.list(path)) {
                for (Path below : list.toList()) {
                    remove(below);
                }
            }
        }
        Files.deleteIfExists(path);
    }

    @Override
    public void close() throws IOException {
        server.close();
        remove(dir);
    }
}
