package org.ninep.nbd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.ninep.nbd.cli.ProgramProcess;
import org.ninep.peer.Diod;
import org.ninep.peer.Peers;
import org.ninep.peer.Vm;

/**
 * Debian's kernel in a virtual machine has a squashfs and an ext4 on its own nbd client, over {@code ninep nbd} over two
 * diods, and reads every file over and over, from the device each time, while things are done to the diods.
 */
@Tag("peer")
@Tag("full")
@Timeout(900)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("KernelTest")
class KernelTest {
    @TempDir
    Path work;

    @Test
    void fileSystemsOnItsBlockDeviceSeeNoFault() throws Exception {
        for (String peer : List.of("diod", "mksquashfs", "mke2fs")) {
            Peers.require(peer);
        }
        FileSystemImages images = FileSystemImages.make(work);
        images.copyTo(work.resolve("a"));
        images.copyTo(work.resolve("b"));
        try (Diod first = Diod.startOnTcp(work.resolve("a"));
                Diod second = Diod.startOnTcp(work.resolve("b"));
                ProgramProcess nbd = ProgramProcess.start("nbd", "--listen", "tcp:127.0.0.1:0", "--timeout", "1s",
                        "--max-backoff", "500ms", "--check-every", "2s",
                        "--export", export(FileSystemImages.Kind.SQUASHFS, first, second),
                        "--export", export(FileSystemImages.Kind.EXT4, first, second));
                Vm vm = Vm.boot(work)) {
            URI ready = URI.create(nbd.ready());
            nbd.ready();
            vm.run("cat >/tmp/expected <<'END'\n" + images.sums() + "END\n");
            mount(vm, 0, FileSystemImages.Kind.SQUASHFS, ready.getPort());
            mount(vm, 1, FileSystemImages.Kind.EXT4, ready.getPort());
            awaitPasses(vm);

            for (String directory : List.of("a", "b")) {
                Diod victim = directory.equals("a") ? first : second;
                String replica = "replica " + uri(victim, directory, FileSystemImages.Kind.SQUASHFS);
                victim.kill();
                awaitPasses(vm);
                victim.restart();
                nbd.awaitComplaint(replica + " is up again");
                victim.hang();
                awaitPasses(vm);
                // one that stands by is missed only when it is asked for its attributes
                nbd.awaitComplaint(replica + " is down");
                victim.goOn();
                nbd.awaitComplaint(replica + " is up again");
            }
            first.kill();
            second.kill();
            FaultsTest.pass(Duration.ofMinutes(2));
            second.restart();
            awaitPasses(vm);

            vm.run("touch /tmp/over; wait");
            checkNothingWrong(vm);
            String log = vm.run("dmesg");
            assertEquals(List.of(), KernelLog.errors(log), log);
            vm.run("umount /mnt/squashfs /mnt/ext4 && nbd-client -d /dev/nbd0 && nbd-client -d /dev/nbd1");
            nbd.stop();
        }
    }

    private String export(FileSystemImages.Kind kind, Diod first, Diod second) {
        return kind.type() + "=" + uri(first, "a", kind) + " " + uri(second, "b", kind);
    }

    private String uri(Diod diod, String directory, FileSystemImages.Kind kind) {
        return "9p://" + diod.address() + "/" + kind.type() + "?aname=" + work.resolve(directory);
    }

    /** Attaches the device, mounts it, and starts who reads all of it over and over. */
    private static void mount(Vm vm, int device, FileSystemImages.Kind kind, int port) throws IOException {
        vm.run("""
                set -e
                device=nbd%1$d type=%2$s
                nbd-client -N "$type" %3$s %4$d "/dev/$device"
                until [ "$(cat /sys/block/$device/size)" -gt 0 ]; do usleep 20000; done
                mkdir -p "/mnt/$type"
                mount -t "$type" -o %5$s "/dev/$device" "/mnt/$type"
                : >"/tmp/$type.passes"
                while [ ! -e /tmp/over ]; do
                    echo 3 >/proc/sys/vm/drop_caches
                    (cd "/mnt/$type" && find . -type f -print0 | xargs -0 -P 4 -n 16 sha256sum | sort) >"/tmp/$type.read" 2>&1
                    cmp "/tmp/$type.read" /tmp/expected && echo pass >>"/tmp/$type.passes" ||
                        cp "/tmp/$type.read" "/tmp/$type.wrong"
                done >/dev/null 2>&1 &
                set +e
                """
                .formatted(device, kind.type(), Vm.HOST, port, kind.options));
    }

    /** Waits until every file of both was read, and was right, from a moment that is after now. */
    private static void awaitPasses(Vm vm) throws IOException {
        vm.run("""
                for type in squashfs ext4; do
                    enough=$(($(wc -l <"/tmp/$type.passes") + 2))
                    until [ "$(wc -l <"/tmp/$type.passes")" -ge "$enough" ] || [ -e "/tmp/$type.wrong" ]; do
                        usleep 100000
                    done
                done
                """);
        checkNothingWrong(vm);
    }

    private static void checkNothingWrong(Vm vm) throws IOException {
        vm.run("""
                for wrong in /tmp/*.wrong; do
                    [ ! -e "$wrong" ] || diff "$wrong" /tmp/expected | head -n 20
                done
                [ ! -e /tmp/squashfs.wrong ] && [ ! -e /tmp/ext4.wrong ]
                """);
    }
}
