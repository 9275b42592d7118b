package org.ninep.nbd.cli.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ninep.peer.Peers;

/** Modes mean what they mean to {@code chmod(1)}. */
class ModeChangeTest {

    private static final String[] MODES = {"0644", "7777", "00755", "02755", "0", "u+x", "go-w", "a=rX", "+x", "-w",
            "=r",
            "u+s", "g+s,o-x", "+t", "o+t", "a+t", "u=g", "g=u,o=g", "u+rw,go+", "ug=rwx,o=", "a=", "u+X", "o=u-w+X",
            "u-s",
            "g-s", "=", "u=s", "a+rwxst", "u=rwx,g=rxs,o="};

    private static String apply(String change, int mode, boolean directory) {
        return Integer.toOctalString(ModeChange.parse(change).apply(mode, directory, 022));
    }

    @ParameterizedTest
    @CsvSource({
            "0644, 7777, 644", "u+x, 644, 744", "go-w, 666, 644", "'u+x,go-w', 666, 744", "a=rX, 640, 444",
            "a=rX, 740, 555", "+x, 644, 755", "-w, 666, 466", "+w, 444, 644", "u+s, 755, 4755", "+t, 755, 1755",
            "g=u, 700, 770", "o=g-w, 770, 775", "=, 7777, 0", "u=rwx-x, 0, 600"})
    void changesAFile(String change, String mode, String expected) {
        assertEquals(expected, apply(change, Integer.parseInt(mode, 8), false));
    }

    @ParameterizedTest
    @CsvSource({"0755, 2700, 2755", "00755, 6700, 755", "02755, 700, 2755", "a=rX, 2700, 2555", "g-s, 2700, 700",
            "u=rwx, 4000, 4700"})
    void leavesADirectoryTheBitsThatAreNotNamed(String change, String mode, String expected) {
        assertEquals(expected, apply(change, Integer.parseInt(mode, 8), true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "8", "99", "10000", "000644", "u", "x", "u+y", "u+x,", ",u+x", "u++z", "u=gx", "a b",
            "--frob"})
    void refusesWhatIsNoMode(String text) {
        assertThrows(IllegalArgumentException.class, () -> ModeChange.parse(text));
    }

    @Property
    void takesEveryModeInOctal(@ForAll @IntRange(max = 07777) int mode, @ForAll @IntRange(max = 07777) int before) {
        assertEquals(Integer.toOctalString(mode), apply("%04o".formatted(mode), before, false));
    }

    @Test
    @Tag("peer")
    void meansWhatItMeansToChmod(@TempDir Path work) throws Exception {
        String chmod = Peers.require("chmod");
        Path file = Files.createFile(work.resolve("file"));
        Path directory = Files.createDirectory(work.resolve("directory"));
        for (String change : MODES) {
            for (int mode : new int[]{0, 0644, 0755, 06711, 01777, 02070}) {
                for (Path path : new Path[]{file, directory}) {
                    Files.setAttribute(path, "unix:mode", mode);
                    int before = (int) Files.getAttribute(path, "unix:mode") & 07777;
                    Process process = new ProcessBuilder("sh", "-c", "umask 022; exec \"$@\"", "sh", chmod, "--",
                            change,
                            path.toString()).redirectErrorStream(true).start();
                    // chmod(1) warns where the umask keeps something, and changes the mode all the same
                    process.onExit().join();
                    int after = (int) Files.getAttribute(path, "unix:mode") & 07777;
                    assertEquals(Integer.toOctalString(after), apply(change, before, path.equals(directory)),
                            change + " of " + Integer.toOctalString(before) + " " + path.getFileName());
                }
            }
        }
    }
}
