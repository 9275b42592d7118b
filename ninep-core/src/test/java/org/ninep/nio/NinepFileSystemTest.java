package org.ninep.nio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.DosFileAttributeView;
import java.nio.file.attribute.DosFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.nio.file.spi.FileSystemProvider;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.RemoteException;
import org.ninep.server.DirectoryTree;
import org.ninep.server.MemoryTree;
import org.ninep.server.Server;

/** Reading, over a server of ours. */
@Timeout(120)
class NinepFileSystemTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private enum OptionOfAnother implements CopyOption {
        ONE
    }

    private final byte[] content = new byte[3_000_001];
    @TempDir
    Path work;
    private Server server;
    private URI uri;
    private FileSystem fs;

    @BeforeEach
    void serve() throws IOException {
        new Random(7).nextBytes(content);
        MemoryTree tree = MemoryTree.builder().file("/docs/read.me", "read me").file("/docs/deep/er/leaf", "leaf")
                .file("/big", content).directory("/empty").symlink("/link", "docs/read.me").symlink("/dir", "docs")
                .symlink("/docs/absolute", "/docs/deep/../read.me").symlink("/docs/up", "../../big")
                .symlink("/loop", "loop").symlink("/dangling", "none").file("/a\udcff", "not UTF-8").build();
        server = Server.builder().export("memory", tree).export("disk", DirectoryTree.of(work)).build();
        InetSocketAddress at = (InetSocketAddress) server
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        uri = URI.create("ninep:9p://127.0.0.1:" + at.getPort() + "/?aname=memory");
        fs = FileSystems.newFileSystem(uri, Map.of("requestTimeout", Duration.ofSeconds(20)));
    }

    @AfterEach
    void close() throws IOException {
        fs.close();
        server.close();
    }

    private Path at(String path) {
        return fs.getPath(path);
    }

    private static Set<String> list(Path directory) throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.map(Path::toString).collect(Collectors.toSet());
        }
    }

    private static Set<String> walk(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.map(Path::toString).collect(Collectors.toSet());
        }
    }

    // File systems.

    @Test
    void theJdkFindsTheProvider() {
        assertTrue(FileSystemProvider.installedProviders().stream().anyMatch(p -> p.getScheme().equals("ninep")));
    }

    @Test
    void isFoundByItsUriUntilItIsClosed() throws IOException {
        assertEquals(fs, FileSystems.getFileSystem(uri));
        assertThrows(FileSystemAlreadyExistsException.class, () -> FileSystems.newFileSystem(uri, Map.of()));
        Path big = Path.of(URI.create(uri.toString().replace("/?", "/docs/../big?")));
        assertEquals(at("/docs/../big"), big);
        assertEquals(big, Path.of(big.toUri()));
        SeekableByteChannel channel = Files.newByteChannel(big);
        fs.close();
        fs.close();
        assertFalse(fs.isOpen());
        assertFalse(channel.isOpen());
        assertThrows(ClosedChannelException.class, () -> channel.read(ByteBuffer.allocate(1)));
        channel.close();
        assertThrows(ClosedFileSystemException.class, () -> Files.size(big));
        assertThrows(FileSystemNotFoundException.class, () -> FileSystems.getFileSystem(uri));
        try (FileSystem again = FileSystems.newFileSystem(uri, Map.of())) {
            assertEquals(content.length, Files.size(again.getPath("/big")));
        }
        for (long begin = System.nanoTime(); !server.connections().isEmpty(); Thread.onSpinWait()) {
            assertTrue(System.nanoTime() - begin < PATIENCE.toNanos(), "a connection is left behind");
        }
    }

    @Test
    void refusesUrisAndEnvironmentsThatMeanNothing() {
        for (String wrong : List.of("ninep:http://h/", "ninep:9p://h/x", "ninep:9p:///", "ninep:9p://h/?auth=munge")) {
            assertThrows(IllegalArgumentException.class,
                    () -> FileSystems.newFileSystem(URI.create(wrong), Map.of()), wrong);
        }
        assertThrows(IllegalArgumentException.class,
                () -> FileSystems.newFileSystem(uri, Map.of("requesttimeout", Duration.ofSeconds(1))));
        assertThrows(IllegalArgumentException.class,
                () -> FileSystems.newFileSystem(URI.create(uri + "&uid=7"), Map.of("requestTimeout", "1s")));
        URI none = URI.create(uri.toString().replace("memory", "none"));
        assertThrows(RemoteException.class, () -> FileSystems.newFileSystem(none, Map.of()));
    }

    @Test
    void saysWhatItIs() throws IOException {
        assertEquals("/", fs.getSeparator());
        assertEquals(List.of("/"), Stream.of(fs.getRootDirectories().iterator().next()).map(Path::toString).toList());
        assertEquals("9p", fs.getFileStores().iterator().next().type());
        assertTrue(Files.getFileStore(at("/big")).supportsFileAttributeView("unix"));
        assertTrue(Files.getFileStore(at("/big")).supportsFileAttributeView(PosixFileAttributeView.class));
        assertTrue(Files.getFileStore(at("/big")).getTotalSpace() >= 0);
        assertThrows(UnsupportedOperationException.class, fs::newWatchService);
        assertEquals("17", fs.getUserPrincipalLookupService().lookupPrincipalByName("17").getName());
        assertThrows(UserPrincipalNotFoundException.class,
                () -> fs.getUserPrincipalLookupService().lookupPrincipalByGroupName("staff"));
        assertTrue(Files.isHidden(at("/.x")));
        assertFalse(Files.isHidden(at("/")));
    }

    // Files.

    @Test
    void readsFiles() throws IOException {
        assertArrayEquals(content, Files.readAllBytes(at("/big")));
        assertEquals("read me", Files.readString(at("docs/read.me")));
        assertEquals("not UTF-8", Files.readString(at("/a\udcff")));
        try (SeekableByteChannel channel = Files.newByteChannel(at("/big"))) {
            assertEquals(content.length, channel.size());
            ByteBuffer end = ByteBuffer.allocate(100);
            assertEquals(10, channel.position(content.length - 10).read(end));
            assertEquals(-1, channel.read(end));
        }
        try (Stream<String> lines = Files.lines(at("/docs/read.me"))) {
            assertEquals(List.of("read me"), lines.toList());
        }
        assertEquals(-1, Files.mismatch(at("/big"), at("/docs/up")));
    }

    @Test
    void copiesToTheDisk() throws IOException {
        Path copy = work.resolve("copy");
        Files.copy(at("/big"), copy);
        assertArrayEquals(content, Files.readAllBytes(copy));
    }

    @Test
    void walksAndLists() throws IOException {
        assertEquals(Set.of("/", "/docs", "/docs/read.me", "/docs/deep", "/docs/deep/er", "/docs/deep/er/leaf", "/big",
                "/empty", "/link", "/dir", "/docs/absolute", "/docs/up", "/loop", "/dangling", "/a\udcff"),
                walk(at("/")));
        assertEquals(Set.of("/dir/read.me", "/dir/deep", "/dir/absolute", "/dir/up"), list(at("/dir")));
        assertEquals(Set.of(), list(at("/empty")));
        try (DirectoryStream<Path> some = Files.newDirectoryStream(at("docs"), "{read,deep}*")) {
            Set<String> found = new HashSet<>();
            some.forEach(path -> found.add(path.toString()));
            assertEquals(Set.of("docs/read.me", "docs/deep"), found);
            assertThrows(IllegalStateException.class, some::iterator);
        }
        assertThrows(NotDirectoryException.class, () -> Files.newDirectoryStream(at("/big")));
        assertThrows(NoSuchFileException.class, () -> Files.newDirectoryStream(at("/none")));
    }

    @Test
    void listsADirectoryThatTakesManyMessages() throws IOException {
        for (int i = 0; i < 3000; i++) {
            Files.createFile(work.resolve("a file with a name that is rather long " + i));
        }
        try (FileSystem disk = FileSystems.newFileSystem(
                URI.create(uri.toString().replace("memory", "disk") + "&msize=8192"), Map.of())) {
            assertEquals(3000, list(disk.getPath("/")).size());
        }
    }

    // Links.

    @Test
    void followsLinksWithinTheExport() throws IOException {
        assertEquals("read me", Files.readString(at("/link")));
        assertEquals("read me", Files.readString(at("/dir/read.me")));
        assertEquals("read me", Files.readString(at("/docs/absolute")));
        assertEquals("leaf", Files.readString(at("/dir/./deep/../deep/er/leaf")));
        assertEquals(content.length, Files.size(at("/dir/up")));
        assertEquals("docs/read.me", Files.readSymbolicLink(at("/link")).toString());
        assertTrue(Files.isSymbolicLink(at("/link")));
        assertEquals("/docs/read.me", at("/dir/absolute").toRealPath().toString());
        assertEquals("/docs/absolute", at("dir/../docs/absolute").toRealPath(LinkOption.NOFOLLOW_LINKS).toString());
        assertEquals("/", at("/../..").toRealPath().toString());
        assertTrue(Files.isSameFile(at("/link"), at("/docs/read.me")));
        assertFalse(Files.isSameFile(at("/link"), at("/big")));
    }

    @Test
    void linksThatLeadNowhereAreNoFiles() throws IOException {
        assertThrows(NoSuchFileException.class, () -> Files.size(at("/dangling")));
        assertFalse(Files.exists(at("/dangling")));
        assertTrue(Files.exists(at("/dangling"), LinkOption.NOFOLLOW_LINKS));
        FileSystemException loop = assertThrows(FileSystemException.class, () -> Files.size(at("/loop")));
        assertTrue(String.valueOf(loop.getReason()).contains("symbolic links"), loop.toString());
        assertThrows(NotLinkException.class, () -> Files.readSymbolicLink(at("/big")));
        assertThrows(FileSystemException.class,
                () -> Files.newByteChannel(at("/link"), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void whatIsMissingIsNamed() {
        NoSuchFileException e = assertThrows(NoSuchFileException.class, () -> Files.size(at("/docs/none/x")));
        assertEquals("/docs/none/x", e.getFile());
        assertInstanceOf(RemoteException.class, e.getCause());
        assertThrows(FileSystemException.class, () -> Files.size(at("/big/x")));
        assertTrue(Files.notExists(at("/docs/none")));
    }

    // Attributes.

    @Test
    void readsAttributes() throws IOException {
        BasicFileAttributes big = Files.readAttributes(at("/big"), BasicFileAttributes.class);
        assertEquals(content.length, big.size());
        assertTrue(big.isRegularFile());
        assertTrue(Files.readAttributes(at("/link"), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isSymbolicLink());
        PosixFileAttributes docs = Files.readAttributes(at("/docs"), PosixFileAttributes.class);
        assertTrue(docs.isDirectory());
        assertEquals(docs.permissions(), Files.getPosixFilePermissions(at("/docs")));
        assertEquals(docs.owner(), Files.getOwner(at("/docs")));
        assertEquals(Set.of("size", "lastModifiedTime"),
                Files.readAttributes(at("/big"), "size,lastModifiedTime").keySet());
        assertEquals(0040000, (int) Files.getAttribute(at("/docs"), "unix:mode") & 0170000);
        assertTrue(Files.readAttributes(at("/docs"), "posix:*").keySet().containsAll(Set.of("group", "permissions")));
        assertThrows(IllegalArgumentException.class, () -> Files.readAttributes(at("/big"), "colour"));
        assertThrows(UnsupportedOperationException.class, () -> Files.readAttributes(at("/big"), "dos:hidden"));
        assertThrows(UnsupportedOperationException.class,
                () -> Files.readAttributes(at("/big"), DosFileAttributes.class));
        assertEquals(null, Files.getFileAttributeView(at("/big"), DosFileAttributeView.class));
        assertEquals("rw-r--r--", PosixFilePermissions.toString(Modes.permissions(0644)));
        assertEquals(0751, Modes.bits(PosixFilePermissions.fromString("rwxr-x--x")));
    }

    @Test
    void saysWhatMayBeDone() {
        assertTrue(Files.isReadable(at("/big")));
        assertTrue(Files.isReadable(at("/docs")));
        assertTrue(Files.isExecutable(at("/docs")));
        assertFalse(Files.isExecutable(at("/big")));
        assertFalse(Files.isReadable(at("/none")));
    }

    @Test
    void whatItCannotDoItSays() {
        assertThrows(UnsupportedOperationException.class,
                () -> java.nio.channels.FileChannel.open(at("/big"), StandardOpenOption.READ));
        assertThrows(UnsupportedOperationException.class,
                () -> Files.setAttribute(at("/big"), "user:colour", ByteBuffer.allocate(1)));
        assertThrows(UnsupportedOperationException.class,
                () -> Files.copy(at("/big"), at("/x"), OptionOfAnother.ONE));
    }

    @Test
    void aChannelThatIsClosedGivesItsFidBackAndDoesNoMore() throws IOException {
        SeekableByteChannel channel = Files.newByteChannel(at("/big"));
        channel.close();
        channel.close();
        assertFalse(channel.isOpen());
        assertThrows(ClosedChannelException.class, () -> channel.read(ByteBuffer.allocate(1)));
        for (int i = 0; i < 2000; i++) {
            assertEquals(7, Files.size(at("/link")));
        }
        assertEquals(1, server.connections().size());
    }
}
