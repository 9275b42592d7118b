package org.ninep.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ninep.message.Protocol;

/** Who this process is to the operating system. */
final class ProcessUser {
    private ProcessUser() {}

    /** The effective uid, or NONUNAME where the platform does not say. */
    static int effectiveUid() {
        return effective("Uid:");
    }

    /** The effective gid, or 2<sup>32</sup> - 1, which stands for no change, where the platform does not say. */
    static int effectiveGid() {
        return effective("Gid:");
    }

    private static int effective(String kind) {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith(kind)).findFirst()
                    .map(line -> Integer.parseUnsignedInt(line.split("\\s+", -1)[2])).orElse(Protocol.NONUNAME);
        } catch (IOException | NumberFormatException notLinux) {
            return Protocol.NONUNAME;
        }
    }
}
