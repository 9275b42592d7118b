package org.ninep.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What the kernel says of a process (proc(5)). */
final class ProcFs {
    /** USER_HZ, the unit of times in /proc, is 100 on all machines that the JDK runs on. */
    private static final double TICKS = 100;

    private ProcFs() {}

    /**
     * Times of a process, in seconds, in user and system mode together. Immutable.
     *
     * @param own of its threads, those that have ended too
     * @param children of those of its children that have ended and were waited for
     */
    record Cpu(double own, double children) {
        double sum() {
            return own + children;
        }
    }

    /** What it has used so far; nothing if there is no such process. */
    static Cpu cpu(long pid) throws IOException {
        String stat = read(pid, "stat");
        if (stat.isEmpty()) {
            return new Cpu(0, 0);
        }
        // the second field is a name in brackets, and may have anything in it; the 14th to the 17th are the times
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return new Cpu(ticks(fields[11], fields[12]), ticks(fields[13], fields[14]));
    }

    private static double ticks(String user, String system) {
        return (Long.parseLong(user) + Long.parseLong(system)) / TICKS;
    }

    /** The most of it that was resident so far, in MiB; 0 if there is no such process. */
    static double peakMebibytes(long pid) throws IOException {
        return read(pid, "status").lines().filter(line -> line.startsWith("VmHWM:"))
                .mapToDouble(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0).findFirst().orElse(0);
    }

    private static String read(long pid, String file) throws IOException {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file));
        } catch (NoSuchFileException e) {
            return "";
        }
    }
}
