package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.message.DirectoryEntry;
import org.ninep.peer.Diod;

/** The client against a real server. */
@Tag("peer")
@Timeout(120)
class DiodTest {
    private static final String DEEP = "d/".repeat(40);

    @TempDir
    Path work;
    private Path export;
    private byte[] content;
    private Diod diod;
    private NinepUri uri;

    @BeforeEach
    void start() throws Exception {
        export = Files.createDirectory(work.resolve("export"));
        content = new byte[3_000_001];
        new Random(9).nextBytes(content);
        Files.write(export.resolve("image"), content);
        Files.createDirectories(export.resolve(DEEP));
        Files.writeString(export.resolve(DEEP + "leaf"), "deep");
        Files.createSymbolicLink(export.resolve("link"), Path.of("image"));
        diod = Diod.start(work, export, "-n");
        uri = NinepUri.parse("9p+unix:///image?socket=" + diod.address() + "&aname=" + export);
    }

    @AfterEach
    void stop() {
        diod.close();
    }

    @Test
    void takesTheServersMsizeAndReadsEveryByte() throws Exception {
        try (Client client = Client.connect(uri); RemoteFile file = client.open(uri)) {
            assertEquals(65536, client.msize());
            assertEquals(65536 - 24, file.maxCount());
            ByteBuffer all = ByteBuffer.allocateDirect(content.length);
            file.readFully(all, 0);
            byte[] read = new byte[content.length];
            all.flip().get(read);
            assertArrayEquals(content, read);
            ByteBuffer end = ByteBuffer.allocate(100);
            assertEquals(10, file.readUpTo(end, content.length - 10));
            assertArrayEquals(Arrays.copyOfRange(content, content.length - 10, content.length),
                    Arrays.copyOf(end.array(), 10));
            assertEquals(-1, file.read(end, content.length));
            assertThrows(EOFException.class, () -> file.readFully(ByteBuffer.allocate(11), content.length - 10));
        }
    }

    @Test
    void walksDeepAndNamesWhatIsMissing() throws Exception {
        try (Client client = Client.connect(uri); RemoteFile root = client.attach(uri)) {
            try (RemoteFile leaf = root.walk(DEEP + "leaf")) {
                assertEquals(4, leaf.getattr().size());
            }
            RemoteException e = assertThrows(RemoteException.class, () -> root.walk(DEEP + "none"));
            assertEquals(Errno.ENOENT, e.errno());
            assertTrue(String.valueOf(e.getMessage()).contains("\"none\""), e.getMessage());
        }
    }

    @Test
    void readsDirectoriesOverSeveralMessages() throws Exception {
        for (int i = 0; i < 1500; i++) {
            Files.createFile(export.resolve("a file with a rather long name, number " + i));
        }
        try (Client client = Client.connect(uri); RemoteFile root = client.attach(uri).open()) {
            Set<String> names = root.readdir().stream().map(DirectoryEntry::name).collect(Collectors.toSet());
            assertEquals(1500 + Set.of(".", "..", "image", "d", "link").size(), names.size());
            assertTrue(names.contains("a file with a rather long name, number 1499"));
        }
    }

    @Test
    void readsLinksAttributesAndTheFileSystem() throws Exception {
        try (Client client = Client.connect(uri); RemoteFile root = client.attach(uri)) {
            assertEquals("image", root.walk("link").readlink());
            assertTrue(root.walk("link").getattr().isSymlink());
            assertEquals(Files.getAttribute(export.resolve("image"), "unix:ino"), root.walk("image").qid().path());
            assertTrue(root.statfs().blocks() > 0);
            assertTrue(root.getattr().isDirectory());
        }
    }
}
