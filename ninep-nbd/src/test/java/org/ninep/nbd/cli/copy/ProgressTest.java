package org.ninep.nbd.cli.copy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.ninep.nbd.cli.files.FileText;

class ProgressTest {

    private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(terminal, true, StandardCharsets.UTF_8);
    private final AtomicLong nanos = new AtomicLong();

    private String drawn() {
        String text = terminal.toString(StandardCharsets.UTF_8);
        terminal.reset();
        return text;
    }

    @Test
    void showsShareRateAndTimeLeft() {
        Progress progress = new Progress(out, "image", 100 << 20, nanos::get);
        nanos.set(2_000_000_000L);
        progress.at(50 << 20);
        assertEquals("\rimage  [############            ]  50%  50.0 MiB of 100.0 MiB  25.0 MiB/s  ETA 0:02", drawn());
        nanos.set(2_050_000_000L);
        progress.at(51 << 20);
        assertEquals("", drawn(), "not more often than ten times a second");
        nanos.set(4_000_000_000L);
        progress.end(100 << 20);
        String end = drawn();
        assertTrue(end.contains("[########################] 100%  100.0 MiB of 100.0 MiB  25.0 MiB/s  in 0:04"), end);
        assertTrue(end.endsWith(System.lineSeparator()));
    }

    @Test
    void showsWhatIsKnownOfAFileThatDoesNotTellItsSize() {
        Progress progress = new Progress(out, "x", 0, nanos::get);
        nanos.set(1_000_000_000L);
        progress.at(2048);
        assertEquals("\rx  2.0 KiB  2.0 KiB/s", drawn());
    }

    @Test
    void writesNumbersForPeople() {
        assertEquals("1023 B", FileText.size(1023));
        assertEquals("1.0 KiB", FileText.size(1024));
        assertEquals("8.0 EiB", FileText.size(Long.MAX_VALUE));
        assertEquals("1:05", FileText.time(65));
        assertEquals("2:00:01", FileText.time(7201));
        assertEquals("-rwsr-Sr-t", FileText.mode(0107745));
        assertEquals("crw-rw----", FileText.mode(0020660));
        assertEquals("8, 1", FileText.device(0x801));
    }
}
