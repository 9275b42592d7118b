package org.ninep.nbd.it;

import java.util.List;
import java.util.regex.Pattern;

/** What the kernel says, as dmesg prints it. */
final class KernelLog {
    private static final Pattern ERRORS = Pattern.compile(
            "(?i).*(I/O error|SQUASHFS error|EXT4-fs (error|warning)|Receive control failed|Dead connection"
                    + "|Connection timed out|shutting down sockets).*");

    private KernelLog() {}

    /** Its lines that tell of an error of a block device or of a file system. */
    static List<String> errors(String log) {
        return log.lines().filter(line -> ERRORS.matcher(line).matches()).toList();
    }
}
