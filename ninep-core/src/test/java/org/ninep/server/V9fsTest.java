package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.peer.Vm;

/** Linux' own client, in a virtual machine, works in a directory that this server exports. */
@Tag("peer")
@Tag("full")
@Timeout(900)
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

    @TempDir
    Path work;

    @Test
    void worksInAWritableDirectory() throws Exception {
        try (Server server = server(); Vm vm = Vm.boot(work)) {
            int port = ((InetSocketAddress) server.addresses().getFirst()).getPort();
            for (String cache : new String[]{"none", "loose"}) {
                Path export = work.resolve(cache);
                vm.run("mount -t 9p -o trans=tcp,port=%d,version=9p2000.L,msize=1048576,access=client,cache=%s,aname=/%s %s /mnt"
                        .formatted(port, cache, cache, Vm.HOST));
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
    }

    private Server server() throws IOException {
        Server.Builder builder = Server.builder();
        for (String cache : new String[]{"none", "loose"}) {
            builder.export("/" + cache,
                    DirectoryTree.builder(Files.createDirectory(work.resolve(cache))).readWrite().build());
        }
        Server server = builder.build();
        server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return server;
    }
}
