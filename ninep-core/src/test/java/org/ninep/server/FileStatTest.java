package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.Errno;

class FileStatTest {
    private static final Path NAME = Path.of("file");

    @TempDir
    Path dir;

    private Path inside;
    private Path outside;

    @BeforeEach
    void make() throws IOException {
        inside = Files.createDirectory(dir.resolve("inside"));
        outside = Files.createDirectory(dir.resolve("outside"));
        Files.writeString(inside.resolve(NAME), "in");
        Files.writeString(outside.resolve(NAME), "outside");
    }

    private FileStat stat(Path path) throws IOException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(inside)) {
            SecureDirectoryStream<Path> handle = ExportRoot.secure(stream);
            return FileStat.of(handle, NAME, path);
        }
    }

    @Test
    void tellsOfAFileWhereHandleAndPathAgree() throws IOException {
        assertEquals(2, stat(inside.resolve(NAME)).size());
    }

    /** As when a directory on the path has become a symbolic link since its handle was opened. */
    @Test
    void tellsNothingWhenThePathLeadsElsewhere() {
        assertEquals(Errno.ESTALE, assertThrows(ErrnoException.class, () -> stat(outside.resolve(NAME))).errno());
        assertEquals(Errno.ESTALE, assertThrows(ErrnoException.class, () -> stat(dir.resolve("nowhere"))).errno());
        assertEquals(Errno.ESTALE,
                assertThrows(ErrnoException.class, () -> stat(inside.resolve(NAME).resolve("x"))).errno());
    }

    @Test
    void tellsNothingOfAFileThatIsGone() throws IOException {
        Files.delete(inside.resolve(NAME));
        assertInstanceOf(NoSuchFileException.class, assertThrows(IOException.class, () -> stat(outside.resolve(NAME))));
    }

    @Test
    void theHandleOfADirectoryIsNotTakenForAnother() throws IOException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(inside)) {
            SecureDirectoryStream<Path> handle = ExportRoot.secure(stream);
            assertEquals(Files.getAttribute(inside, "unix:ino"), FileStat.of(handle, inside).ino());
            assertThrows(ErrnoException.class, () -> FileStat.of(handle, outside));
        }
    }
}
