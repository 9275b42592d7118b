package org.ninep.nio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.peer.Diod;

/** Reading and writing on a real server; what it says is held against what the disk has. */
@Tag("peer")
@Timeout(120)
class DiodFileSystemTest {
    @TempDir
    Path work;
    private Path disk;
    private Diod diod;
    private FileSystem fs;

    @BeforeEach
    void start() throws IOException {
        disk = Files.createDirectory(work.resolve("export"));
        diod = Diod.start(work, disk, "-n");
        fs = FileSystems.newFileSystem(
                URI.create("ninep:9p+unix:///?socket=" + diod.address() + "&aname=" + disk), Map.of());
    }

    @AfterEach
    void stop() throws IOException {
        fs.close();
        diod.close();
    }

    private Path at(String path) {
        return fs.getPath(path);
    }

    private String onDisk(String path) throws IOException {
        return Files.readString(disk.resolve(path));
    }

    @Test
    void writesFiles() throws IOException {
        byte[] content = new byte[5_000_000];
        new Random(3).nextBytes(content);
        Files.write(at("/big"), content);
        assertArrayEquals(content, Files.readAllBytes(disk.resolve("big")));
        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(disk.resolve("big"))));
        Files.writeString(at("/big"), "short");
        assertEquals("short", onDisk("big"));
        Files.writeString(at("big"), " and more", APPEND);
        Files.writeString(at("new"), "made by append", CREATE, APPEND);
        assertEquals("short and more", onDisk("big"));
        assertEquals("made by append", onDisk("new"));
        assertThrows(FileAlreadyExistsException.class, () -> Files.writeString(at("/big"), "", CREATE_NEW));
        assertThrows(NoSuchFileException.class, () -> Files.writeString(at("/none"), "", WRITE));
        assertThrows(NoSuchFileException.class, () -> Files.writeString(at("/none/x"), ""));
        try (OutputStream out = Files.newOutputStream(at("/big"), WRITE, SYNC)) {
            out.write('S');
        }
        assertEquals("Short and more", onDisk("big"));
    }

    @Test
    void aChannelReadsWritesAndTruncates() throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(at("/f"), java.util.Set.of(CREATE, READ, WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")))) {
            assertEquals(10, channel.write(ByteBuffer.wrap("0123456789".getBytes(UTF_8))));
            ByteBuffer some = ByteBuffer.allocate(4);
            assertEquals(4, channel.position(3).read(some));
            assertEquals("3456", new String(some.array(), UTF_8));
            assertEquals(5, channel.truncate(5).size());
            assertEquals(5, channel.position());
        }
        assertEquals("01234", onDisk("f"));
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(disk.resolve("f"))));
        try (SeekableByteChannel channel = Files.newByteChannel(at("/f"))) {
            assertThrows(NonWritableChannelException.class, () -> channel.write(ByteBuffer.allocate(1)));
        }
        try (SeekableByteChannel channel = Files.newByteChannel(at("/f"), WRITE, TRUNCATE_EXISTING)) {
            assertThrows(NonReadableChannelException.class, () -> channel.read(ByteBuffer.allocate(1)));
        }
        assertEquals("", onDisk("f"));
        try (SeekableByteChannel channel = Files.newByteChannel(at("/f"), WRITE, DELETE_ON_CLOSE)) {
            assertTrue(channel.isOpen());
        }
        assertFalse(Files.exists(disk.resolve("f")));
        assertThrows(IllegalArgumentException.class, () -> Files.newByteChannel(at("/f"), READ, APPEND));
    }

    @Test
    void makesAndRemovesDirectories() throws IOException {
        Files.createDirectories(at("/a/b/c"));
        Files.createDirectory(at("/p"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(disk.resolve("p"))));
        assertThrows(FileAlreadyExistsException.class, () -> Files.createDirectory(at("/p")));
        assertThrows(FileAlreadyExistsException.class, () -> Files.createDirectory(at("/")));
        assertThrows(NoSuchFileException.class, () -> Files.createDirectory(at("/none/x")));
        assertThrows(DirectoryNotEmptyException.class, () -> Files.delete(at("/a")));
        assertThrows(NoSuchFileException.class, () -> Files.delete(at("/none")));
        assertFalse(Files.deleteIfExists(at("/none")));
        assertThrows(FileSystemException.class, () -> Files.delete(at("/")));
        Files.writeString(at("/a/b/f"), "");
        try (Stream<Path> all = Files.walk(at("/a"))) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
        assertFalse(Files.exists(disk.resolve("a")));
    }

    @Test
    void linksFiles() throws IOException {
        Files.writeString(at("/f"), "text");
        Files.createLink(at("/hard"), at("/f"));
        Files.createSymbolicLink(at("/sym"), at("f"));
        assertEquals(2, Files.getAttribute(disk.resolve("hard"), "unix:nlink"));
        assertEquals("f", Files.readSymbolicLink(disk.resolve("sym")).toString());
        assertTrue(Files.isSameFile(at("/hard"), at("/sym")));
        assertEquals("text", Files.readString(at("/sym")));
        Files.writeString(at("/sym"), "through the link");
        assertEquals("through the link", onDisk("f"));
        Files.createSymbolicLink(at("/ahead"), at("made"));
        Files.writeString(at("/ahead"), "made where the link leads");
        assertEquals("made where the link leads", onDisk("made"));
        assertThrows(FileAlreadyExistsException.class, () -> Files.writeString(at("/ahead"), "", CREATE_NEW, WRITE));
        Files.delete(at("/sym"));
        assertTrue(Files.exists(disk.resolve("f")));
        assertThrows(FileAlreadyExistsException.class, () -> Files.createLink(at("/hard"), at("/f")));
        assertThrows(FileAlreadyExistsException.class, () -> Files.createSymbolicLink(at("/hard"), at("/f")));
    }

    @Test
    void movesNames() throws IOException {
        Files.writeString(at("/f"), "f");
        Files.writeString(at("/g"), "g");
        Files.createDirectory(at("/d"));
        Files.createDirectory(at("/e"));
        assertThrows(FileAlreadyExistsException.class, () -> Files.move(at("/f"), at("/g")));
        Files.move(at("/f"), at("/f"));
        Files.move(at("/f"), at("/d/f"));
        assertEquals("f", onDisk("d/f"));
        Files.move(at("/g"), at("/d/f"), REPLACE_EXISTING);
        assertEquals("g", onDisk("d/f"));
        Files.writeString(at("/h"), "h");
        Files.move(at("/h"), at("/d/f"), ATOMIC_MOVE);
        assertEquals("h", onDisk("d/f"));
        assertThrows(DirectoryNotEmptyException.class, () -> Files.move(at("/e"), at("/d"), REPLACE_EXISTING));
        Files.move(at("/d/f"), at("/e"), REPLACE_EXISTING);
        assertEquals("h", onDisk("e"));
        Files.move(at("/d"), at("/renamed"));
        assertTrue(Files.isDirectory(disk.resolve("renamed")));
        NoSuchFileException e = assertThrows(NoSuchFileException.class, () -> Files.move(at("/none"), at("/x")));
        assertEquals("/none", e.getFile());
        assertThrows(FileSystemException.class, () -> Files.move(at("/renamed"), at("/renamed/in/itself")));
    }

    @Test
    void copies() throws IOException {
        byte[] content = new byte[3_000_000];
        new Random(5).nextBytes(content);
        Files.write(disk.resolve("f"), content);
        Files.setLastModifiedTime(disk.resolve("f"), FileTime.fromMillis(1_000_000_000_123L));
        Files.setPosixFilePermissions(disk.resolve("f"), PosixFilePermissions.fromString("r--r-----"));
        Files.copy(at("/f"), at("/copy"), COPY_ATTRIBUTES);
        assertArrayEquals(content, Files.readAllBytes(disk.resolve("copy")));
        assertEquals(1_000_000_000_123L, Files.getLastModifiedTime(disk.resolve("copy")).toMillis());
        assertEquals("r--r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(disk.resolve("copy"))));
        assertThrows(FileAlreadyExistsException.class, () -> Files.copy(at("/f"), at("/copy")));
        Files.writeString(disk.resolve("other"), "other");
        Files.copy(at("/other"), at("/copy"), REPLACE_EXISTING);
        assertEquals("other", onDisk("copy"));
        Files.createSymbolicLink(disk.resolve("sym"), Path.of("other"));
        Files.copy(at("/sym"), at("/sym2"), LinkOption.NOFOLLOW_LINKS);
        assertEquals("other", Files.readSymbolicLink(disk.resolve("sym2")).toString());
        Files.copy(at("/sym"), at("/file"));
        assertEquals("other", onDisk("file"));
        Files.createDirectories(disk.resolve("d/inner"));
        Files.copy(at("/d"), at("/d2"));
        assertEquals(0, disk.resolve("d2").toFile().list().length);
        Files.copy(Files.write(work.resolve("outside"), content), at("/from outside"));
        Files.copy(at("/other"), work.resolve("to outside"));
        assertEquals("other", Files.readString(work.resolve("to outside")));
        assertArrayEquals(content, Files.readAllBytes(disk.resolve("from outside")));
    }

    @Test
    void setsAttributes() throws IOException {
        Files.writeString(at("/f"), "text");
        FileTime then = FileTime.from(Instant.parse("2001-02-03T04:05:06.123456789Z"));
        Files.setLastModifiedTime(at("/f"), then);
        assertEquals(then, Files.getLastModifiedTime(disk.resolve("f")));
        Files.setAttribute(at("/f"), "lastAccessTime", then);
        assertEquals(then, Files.getAttribute(disk.resolve("f"), "lastAccessTime"));
        Files.setPosixFilePermissions(at("/f"), PosixFilePermissions.fromString("rwxr-x---"));
        assertTrue(Files.isExecutable(at("/f")));
        Files.setAttribute(at("/f"), "unix:mode", 0600);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(disk.resolve("f"))));
        Files.setOwner(at("/f"), Files.getOwner(at("/f")));
        Files.setAttribute(at("/f"), "unix:gid", Files.getAttribute(disk.resolve("f"), "unix:gid"));
        assertThrows(IllegalArgumentException.class, () -> Files.setAttribute(at("/f"), "size", 1L));
        assertThrows(NoSuchFileException.class, () -> Files.setLastModifiedTime(at("/none"), then));
        assertTrue(Files.isWritable(at("/f")));
        assertEquals(Files.getFileStore(disk).getBlockSize(), Files.getFileStore(at("/f")).getBlockSize());
    }

    @Test
    void readsNamesThatAreNotUtf8() throws Exception {
        try (var shell = new ProcessBuilder("sh", "-c", "printf x > $(printf 'a\\377')").directory(disk.toFile())
                .start().inputReader()) {
            assertEquals(List.of(), shell.lines().toList());
        }
        try (Stream<Path> entries = Files.list(at("/"))) {
            Path odd = entries.findFirst().orElseThrow();
            assertEquals("/a\udcff", odd.toString());
            assertEquals("x", Files.readString(odd));
            Files.move(odd, odd.resolveSibling("b\udcfe"));
            Files.delete(at("/b\udcfe"));
        }
        assertEquals(0, disk.toFile().list().length);
    }
}
