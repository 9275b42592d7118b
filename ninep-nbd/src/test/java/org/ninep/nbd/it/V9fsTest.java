package org.ninep.nbd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.ninep.nbd.cli.ProgramProcess;
import org.ninep.peer.Vm;

/** Debian's kernel in a virtual machine mounts our server with its own 9P client, and changes what is there. */
@Tag("peer")
@Tag("full")
@Timeout(900)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("V9fsTest")
class V9fsTest {
    private static final int FILES = 200;
    private static final int FILES_ONCE = System.getProperty("ninep.tests", "everyday").equals("nightly")
            ? 10_000
            : 2_000;
    private static final String CHECKS = """
            # $1 files, $2 a seed
            make() {
                rm -rf /tmp/tree && mkdir /tmp/tree
                i=0
                while [ $i -lt $1 ]; do
                    d=/tmp/tree/d$((i % 10))/e$((i % 3))
                    [ -d $d ] || mkdir -p $d
                    head -c $(((i * 7919 + $2) % 20000)) /tmp/random >$d/f$i
                    i=$((i + 1))
                done
                ln -s ../d1/e1 /tmp/tree/d0/link
                chmod 640 /tmp/tree/d0/e0/f0
            }
            # a tree is copied in, compared, renamed, linked, truncated, chmod-ed and deleted
            tree() {
                m=/mnt/9p
                cp -a /tmp/tree $m/tree && diff -r /tmp/tree $m/tree &&
                [ "$(readlink $m/tree/d0/link)" = ../d1/e1 ] && [ "$(stat -c %a $m/tree/d0/e0/f0)" = 640 ] || return 1
                mv $m/tree $m/moved && diff -r /tmp/tree $m/moved && mv $m/moved/d1 $m/moved/d0/in &&
                mv $m/moved/d0/in $m/moved/d1 || return 2
                ln $m/moved/d2/e2/f2 $m/hard && [ "$(stat -c %h $m/hard)" = 2 ] && cmp $m/hard /tmp/tree/d2/e2/f2 || return 3
                truncate -s 100 $m/hard && [ "$(stat -c %s $m/moved/d2/e2/f2)" = 100 ] &&
                truncate -s 100000 $m/hard && [ "$(stat -c %s $m/hard)" = 100000 ] || return 4
                chmod 600 $m/hard && [ "$(stat -c %a $m/hard)" = 600 ] && chown 12:34 $m/hard &&
                [ "$(stat -c %u:%g $m/hard)" = 12:34 ] || return 5
                touch -d '2001-02-03 04:05:06' $m/hard && [ "$(date -r $m/hard +%Y%m%d%H%M%S)" = 20010203040506 ] || return 6
                mkfifo $m/fifo && [ -p $m/fifo ] && mknod $m/null c 1 3 && [ -c $m/null ] && rm $m/fifo $m/null || return 7
                [ "$(ls $m/moved/d3/e0 | sort | head -n 1)" = "$(ls /tmp/tree/d3/e0 | sort | head -n 1)" ] || return 8
                rm -r $m/moved && rm $m/hard && [ -z "$(ls -A $m)" ] || return 9
            }
            # a file that has lost its name is still written and read
            unlinked() {
                m=/mnt/9p
                exec 4<>$m/gone && rm $m/gone && echo still here >&4 && head -c 6 /proc/self/fd/4 >/dev/null &&
                [ ! -e $m/gone ]
                status=$?
                exec 4>&-
                return $status
            }
            # $1 operations at random on a file here and on one there; after each tenth they are compared
            random_operations() {
                : >/tmp/here; : >/mnt/9p/there
                i=0 seed=$2
                while [ $i -lt $1 ]; do
                    seed=$(((seed * 1103515245 + 12345) % 2147483648))
                    at=$((seed % 300000)) length=$((seed / 7 % 40000 + 1))
                    case $((seed / 65536 % 5)) in
                        0) size=$((seed % 200000)); truncate -s $size /tmp/here; truncate -s $size /mnt/9p/there;;
                        *) for file in /tmp/here /mnt/9p/there; do
                            dd if=/tmp/random of=$file bs=$length count=1 seek=$at oflag=seek_bytes conv=notrunc 2>/dev/null ||
                                return 1
                        done;;
                    esac
                    i=$((i + 1))
                    [ $((i % 10)) -ne 0 ] || cmp /tmp/here /mnt/9p/there || return 2
                done
                cmp /tmp/here /mnt/9p/there && rm /mnt/9p/there
            }
            """;

    @TempDir
    Path work;

    /** A program that serves a directory, a machine that mounts it. */
    private static final class Mounting implements AutoCloseable {
        private final Path export;
        private final ProgramProcess serve;
        private final Vm vm;
        private final int port;

        Mounting(Path work) throws Exception {
            export = Files.createDirectory(work.resolve("export"));
            serve = ProgramProcess.start("serve", "--listen", "tcp:127.0.0.1:0", "--read-write", "--export",
                    export + "=e");
            boolean booted = false;
            try {
                port = URI.create(serve.ready().replaceFirst("^9p", "http")).getPort();
                vm = Vm.boot(work);
                booted = true;
            } finally {
                if (!booted) {
                    serve.close();
                }
            }
            vm.run("mkdir -p /mnt/9p /mnt/other; head -c 100000 /dev/urandom >/tmp/random\n" + CHECKS);
        }

        void mount(String where, int msize, String cache) throws IOException {
            vm.run("mount -t 9p -o trans=tcp,version=9p2000.L,port=" + port + ",msize=" + msize + ",cache=" + cache
                    + ",aname=e,access=client " + Vm.HOST + " " + where);
        }

        /** Unmounts, and sees on the host that nothing was left behind. */
        void unmount(String where) throws IOException {
            vm.run("umount " + where);
            try (var left = Files.list(export)) {
                assertEquals(List.of(), left.toList());
            }
        }

        @Override
        public void close() throws IOException {
            try (ProgramProcess _ = serve; Vm _ = vm) {
                serve.stop();
            }
        }
    }

    @Test
    void aTreeIsCopiedInComparedMovedLinkedAndRemoved() throws Exception {
        try (Mounting mounting = new Mounting(work)) {
            int seed = 0;
            for (String cache : List.of("none", "loose")) {
                for (int msize : new int[]{64 << 10, 128 << 10, 1 << 20}) {
                    seed++;
                    mounting.mount("/mnt/9p", msize, cache);
                    mounting.vm.run("make " + FILES + " " + seed);
                    mounting.vm.run("tree");
                    mounting.vm.run("unlinked");
                    mounting.vm.run("random_operations 60 " + seed);
                    mounting.unmount("/mnt/9p");
                }
            }
            mounting.mount("/mnt/9p", 1 << 20, "none");
            mounting.vm.run("make " + FILES_ONCE + " 99");
            mounting.vm.run("tree");
            mounting.unmount("/mnt/9p");
            checkLog(mounting);
        }
    }

    @Test
    void twoMountsLockFilesAgainstEachOther() throws Exception {
        try (Mounting mounting = new Mounting(work)) {
            mounting.mount("/mnt/9p", 128 << 10, "none");
            mounting.mount("/mnt/other", 128 << 10, "none");
            mounting.vm.run("""
                    : >/mnt/9p/lock
                    flock -x /mnt/9p/lock sh -c 'touch /tmp/held; until [ -e /tmp/release ]; do usleep 20000; done' &
                    until [ -e /tmp/held ]; do usleep 20000; done
                    ! flock -n -x /mnt/other/lock true && ! flock -n -s /mnt/other/lock true
                    """);
            mounting.vm.run("""
                    flock -x /mnt/other/lock touch /tmp/second &
                    usleep 300000
                    [ ! -e /tmp/second ] && touch /tmp/release && wait && [ -e /tmp/second ]
                    """);
            mounting.vm.run("flock -s /mnt/9p/lock flock -n -s /mnt/other/lock true");
            mounting.vm.run("rm /mnt/9p/lock; umount /mnt/other");
            mounting.unmount("/mnt/9p");
            checkLog(mounting);
        }
    }

    @Test
    void extendedAttributesAreSetReadListedAndRemoved() throws Exception {
        try (Mounting mounting = new Mounting(work)) {
            mounting.mount("/mnt/9p", 128 << 10, "none");
            mounting.vm
                    .run("cd /mnt/9p && : >f && setfattr -n user.comment -v hello f && setfattr -n user.other -v x f");
            assertEquals("hello", mounting.vm.run("getfattr --only-values -n user.comment f").strip());
            assertEquals(ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII)),
                    ByteBuffer.wrap((byte[]) Files.getAttribute(mounting.export.resolve("f"), "user:comment")));
            assertEquals(List.of("user.comment", "user.other"),
                    mounting.vm.run("getfattr f").lines().filter(line -> line.startsWith("user.")).sorted().toList());
            mounting.vm.run("setfattr -x user.comment f && ! getfattr -n user.comment f 2>/dev/null && rm f && cd /");
            mounting.unmount("/mnt/9p");
        }
    }

    /** A link that leads out of the export leads into the client's own files, and never to the server's. */
    @Test
    void linksOutOfTheExportAreTheClientsAffair() throws Exception {
        try (Mounting mounting = new Mounting(work)) {
            Files.writeString(work.resolve("secret"), "the server's");
            mounting.mount("/mnt/9p", 64 << 10, "none");
            mounting.vm.run("mkdir -p " + work + " && echo \"the client's\" >" + work + "/secret");
            mounting.vm.run("ln -s " + work + "/secret /mnt/9p/absolute && ln -s ../secret /mnt/9p/relative");
            assertEquals("the client's", mounting.vm.run("cat /mnt/9p/absolute").strip());
            mounting.vm.run("[ ! -e /mnt/9p/relative ] && [ ! -e /mnt/9p/../secret ]");
            mounting.vm.run("rm /mnt/9p/absolute /mnt/9p/relative");
            mounting.unmount("/mnt/9p");
        }
    }

    private static void checkLog(Mounting mounting) throws IOException {
        String log = mounting.vm.run("dmesg");
        assertEquals(List.of(), log.lines().filter(line -> line.contains("9p")
                && (line.contains("rror") || line.contains("WARNING"))).toList(), log);
    }
}
