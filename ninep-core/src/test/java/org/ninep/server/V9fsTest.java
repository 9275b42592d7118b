package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.peer.Vm;

/** Linux' own client, in a virtual machine, works in a directory that this server exports. */
@Tag("peer")
@Tag("full")
@Timeout(1800)
class V9fsTest {
    /** What a user of the mounted directory does; ends at the first thing that is not as it should be. */
    private static final String SCRIPT = """
            set -e
            cd /mnt
            mkdir -p d/e/f
            echo hello >d/file
            echo world >>d/file
            [ "$(cat d/file)" = "$(printf 'hello\\nworld')" ]
            chmod 640 d/file
            [ "$(stat -c %a d/file)" = 640 ]
            chown 12:34 d/file
            [ "$(stat -c %u:%g d/file)" = 12:34 ]
            touch -d '2001-02-03 04:05:06' d/file
            [ "$(stat -c %Y d/file)" = "$(date -d '2001-02-03 04:05:06' +%s)" ]
            truncate -s 3 d/file
            [ "$(cat d/file)" = hel ]
            ln d/file d/hard
            [ "$(stat -c %h d/file)" = 2 ]
            ln -s ../file d/e/soft
            [ "$(readlink d/e/soft)" = ../file ]
            [ "$(cat d/e/soft)" = hel ]
            mkfifo d/fifo
            mknod d/null c 1 3
            [ "$(stat -c %t:%T d/null)" = 1:3 ]
            echo gone >d/null
            (echo through >d/fifo) &
            [ "$(cat d/fifo)" = through ]
            mv d/file d/e/moved
            mv d/e d/g
            [ "$(cat d/g/moved)" = hel ]
            mkdir deep
            cd deep
            mv ../deep ../renamed
            echo x >inner
            [ "$(cat ../renamed/inner)" = x ]
            cd ..
            exec 3<>d/open
            echo first >&3
            rm d/open
            echo second >&3
            [ ! -e d/open ]
            [ "$(cat /proc/self/fd/3)" = "$(printf 'first\\nsecond')" ]
            exec 3>&-
            umask 027
            echo x >masked
            [ "$(stat -c %a masked)" = 640 ]
            if mkdir d 2>/dev/null || rmdir d 2>/dev/null || cat nothing 2>/dev/null; then exit 1; fi
            mkdir many
            for i in $(seq 500); do echo $i >many/$i; done
            [ "$(ls many | wc -l)" = 500 ]
            rm -r many
            [ ! -e many ]
            dd if=/dev/urandom of=big bs=1000003 count=5 conv=fsync 2>/dev/null
            cp big copy
            sync
            cmp big copy
            sha256sum big
            df /mnt | tail -n 1
            """;

    /**
     * What of stress-ng works on files and directories, all at once. Of its file system stressors these are left out: bind-mount, binderfs,
     * chattr, dup, eventfd, fiemap, handle, inode-flags, ioprio, procfs and verity do nothing here, for they are about other file systems or about none;
     * dnotify, fanotify and inotify wait for events a fixed time that passes under emulation before v9fs has done what is to be
     * noticed, and io syncs the whole machine.
     */
    private static final List<String> STRESSORS = List.of("access", "aio", "chdir", "chmod", "chown", "copy-file",
            "dentry", "dir", "dirdeep", "dirmany", "fallocate", "fcntl", "filename", "flock", "fpunch", "fstat",
            "getdent", "hdd", "iomix", "lease", "link", "locka", "lockf", "lockofd", "mknod", "mmap", "open", "rename",
            "revio", "seek", "sendfile", "splice", "symlink", "sync-file", "touch", "utime", "xattr");
    /** So small that most of the time goes into what they do, and not into what they prepare and clear up. */
    private static final String SIZES = " --chdir-dirs 64 --dentries 128 --dirdeep-dirs 2 --dirdeep-inodes 200"
            + " --dirmany-ops 500 --fallocate-bytes 1M --hdd-bytes 1M --hdd-write-size 4k --hdd-opts wr-rnd,rd-rnd"
            + " --iomix-bytes 1M --seek-size 1M --sendfile-size 64k";
    /** These call it a failure when the end of the time interrupts a write, and so get work to do and time enough for it. */
    private static final String WITHOUT_HASTE = "--fsize 1 --fsize-ops 2 --file-ioctl 1 --file-ioctl-ops 100 --timeout 300";
    private static final int SECONDS = 60;
    private static final int SECONDS_AT_NIGHT = 600;
    /** To prepare and to clear up, for all of them at once: 270 s on a host that had much else to do. */
    private static final Duration MORE = Duration.ofMinutes(10);

    @TempDir
    static Path work;
    private static Server server;
    private static Vm vm;

    @BeforeAll
    static void start() throws IOException {
        vm = Vm.boot(work);
        Server.Builder builder = Server.builder();
        for (String export : new String[]{"none", "loose", "stress"}) {
            builder.export("/" + export,
                    DirectoryTree.builder(Files.createDirectory(work.resolve(export))).readWrite().build());
        }
        server = builder.build();
        server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterAll
    static void stop() throws IOException {
        try (Server _ = server; Vm _ = vm) {
            // both end, whatever becomes of the other
        }
    }

    @AfterEach
    void clear() throws IOException {
        vm.run("cd /; umount -l /mnt 2>/dev/null; true");
    }

    private static void mount(String cache, String export) throws IOException {
        int port = ((InetSocketAddress) server.addresses().getFirst()).getPort();
        vm.run("mount -t 9p -o trans=tcp,port=%d,version=9p2000.L,msize=1048576,access=client,cache=%s,aname=/%s %s /mnt"
                .formatted(port, cache, export, Vm.HOST));
    }

    @Test
    void worksInAWritableDirectory() throws Exception {
        for (String cache : new String[]{"none", "loose"}) {
            Path export = work.resolve(cache);
            mount(cache, cache);
            String output = vm.run("sh -c '" + SCRIPT.replace("'", "'\\''") + "'");
            vm.run("umount /mnt");
            assertEquals("hel", Files.readString(export.resolve("d/g/moved")));
            assertEquals(12, Files.getAttribute(export.resolve("d/hard"), "unix:uid"));
            assertEquals(5_000_015, Files.size(export.resolve("big")));
            assertEquals(-1, Files.mismatch(export.resolve("big"), export.resolve("copy")));
            assertFalse(Files.exists(export.resolve("many")));
            assertTrue(output.contains("/mnt"), output);
            try (Stream<Path> all = Files.list(export)) {
                assertEquals(5, all.count());
            }
        }
    }

    @Test
    void stressorsFindNothingWrongAndLeaveNothingBehind() throws Exception {
        stressAll(SECONDS);
    }

    @Test
    @Tag("nightly")
    @Timeout(SECONDS_AT_NIGHT + 1800)
    void stressorsFindNothingWrongInALongTime() throws Exception {
        stressAll(SECONDS_AT_NIGHT);
    }

    private static void stressAll(int seconds) throws IOException {
        long open = descriptors();
        mount("none", "stress");
        stress("--" + String.join(" 1 --", STRESSORS) + " 1" + SIZES + " --timeout " + seconds,
                Duration.ofSeconds(seconds).plus(MORE));
        stress(WITHOUT_HASTE, MORE);
        assertFalse(server.hasLocks());
        // the names that Linux remembers are fids
        vm.run("echo 3 >/proc/sys/vm/drop_caches");
        int fids = server.connections().getFirst().fids();
        assertTrue(fids <= 2, () -> "fids: " + fids);
        try (Stream<Path> left = Files.list(work.resolve("stress"))) {
            assertEquals(List.of(), left.toList());
        }
        vm.run("umount /mnt");
        assertEquals(open, descriptors());
    }

    /** Fails where it says that something was wrong, for its status is 0 then, too. */
    private static void stress(String stressors, Duration longest) throws IOException {
        String output = vm.run("cd /tmp && stress-ng --temp-path /mnt --verify --no-rand-seed " + stressors, longest);
        assertEquals(List.of(), output.lines().filter(line -> line.contains(" fail: ") || line.contains(" error: "))
                .toList(), output);
        assertTrue(output.contains("successful run"), output);
    }

    /** How many of this process lead into what is exported. */
    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(fd -> {
                try {
                    return Files.readSymbolicLink(fd).toString().startsWith(work + "/stress");
                } catch (IOException closedMeanwhile) {
                    return false;
                }
            }).count();
        }
    }
}
