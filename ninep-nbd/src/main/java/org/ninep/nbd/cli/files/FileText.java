package org.ninep.nbd.cli.files;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.ninep.message.Attr;
import org.ninep.message.Timespec;

/** Attributes and numbers as people read them. */
public final class FileText {

    private static final DateTimeFormatter SHORT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);
    private static final DateTimeFormatter LONG = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.nnnnnnnnn xx",
            Locale.ROOT);

    private FileText() {}

    /** Type and permissions as {@code ls -l} has them: {@code drwxr-xr-t}. */
    public static String mode(int mode) {
        StringBuilder text = new StringBuilder().append(typeLetter(mode));
        for (int shift = 6; shift >= 0; shift -= 3) {
            int bits = mode >> shift;
            text.append((bits & 4) != 0 ? 'r' : '-').append((bits & 2) != 0 ? 'w' : '-')
                    .append((bits & 1) != 0 ? 'x' : '-');
        }
        special(text, 3, mode, 04000, 's');
        special(text, 6, mode, 02000, 's');
        special(text, 9, mode, 01000, 't');
        return text.toString();
    }

    private static void special(StringBuilder text, int at, int mode, int bit, char letter) {
        if ((mode & bit) != 0) {
            text.setCharAt(at, text.charAt(at) == 'x' ? letter : Character.toUpperCase(letter));
        }
    }

    private static char typeLetter(int mode) {
        return switch (mode & 0170000) {
            case 0040000 -> 'd';
            case 0100000 -> '-';
            case 0120000 -> 'l';
            case 0020000 -> 'c';
            case 0060000 -> 'b';
            case 0010000 -> 'p';
            case 0140000 -> 's';
            default -> '?';
        };
    }

    public static String type(int mode) {
        return switch (typeLetter(mode)) {
            case 'd' -> "directory";
            case '-' -> "regular file";
            case 'l' -> "symbolic link";
            case 'c' -> "character device";
            case 'b' -> "block device";
            case 'p' -> "fifo";
            case 's' -> "socket";
            default -> "unknown";
        };
    }

    /** Whether the file is a device, which has a number where others have a size. */
    public static boolean isDevice(Attr attr) {
        return typeLetter(attr.mode()) == 'c' || typeLetter(attr.mode()) == 'b';
    }

    /** Linux' {@code dev_t}: {@code 8, 1}. */
    public static String device(long rdev) {
        long major = (rdev >>> 8 & 0xfff) | (rdev >>> 32 & 0xfffff000L);
        long minor = (rdev & 0xff) | (rdev >>> 12 & 0xffffff00L);
        return major + ", " + minor;
    }

    public static String shortTime(Timespec time) {
        return SHORT.format(time.toInstant().atZone(ZoneId.systemDefault()));
    }

    public static String longTime(Timespec time) {
        Instant instant = time.toInstant();
        return LONG.format(instant.atZone(ZoneId.systemDefault()));
    }

    /** Bytes in the largest unit of which there is one: {@code 64.0 MiB}. */
    public static String size(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        int unit = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
        return String.format(Locale.ROOT, "%.1f %siB", bytes / Math.pow(1024, unit), "KMGTPE".charAt(unit - 1));
    }

    /** A length of time: {@code 1:05} or {@code 2:00:00}. */
    public static String time(long seconds) {
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
