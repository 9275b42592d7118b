package org.ninep.nbd.cli.copy;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.ninep.nbd.cli.files.FileText;

/**
 * A progress bar on one line of a terminal, drawn at most ten times a second.
 *
 * <p>Confined to one thread.
 */
final class Progress {

    private static final long INTERVAL_NANOS = 100_000_000;
    private static final int BAR = 24;

    private final PrintStream terminal;
    private final String name;
    private final long total;
    private final LongSupplier nanoTime;
    private final long start;
    private long drawn;
    private int width;

    /** @param total bytes that are to come; 0 if that is not known */
    Progress(PrintStream terminal, String name, long total, LongSupplier nanoTime) {
        this.terminal = terminal;
        this.name = name;
        this.total = total;
        this.nanoTime = nanoTime;
        start = nanoTime.getAsLong();
        drawn = start - INTERVAL_NANOS;
    }

    /** Whether standard error is a terminal; {@code System.console()} tells that of the other two streams only. */
    static boolean isTerminal() {
        try {
            String stream = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return stream.startsWith("/dev/pts/") || stream.startsWith("/dev/tty") || stream.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    void at(long done) {
        long now = nanoTime.getAsLong();
        if (now - drawn >= INTERVAL_NANOS) {
            drawn = now;
            draw(done, now);
        }
    }

    /** Draws the last state, and leaves the line. */
    void end(long done) {
        draw(done, nanoTime.getAsLong());
        terminal.println();
    }

    private void draw(long done, long now) {
        String line = line(done, now - start);
        terminal.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
        terminal.flush();
        width = line.length();
    }

    private String line(long done, long nanos) {
        double rate = done / Math.max(nanos / 1e9, 1e-9);
        String moved = FileText.size(done) + (total > 0 ? " of " + FileText.size(total) : "");
        String speed = FileText.size((long) rate) + "/s";
        if (total <= 0) {
            return name + "  " + moved + "  " + speed;
        }
        int filled = (int) Math.min(BAR, BAR * (double) done / total);
        String bar = "[" + "#".repeat(filled) + " ".repeat(BAR - filled) + "]";
        String end = done >= total
                ? "in " + FileText.time(nanos / 1_000_000_000)
                : "ETA " + (rate < 1 ? "-:--" : FileText.time((long) Math.ceil((total - done) / rate)));
        return String.format(Locale.ROOT, "%s  %s %3d%%  %s  %s  %s", name, bar, Math.min(100, 100 * done / total),
                moved, speed, end);
    }
}
