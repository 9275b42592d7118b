package org.ninep.munge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTest {
    private final int user = process();
    @TempDir
    private Path directory = Path.of("");
    private Path file = directory;

    private static int process() {
        try {
            return Identity.ofProcess().uid();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void write() throws IOException {
        file = directory.resolve("munge.key");
        Files.write(file, Samples.KEY);
        mode(file, "r--------");
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private void assertRefused(String says) {
        String message = String.valueOf(
                assertThrows(FileSystemException.class, () -> KeyFile.read(file, user)).getMessage());
        assertTrue(message.startsWith(file.toString()), message);
        assertTrue(message.contains(says), message);
    }

    @Test
    void readsAKeyThatIsKeptAsASecret() throws IOException {
        assertArrayEquals(Samples.KEY, KeyFile.read(file, user));
        try (MungeCodec codec = MungeCodec.builder(file).acceptFrom(Instant.EPOCH).build()) {
            assertEquals(user, codec.decode(codec.encode(EncodeOptions.DEFAULT, new byte[0])).uid());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw--w----", "rw----r--", "rw-----w-", "rw---x---"})
    void refusesAFileThatIsOpenToOthers(String mode) throws IOException {
        mode(file, mode);
        assertRefused("opens it to its group or to others; chmod it to 0400");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, (1 << 16) + 1})
    void refusesAFileOfAnotherLength(int length) throws IOException {
        mode(file, "rw-------");
        Files.write(file, new byte[length]);
        assertRefused("it has " + length + " bytes, and a key has 32 to 65536");
    }

    @Test
    void refusesWhatIsNoRegularFile() throws IOException {
        Path link = directory.resolve("link");
        Files.createSymbolicLink(link, file);
        file = link;
        assertRefused("symbolic link");
        file = directory;
        assertRefused("not a regular file");
        file = directory.resolve("missing");
        assertRefused("there is no such MUNGE key");
        assertThrows(NoSuchFileException.class, () -> KeyFile.read(file, user));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwx---", "rwx----w-"})
    void refusesAFileThatOthersCouldReplace(String mode) throws IOException {
        Path above = Files.createDirectory(directory.resolve("above"));
        Path inside = Files.createDirectory(above.resolve("inside"));
        file = Files.move(file, inside.resolve("munge.key"));
        mode(inside, "rwxr-xr-x");
        mode(above, mode);
        assertRefused("of its directory " + above.toRealPath() + " lets group or others put another key there");
        Files.setAttribute(above, "unix:mode", 01777);
        assertArrayEquals(Samples.KEY, KeyFile.read(file, user));
    }

    @Test
    void refusesAFileOrADirectoryOfAnotherUser() throws IOException {
        assumeTrue(user == 0, "only root can give files away");
        Files.setAttribute(file, "unix:uid", 4242);
        assertRefused("it belongs to uid 4242, which is neither 0");
        assertRefused("run as uid 4242, name no key file so that munged is asked, or give this program a copy");
        assertEquals(Samples.KEY.length, KeyFile.read(file, 4242).length, "root's directory is fine for others");
        Files.setAttribute(file, "unix:uid", 0);
        Files.setAttribute(directory, "unix:uid", 4242);
        assertRefused("belongs to uid 4242, who could put another key there; run as uid 4242, name no key file");
        assertEquals(Samples.KEY.length, KeyFile.read(file, 4242).length, "root's file is fine for others");
    }
}
