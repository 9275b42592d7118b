package org.ninep.nbd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {

    @Test
    void readsEveryByteOfTheImageThatItMakesAndRemovesIt() {
        String text = Ran.output("demo");
        assertTrue(text.contains("67108864 bytes"), text);
        assertTrue(text.contains("every byte is right"), text);
        assertEquals(2, text.lines().filter(line -> line.startsWith("9P ")).count(), text);
        assertTrue(text.contains("./ninep nbd --listen "), text);
        Matcher image = Pattern.compile("^image +(\\S+),", Pattern.MULTILINE).matcher(text);
        assertTrue(image.find(), text);
        assertFalse(Files.exists(Path.of(image.group(1)).getParent()));
    }

    @Test
    void readsAnImageOfOnesOwn(@TempDir Path directory) throws Exception {
        Path image = Files.write(directory.resolve("it's mine"), Files9p.IMAGE);
        String text = Ran.output("demo", image.toString());
        assertTrue(text.contains("9000001 bytes"), text);
        assertTrue(text.contains("--export '" + directory + "/it'\\''s mine'"), text);
        assertTrue(Files.exists(image));
    }
}
