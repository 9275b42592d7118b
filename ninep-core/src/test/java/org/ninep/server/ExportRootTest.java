package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.Errno;
import org.ninep.posix.Posix;

/** What is exported, and what takes its place. */
class ExportRootTest {
    private final Posix posix = Posix.create();
    private Path exported;

    @BeforeEach
    void place(@TempDir Path dir) throws IOException {
        exported = dir.toRealPath().resolve("exported");
    }

    private void assertReplaced(ExportRoot root) throws IOException {
        assertFalse(root.isAt(posix, exported));
        assertEquals(Errno.ESTALE, assertThrows(ErrnoException.class, () -> root.stat(posix)).errno());
        root.release(posix);
    }

    /** Else its names would be looked up in the directory around the file. */
    @Test
    void aDirectoryInThePlaceOfAFileIsNotTheExport() throws IOException {
        Files.createFile(exported);
        ExportRoot root = new ExportRoot(posix, exported);
        assertTrue(root.isAt(posix, exported));
        assertTrue(root.stat(posix).isRegular());
        Files.delete(exported);
        Files.createDirectory(exported);
        assertReplaced(root);
    }

    @Test
    void givesItsDescriptorsBack() throws IOException {
        Files.createDirectory(exported);
        List<String> before = descriptors();
        ExportRoot root = new ExportRoot(posix, exported);
        assertEquals(before.size() + 2, descriptors().size());
        root.release(posix);
        assertEquals(before, descriptors());
    }

    /** Those that lead to what is exported, and to where descriptors are listed, which is one while they are. */
    private List<String> descriptors() throws IOException {
        List<String> all = new ArrayList<>();
        try (Stream<Path> list = Files.list(Path.of("/proc/self/fd"))) {
            for (Path fd : list.toList()) {
                String to = Files.isSymbolicLink(fd) ? Files.readSymbolicLink(fd).toString() : "";
                if (to.equals(exported.toString()) || to.matches("/proc/[0-9]+/fd")) {
                    all.add(to);
                }
            }
        }
        return all.stream().sorted().toList();
    }

    @Test
    void aFileInThePlaceOfADirectoryIsNotTheExport() throws IOException {
        Files.createDirectory(exported);
        ExportRoot root = new ExportRoot(posix, exported);
        assertTrue(root.stat(posix).isDirectory());
        Files.delete(exported);
        Files.createFile(exported);
        assertReplaced(root);
    }
}
